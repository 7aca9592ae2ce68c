"""Workers that are killed on purpose: the process that `prove outbox` starts.

Reads a case as a line of JSON, forks workers that deliver and die, and prints the result as a line
of JSON. A worker counts its steps: each statement, before and after each commit, before and after
each send. At the chosen step it kills itself.
"""

import json
import os
import signal
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

NOW = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)
LATER = timedelta(minutes=3)  # longer than a lease
HOUR = timedelta(hours=1)
ONCE, SURE = "proof-once", "proof-sure"
# The keys of RFC 8291, for a browser that does not exist.
NOBODY = {
    "endpoint": "http://127.0.0.1:9/",
    "keys": {
        "p256dh": (
            "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORc"
            "xaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
        ),
        "auth": "BTBZMqHH6r4Tts7J_aSIgg",
    },
}


class Steps:
    """Counts and names the steps of a worker, and kills its process at one of them."""

    def __init__(self, die_at: int | None):
        self.die_at, self.names = die_at, list[str]()

    def step(self, name: str) -> None:
        self.names.append(name)
        if self.die_at is not None and len(self.names) - 1 == self.die_at:
            os.kill(os.getpid(), signal.SIGKILL)

    def watch(self) -> None:
        """Count statements, commits and sends from now on."""
        from django.db import connection

        from everyhour.foundation.lib import safe_http

        commit, post = connection.commit, safe_http.post

        def committed() -> None:
            self.step("before a commit")
            commit()
            self.step("after a commit")

        def sent(*arguments, **named):
            self.step("before sending")
            answer = post(*arguments, **named)
            self.step("after sending")
            return answer

        def stated(execute, sql, *arguments):
            self.step(" ".join(sql.split()[:2]))
            return execute(sql, *arguments)

        connection.commit = committed  # type: ignore[method-assign]
        safe_http.post = sent
        connection.execute_wrappers.append(stated)


def forked(work: Callable[[], Any]) -> tuple[bool, Any]:
    """Run a function in a child process; return whether it was killed, and its result."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read)
        try:
            os.write(write, json.dumps(work()).encode())
        except BaseException as error:
            os.write(write, json.dumps({"error": f"{type(error).__name__}: {error}"}).encode())
        os._exit(0)
    os.close(write)
    with os.fdopen(read, "rb") as pipe:
        data = pipe.read()
    _pid, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status), json.loads(data) if data else None


def play(case: dict) -> dict:
    """Write a notification, kill workers that deliver it, let one live; return the outcome."""
    _killed, planted = forked(lambda: plant(case))
    if planted:
        return planted
    died, names, at = [], [], NOW
    for die_at in case["die"]:
        killed, steps = forked(lambda die_at=die_at, at=at: worker(die_at, at))
        died.append(killed)
        names.append(steps if isinstance(steps, list) else [])
        at += LATER
    return {
        "died": died,
        "steps": names,
        **forked(lambda: follow([case["key"]], at)[case["key"]])[1],
    }


def plant(case: dict) -> None:
    from everyhour.foundation.notifications import actions, addresses
    from testing import make

    person = make.person(f"{case['key']}@example.org")
    for number, phone in enumerate(case["phones"]):  # the newest is tried first
        addresses.allow(
            person,
            endpoint=phone["endpoint"],
            keys=phone["keys"],
            label="",
            at=NOW - timedelta(days=number + 1),
        )
    actions.write(
        person=person,
        purpose=case["purpose"],
        key=case["key"],
        title="x",
        at=NOW,
        expires_at=NOW + HOUR,
    )


def worker(die_at: int | None, at: datetime, *, watched: bool = True) -> list[str]:
    from everyhour.foundation.notifications import actions

    steps = Steps(die_at)
    if watched:
        steps.watch()
    actions.deliver_due(at, clock=lambda: at)
    return steps.names


def follow(keys: list[str], at: datetime) -> dict[str, dict]:
    """Let one worker deliver in rounds beyond all retries; return how each notification ended."""
    from everyhour.foundation.notifications import actions
    from everyhour.foundation.notifications.models import DeliveryAttempt

    begun = set(
        DeliveryAttempt.objects.filter(notification__key__in=keys, result="").values_list(
            "notification__key", flat=True
        )
    )
    for number in range(6):
        actions.deliver_due(at + number * LATER, clock=lambda number=number: at + number * LATER)
    return {key: {**outcome(key), "begun": key in begun} for key in keys}


def outcome(key: str) -> dict:
    """Return a notification's state, and whether the page of messages shows it."""
    from everyhour.features.messages.views import HERE
    from everyhour.foundation.notifications.models import Notification

    notification = Notification.objects.get(key=key)
    return {
        "state": notification.state,
        "shown": notification.state in HERE,
        "tries": [attempt.result for attempt in notification.attempts.all()],
    }


def deliver_in_group(case: dict) -> dict:
    """Let several workers deliver at once until each dies at a step; then let one live."""
    forked(lambda: [plant(one) for one in case["notifications"]])
    children = []
    for die_at in case["die"]:
        child = os.fork()
        if child == 0:
            worker(die_at, NOW)
            os._exit(0)
        children.append(child)
    died = sum(os.WIFSIGNALED(os.waitpid(child, 0)[1]) for child in children)
    keys = [one["key"] for one in case["notifications"]]
    return {"died": died, "notifications": forked(lambda: follow(keys, NOW + LATER))[1]}


def warm_up() -> None:
    """Deliver one notification to nowhere, so that lazy imports happen before any fork."""
    from django.db import connections

    plant({"key": "warm-up", "purpose": SURE, "phones": [NOBODY]})
    worker(None, NOW, watched=False)
    follow(["warm-up"], NOW + LATER)
    connections.close_all()


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "everyhour.config.settings")
    import django

    django.setup()
    from everyhour.foundation.notifications import purposes

    for name, once in ((ONCE, True), (SURE, False)):
        purposes.register(purposes.Purpose(name, once, "A small thing", channels=("push",)))
    warm_up()
    for line in sys.stdin:
        case = json.loads(line)
        print(
            json.dumps(deliver_in_group(case) if "notifications" in case else play(case)),
            flush=True,
        )


if __name__ == "__main__":
    main()
