"""Workers that are to die, forked from one process: `python -m proofs.outbox_worker`, a case as a JSON line, an answer as a JSON line.

Each worker counts its steps: every statement, the moment before and after every commit, and before and after what leaves. At the step
it was told it kills itself, and nothing of it is left but what the database and the push service have.
"""

import json
import os
import signal
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

NOW = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)
LATER = timedelta(minutes=3)  # longer than a letter is held
HOUR = timedelta(hours=1)
ONCE, SURE = "proof-once", "proof-sure"
NOBODY = {
    "endpoint": "http://127.0.0.1:9/",
    "keys": {
        "p256dh": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
        "auth": "BTBZMqHH6r4Tts7J_aSIgg",
    },
}  # the keys of RFC 8291, for a browser that is nowhere


class Steps:
    """Counts steps, and ends this process at one of them. Without one it only remembers what the steps were."""

    def __init__(self, die_at: int | None):
        self.die_at, self.names = die_at, list[str]()

    def step(self, name: str) -> None:
        self.names.append(name)
        if self.die_at is not None and len(self.names) - 1 == self.die_at:
            os.kill(os.getpid(), signal.SIGKILL)

    def watch(self) -> None:
        """Stand before each statement, and around each commit and each sending."""
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
    """Do something in a child; whether it was killed, and what it gave."""
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
        told = pipe.read()
    _pid, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status), json.loads(told) if told else None


def play(case: dict) -> dict:
    """Write one letter, let workers die on its way, then let one live; give what is to be seen afterwards."""
    _killed, planted = forked(lambda: plant(case))
    if planted:
        return planted
    died, names, at = [], [], NOW
    for die_at in case["die"]:
        killed, told = forked(lambda die_at=die_at, at=at: worker(die_at, at))
        died.append(killed)
        names.append(told if isinstance(told, list) else [])
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
    """Let one worker live, through a few rounds each of which is later than a pause after a refusal; give how each letter ended."""
    from everyhour.foundation.notifications import actions
    from everyhour.foundation.notifications.models import DeliveryAttempt

    begun = set(
        DeliveryAttempt.objects.filter(letter__key__in=keys, result="").values_list(
            "letter__key", flat=True
        )
    )
    for number in range(6):
        actions.deliver_due(at + number * LATER, clock=lambda number=number: at + number * LATER)
    return {key: {**seen(key), "begun": key in begun} for key in keys}


def seen(key: str) -> dict:
    """Give the letter's end, and whether the page about what reached somebody shows it."""
    from everyhour.features.messages.views import HERE
    from everyhour.foundation.notifications.models import Notification

    letter = Notification.objects.get(key=key)
    return {
        "state": letter.state,
        "shown": letter.state in HERE,
        "tries": [attempt.result for attempt in letter.attempts.all()],
    }


def crowd(case: dict) -> dict:
    """Let several workers bring many letters at once, each of which dies at a step of its own; then let one finish."""
    forked(lambda: [plant(letter) for letter in case["letters"]])
    children = []
    for die_at in case["die"]:
        child = os.fork()
        if child == 0:
            worker(die_at, NOW)
            os._exit(0)
        children.append(child)
    died = sum(os.WIFSIGNALED(os.waitpid(child, 0)[1]) for child in children)
    keys = [letter["key"] for letter in case["letters"]]
    return {"died": died, "letters": forked(lambda: follow(keys, NOW + LATER))[1]}


def warm_up() -> None:
    """Bring one letter nowhere, so that whatever is read and compiled once is there before anybody is forked."""
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
        print(json.dumps(crowd(case) if "letters" in case else play(case)), flush=True)


if __name__ == "__main__":
    main()
