"""At-most-once never arrives twice, and at-least-once is never lost, wherever a worker dies.

A worker is killed at each statement, before and after each commit and before and after each send,
against a local push service that accepts, refuses, is gone, or accepts and hangs up. A later worker
finds what is left. Then workers die in pairs and in groups.
"""

import json
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from proofs.outbox_worker import ONCE, SURE
from proofs.report import Report
from proofs.sandbox import Sandbox, memory_folder, override, replace
from testing.fakes.pushing import BREAK, PushService, push_service

PAIRS, FEW = 200, 50  # with fewer pairs only the first and the last of WAYS are tried
CROWD, WORKERS = 20, 4
ENOUGH = 6  # failures of a sabotage at one way
SABOTAGES = {
    "retry-unsure": "what may have arrived is sent again",
    "send-before-record": "it is sent before the attempt is recorded",
    "leave-it": "what a dead worker had leased is never reclaimed",
    "never-twice": "at-least-once is treated as at-most-once",
}
DELIVERY = Path("foundation/notifications/delivery.py")
# What the push service of each phone answers, the newest phone first.
WAYS: dict[str, tuple[int | str, ...]] = {
    "it is accepted": (201,),
    "the first phone is gone": (410, 201),
    "the first service is busy": (503, 201),
    "the first service accepts it and hangs up": (BREAK, 201),
}


def prove(report: Report, *, n: int | None) -> None:
    # Memory is enough: what a killed process has written stays in it, as on a disk.
    edit = EDITS.get(report.sabotage or "")
    with (
        Sandbox(edit=edit, parent=memory_folder()) as sandbox,
        push_service() as service,
        Workers(sandbox) as workers,
    ):
        Outbox(report, service, workers).play(PAIRS if n is None else n)


class Workers:
    """The process whose children deliver and die; it has a database of its own."""

    def __init__(self, sandbox: Sandbox):
        # SQLite, because the file that a killed process leaves behind is examined.
        self.environment = sandbox.worker_environment(
            state=sandbox.folder / "state",
            EVERYHOUR_PRIVATE_ADDRESSES="on",
            EVERYHOUR_NOTIFICATIONS_PER_HOUR="1000000",  # all cases run within one hour
            PYTHONHASHSEED="0",
        )

    def __enter__(self) -> "Workers":
        migrate = [sys.executable, "-m", "everyhour", "manage", "migrate", "--verbosity", "0"]
        subprocess.run(migrate, env=self.environment, check=True, stdout=subprocess.DEVNULL)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "proofs.outbox_worker"],
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
        )
        return self

    def __exit__(self, *_error) -> None:
        assert self.process.stdin
        self.process.stdin.close()
        self.process.wait(30)

    def run(self, case: dict) -> dict:
        """Send a case to the process and return its result; RuntimeError if it failed."""
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write(json.dumps(case) + "\n")
        result = json.loads(self.process.stdout.readline())
        if "error" in result:
            raise RuntimeError(result["error"])
        return result


