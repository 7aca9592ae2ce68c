"""Eight people who write moments at once; a batch is sent again until it is acknowledged."""

import http.client
import json
import random
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from proofs.disk.truth import Sent, Truth
from proofs.sandbox import replace
from testing.server import ROOT, Server

ADDRESS = "/en/now/moments/"
OUTCOMES = ("settled", "a_bit", "not_yet")
AWAY = (502, 503, 504)


def plant(server: Server, *, environment: dict[str, str] | None = None) -> list[dict[str, str]]:
    """Create the families of cast.py in this server's database; return the writers."""
    made = subprocess.run(
        [sys.executable, "-m", "proofs.disk.cast"],
        cwd=ROOT,
        env={
            "DJANGO_SETTINGS_MODULE": "everyhour.config.settings",
            **server.environment,
            **(environment or {}),
        },
        capture_output=True,
        text=True,
    )
    if made.returncode:
        raise RuntimeError(
            f"The families could not be made: {made.stderr.strip().splitlines()[-1:]}"
        )
    return json.loads(made.stdout)


def often(package: Path) -> None:
    """Let the worker checkpoint every two seconds instead of every minute, for short runs."""
    replace(
        package / "config/timetable.py",
        "jobs.checkpoint,\n        every=MINUTE",
        "jobs.checkpoint,\n        every=timedelta(seconds=2)",
    )


class Crowd:
    """The eight writers, and what was acknowledged."""

    def __init__(
        self,
        server: Server,
        people: list[dict[str, str]],
        *,
        seed: int,
        heard: Callable[[bytes], None] = lambda words: None,
    ):
        self.server, self.truth, self.heard = server, Truth(), heard
        self.answered: set[str] = set()
        self.batches = self.again = self.retries = 0
        self.problems: list[str] = []
        self.stopping, self.just_answered = threading.Event(), threading.Event()
        self.lock = threading.Lock()
        self.writers = [
            Writer(self, who, random.Random(f"{seed}:{number}"))
            for number, who in enumerate(people)
        ]

    def start(self) -> None:
        for writer in self.writers:
            writer.start()

    def stop(self, *, patience: float = 60) -> None:
        """Let all writers finish; one who cannot is a problem."""
        self.stopping.set()
        until = time.monotonic() + patience
        for writer in self.writers:
            writer.join(max(0.0, until - time.monotonic()))
        if waiting := sum(writer.is_alive() for writer in self.writers):
            self.problems.append(f"{waiting} writers got no response")

    def wait_for_answer(self, *, patience: float = 60) -> None:
        """Wait for a response; at that moment other requests are being handled."""
        self.just_answered.clear()
        if not self.just_answered.wait(patience):
            problems = "; ".join(self.problems)
            raise TimeoutError(
                f"No response for {patience} s. {problems} {self.server.log()[-300:]}"
            )

    def note(self, batch: list[Sent], results: list[dict[str, Any]]) -> None:
        words = json.dumps(
            [result["key"] for result in results if result["result"] in ("saved", "again")]
        ).encode()
        with self.lock:
            self.heard(words)
            for result in results:
                key, kind = result["key"], result["result"]
                if kind == "saved" and key in self.answered:
                    self.problems.append(
                        "lost: a change that was acknowledged before is saved as if it were new"
                    )
                elif kind == "rejected":
                    self.problems.append(f"a valid change was rejected: {result.get('reason')}")
                self.again += kind == "again"
            if [result["key"] for result in results] != [change.key for change in batch]:
                self.problems.append("a response does not match its request")
            self.answered.update(json.loads(words))
            self.batches += 1
        self.just_answered.set()


class Writer(threading.Thread):
    """One person with a phone, who alone writes their moments."""

    def __init__(self, crowd: Crowd, who: dict[str, str], rng: random.Random):
        super().__init__(daemon=True)
        self.crowd, self.who, self.rng = crowd, who, rng
        self.device = self._uuid()
        # By moment: its last counter and its current note.
        self.mine: dict[str, tuple[int, tuple[str, ...]]] = {}
        self.past: list[list[Sent]] = []

    def run(self) -> None:
        while not self.crowd.stopping.is_set():
            batch = (
                self.rng.choice(self.past[-20:])
                if self.past and self.rng.random() < 0.1
                else self._batch()
            )
            if not self.send(batch):
                return
            self.past.append(batch)

    def send(self, batch: list[Sent]) -> bool:
        """Send a batch until it is acknowledged; return whether it was.

        An unexpected status is a problem.
        """
        self.crowd.truth.sent.update({change.key: change for change in batch})
        until = time.monotonic() + 90
        while time.monotonic() < until:
            try:
                status, body = self._post(batch)
            except (OSError, http.client.HTTPException):
                status, body = 503, b""
            if status == 200:
                self.crowd.note(batch, json.loads(body)["results"])
                return True
            if status not in AWAY:
                self.crowd.problems.append(f"refused with {status}: {body[:80]!r}")
                return False
            self.crowd.retries += 1
            time.sleep(self.rng.uniform(0.05, 0.2))
        return False

    def _post(self, batch: list[Sent]) -> tuple[int, bytes]:
        server = self.crowd.server
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
        try:
            changes = [self._body(change) for change in batch]
            connection.request(
                "POST",
                ADDRESS,
                json.dumps({"person": self.who["person"], "changes": changes}),
                {
                    "Host": f"localhost:{server.port}",
                    "Origin": server.url,
                    "Sec-Fetch-Site": "same-origin",
                    "Content-Type": "application/json",
                    "Cookie": f"sessionid={self.who['session']}",
                },
            )
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def _body(self, change: Sent) -> dict[str, Any]:
        body = {
            "key": change.key,
            "moment": change.moment,
            "device": self.device,
            "counter": change.counter,
            "shape": 2,
            "set": change.set,
        }
        if change.counter == 1:
            whom = {"kind": "given", "child": self.who["child"]}
            body["set"] = {
                **change.set,
                "whom": whom,
                "when": {"at": self.began_at(change), "zone": "America/Chicago"},
            }
        if change.note:
            body["note"] = {"text": change.note, "replaces": list(change.replaces)}
        return body

    def began_at(self, change: Sent) -> str:
        """Return a random time that is the same each time this change is sent."""
        rng = random.Random(change.moment)
        return datetime.fromtimestamp(1_763_000_000 + rng.randrange(86_400 * 7), UTC).isoformat(
            timespec="milliseconds"
        )

    def _batch(self) -> list[Sent]:
        return [self._change() for _ in range(self.rng.randint(1, 4))]

    def _change(self) -> Sent:
        fields: dict[str, Any] = {
            "minutes": self.rng.randint(1, 90),
            "outcome": self.rng.choice(OUTCOMES),
        }
        if not self.mine or self.rng.random() < 0.6:
            moment = self._uuid()
            self.mine[moment] = (1, ())
            return Sent(self._uuid(), moment, 1, fields)
        moment = self.rng.choice(list(self.mine)[-50:])
        counter, standing = self.mine[moment]
        key, noted = self._uuid(), self.rng.random() < 0.4
        self.mine[moment] = (counter + 1, (key,) if noted else standing)
        if noted:
            note = f"Note {counter}: she laughed. 🌱"
            return Sent(key, moment, counter + 1, {}, note=note, replaces=standing)
        name = self.rng.choice(list(fields))
        return Sent(key, moment, counter + 1, {name: fields[name]})

    def _uuid(self) -> str:
        return str(uuid.UUID(int=self.rng.getrandbits(128), version=4))
