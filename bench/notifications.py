"""Notification delivery: how many per second 1, 2 and 4 workers hand to a push service, and the
delay of the last one.

The push service is a local process that answers 201. On PostgreSQL where EVERYHOUR_DATABASE names
one, and with one worker on a SQLite file. `python -m bench.notifications fill N PORT` and `work`
run in the database that the environment names.
"""

import base64
import http.server
import json
import os
import subprocess
import sys
import time
from datetime import timedelta

from bench.table import NotTaken, Table, Value, percentile
from testing.server import ROOT, Server

NOTIFICATIONS, QUICK = 4000, 400
PEOPLE = 200
PATIENCE = 600  # seconds


def measure() -> list[Table]:
    count = QUICK if os.environ.get("EVERYHOUR_BENCH_QUICK") else NOTIFICATIONS
    rows = [_row("SQLite, a file", 1, count, {"EVERYHOUR_DATABASE": None})]
    notes = [
        (
            f"{count:,} notifications, all due at once, for {PEOPLE} people with a phone each. "
            "Each is claimed, its attempt recorded, encrypted for its browser, sent and marked. "
            "The second check of a nudge before it is sent is not in this figure."
        ),
        (
            "“late” is from the first attempt to the record of acceptance; all are due at once, "
            "so it grows with their number."
        ),
        (
            "The service, the database and the workers share the machine; "
            "“processor” counts the workers alone."
        ),
    ]
    if os.environ.get("EVERYHOUR_DATABASE", "").startswith("postgres"):
        rows += [_row("PostgreSQL", workers, count, {}) for workers in (1, 2, 4)]
    else:
        notes.append("PostgreSQL: not taken; EVERYHOUR_DATABASE names none.")
    return [Table("Notifications delivered", rows, notes)]


def _row(name: str, workers: int, count: int, database: dict[str, str | None]) -> dict[str, Value]:
    server = Server(prepare=False)  # never started; on PostgreSQL it makes a database of its own
    variables = {
        **server.environment,
        **database,
        "EVERYHOUR_PRIVATE_ADDRESSES": "on",
        "DJANGO_SETTINGS_MODULE": "everyhour.config.settings",
    }
    environment = {key: value for key, value in variables.items() if value is not None}
    service = subprocess.Popen(
        [sys.executable, "-m", "bench.notifications", "serve"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        port = service.stdout.readline().strip() if service.stdout else ""
        _run(environment, "everyhour", "manage", "migrate", "-v0")
        _run(environment, "bench.notifications", "fill", str(count), port)
        playing = [
            subprocess.Popen(
                [sys.executable, "-m", "bench.notifications", "work"],
                cwd=ROOT,
                env=environment,
                stdout=subprocess.PIPE,
                text=True,
            )
            for _ in range(workers)
        ]
        processor_seconds = [
            json.loads(one.communicate(timeout=PATIENCE)[0].splitlines()[-1]) for one in playing
        ]
        found = json.loads(_run(environment, "bench.notifications", "late").splitlines()[-1])
    finally:
        service.kill()
        service.wait(5)
        server.forget()
    return {
        "database": name,
        "workers": workers,
        "notifications": found["sent"],
        "a second": found["sent"] / found["seconds"],
        "late p50 s": found["p50"],
        "late p99 s": found["p99"],
        "processor ms each": 1000 * sum(processor_seconds) / max(found["sent"], 1),
        "not sent": count - found["sent"],
    }


def _run(environment: dict[str, str], *module: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", *module], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    if done.returncode:
        raise NotTaken(f"{module[0]} failed: {done.stderr.strip()[-300:]}")
    return done.stdout


def fill(count: int, port: str) -> None:
    """Create users, devices and notifications that are due now, before the workers start."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from django.utils import timezone

    from everyhour.foundation.notifications import addresses
    from everyhour.foundation.notifications.models import Notification
    from testing import make

    at = timezone.now()
    point = (
        ec.generate_private_key(ec.SECP256R1())
        .public_key()
        .public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    )
    keys = {
        name: base64.urlsafe_b64encode(raw).decode().rstrip("=")
        for name, raw in (("p256dh", point), ("auth", os.urandom(16)))
    }
    people = [make.person(at=at) for _ in range(PEOPLE)]
    for number, person in enumerate(people):
        addresses.allow(
            person, endpoint=f"http://127.0.0.1:{port}/{number}", keys=keys, label="phone", at=at
        )
    Notification.objects.bulk_create(
        [
            Notification(
                person=people[number % PEOPLE],
                purpose="try",
                key=f"bench {number}",
                title="A small moment",
                made_at=at,
                send_at=at,
                expires_at=at + timedelta(hours=2),
            )
            for number in range(count)
        ],
        batch_size=500,
    )


def work() -> None:
    """Deliver as one worker does until nothing is due; return the processor seconds."""
    from django.utils import timezone

    from everyhour.foundation.notifications import tasks

    began = time.process_time()
    while tasks.deliver_due(timezone.now()):
        pass
    print(json.dumps(time.process_time() - began))


def late() -> None:
    from everyhour.foundation.notifications.models import DeliveryAttempt, Notification

    rows = list(
        Notification.objects.filter(state=Notification.State.SENT).values_list("send_at", "sent_at")
    )
    begun = DeliveryAttempt.objects.order_by("at").values_list("at", flat=True).first()
    lasts = [(sent - begun).total_seconds() for _due, sent in rows if sent and begun]
    print(
        json.dumps(
            {
                "sent": len(rows),
                "seconds": max(lasts),
                "p50": percentile(lasts, 0.5),
                "p99": percentile(lasts, 0.99),
            }
        )
    )


def serve() -> None:
    """Accept every push message and answer 201."""

    class Taker(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self):
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.send_response(201)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_words):
            """Log nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Taker)
    print(server.server_port, flush=True)
    server.serve_forever()


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        serve()
    else:
        import django

        django.setup()
        if sys.argv[1] == "fill":
            fill(int(sys.argv[2]), sys.argv[3])
        else:
            work() if sys.argv[1] == "work" else late()