class Outbox:
    """Kills workers and judges what the push service received."""

    def __init__(self, report: Report, service: PushService, workers: Workers):
        self.report, self.service, self.workers = report, service, workers
        self.rng = random.Random(report.seed)
        self.number, self.counts = 0, Counter[str]()

    def play(self, pairs: int) -> None:
        lengths = {}
        ways = list(WAYS) if pairs >= FEW else [*WAYS][:: len(WAYS) - 1]
        for purpose in (ONCE, SURE):
            for way in ways:
                lengths[purpose, way] = self._at_each_step(purpose, way)
        for _pair in range(pairs):
            purpose, way = self.rng.choice(list(lengths))
            self._one(
                purpose, way, [self.rng.randrange(lengths[purpose, way]) for _worker in range(2)]
            )
        for _crowd in range(max(1, pairs // 50)):
            with self.report.attempt("a group of workers"):
                self._crowd()
        if self.service.wrong:
            self.report.case("requests the push service refused", self.service.wrong)
        self.report.notes |= {
            "notifications": self.number,
            "workers killed": self.counts["killed"],
            "steps a worker was killed at": sum(lengths.values()),
            "at most once: arrived twice": self.counts["double"],
            "at least once: lost": self.counts["lost"],
            "at most once: missed and shown in the list": self.counts["missed"],
            "missed and not shown": self.counts["hidden"],
        }

    def _at_each_step(self, purpose: str, way: str) -> int:
        """Find the steps of a delivery, kill a worker at each one, and return their number."""
        whole = self._one(purpose, way, [None])
        self.report.say(f"{purpose}, {way}: {len(whole)} steps")
        before = len(self.report.failures)
        for step in range(len(whole)):
            if self.report.sabotage and len(self.report.failures) - before >= ENOUGH:
                break  # the sabotage is caught
            self._one(purpose, way, [step], whole[step])
        return len(whole)

    def _one(
        self, purpose: str, way: str, die: list[int | None] | list[int], name: str = ""
    ) -> list[str]:
        case = self._case(purpose, WAYS[way])
        where = " and ".join(f"step {step}" for step in die) + (f" ({name})" if name else "")
        title = (
            f"{purpose}, {way}, killed at {where}"
            if die != [None]
            else f"{purpose}, {way}, no worker killed"
        )
        steps: list[str] = []
        with self.report.attempt(title):
            result = self.workers.run({**case, "die": die})
            self.counts["killed"] += sum(result["died"])
            steps = result["steps"][0]
            self.report.case(title, self._problems(case, result))
        return steps

    def _case(self, purpose: str, answers: tuple[int | str, ...]) -> dict:
        self.number += 1
        key, phones = f"notification{self.number}", []
        for number, answer in enumerate(answers):
            browser = self.service.browser(f"{key}-{number}")
            self.service.answers[f"{key}-{number}"] = answer
            phones.append({"endpoint": browser.endpoint, "keys": browser.keys})
        return {"key": key, "purpose": purpose, "phones": phones}

    def _problems(self, case: dict, result: dict) -> Iterator[str]:
        """Judge by what the push service accepted, not by what our rows say."""
        taken = sum(1 for one in self.service.taken if one.name.split("-")[0] == case["key"])
        if result["state"] in ("waiting", "sending"):
            yield f"never settled: {result['state']}"
        if result["state"] == "sent" and not taken:
            yield "its state is sent, but no push service accepted it"
        if case["purpose"] == ONCE and taken > 1:
            self.counts["double"] += 1
            yield f"arrived {taken} times"
        if case["purpose"] == SURE and not taken:
            self.counts["lost"] += 1
            yield "lost: it never arrived"
        if case["purpose"] == ONCE and not taken:
            self.counts["missed"] += 1
            if not result["shown"]:
                self.counts["hidden"] += 1
                yield "missed, and not shown in the list"
            if not result["begun"]:
                yield "missed, though no attempt was recorded"

    def _crowd(self) -> None:
        """Let several workers deliver from one outbox at once, each of which dies somewhere."""
        cases = [
            self._case(self.rng.choice([ONCE, SURE]), self.rng.choice(list(WAYS.values())))
            for _case in range(CROWD)
        ]
        result = self.workers.run(
            {
                "notifications": cases,
                "die": [self.rng.randrange(20, 300) for _worker in range(WORKERS)],
            }
        )
        self.counts["killed"] += result["died"]
        for case in cases:
            self.report.case(
                f"{case['purpose']} in a group of {WORKERS} workers",
                self._problems(case, result["notifications"][case["key"]]),
            )


def _retry_unsure(package: Path) -> None:
    replace(
        package / DELIVERY,
        'state=State.UNSURE, reason="the worker ended on the way"',
        "state=State.WAITING",
    )


def _leave_it(package: Path) -> None:
    override(package, f"{DELIVERY}:reclaim_stale", "def reclaim_stale(at):\n    pass")


def _never_twice(package: Path) -> None:
    replace(
        package / DELIVERY,
        "for purpose in purposes.all_of_them() if purpose.once]",
        "for purpose in purposes.all_of_them()]",
    )


def _send_before_record(package: Path) -> None:
    before = """        attempt = begin(notification, address, now)
        if attempt is None:
            return 0
        result = _send(notification, text, address, clock)
"""
    after = """        result = _send(notification, text, address, clock)
        attempt = begin(notification, address, now)
        if attempt is None:
            return 0
"""
    replace(package / DELIVERY, before, after)


EDITS = {
    "retry-unsure": _retry_unsure,
    "leave-it": _leave_it,
    "never-twice": _never_twice,
    "send-before-record": _send_before_record,
}
