"""A letter that may come once never comes twice, and one that must come is never lost, whichever step its worker dies at.

A worker is killed at each statement, before and after each commit, and before and after what leaves, against a push service on
loopback that takes, refuses, is gone, or takes and hangs up. A later worker finds what is left. Then workers die in crowds.
"""

import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from proofs.outbox_worker import ONCE, SURE
from proofs.report import Report
from proofs.sandbox import override, replace
from testing.fakes.pushing import BREAK, PushService, push_service
from testing.server import ROOT

PAIRS, FEW = 200, 50  # with fewer, only the first and the last way below
CROWD, WORKERS = 20, 4
ENOUGH = 6
SABOTAGES = {
    "retry-unsure": "what may have arrived is sent once more",
    "send-before-record": "it leaves before the attempt is on record",
    "leave-it": "what a dead worker held is never taken up",
    "never-twice": "what must come is treated as what may come once",
}
DELIVERY = Path("foundation/notifications/delivery.py")
# What each phone's service answers, the newest phone first.
WAYS: dict[str, tuple[int | str, ...]] = {
    "it is taken": (201,),
    "the first phone is gone": (410, 201),
    "the first service is busy": (503, 201),
    "the first service takes it and hangs up": (BREAK, 201),
}


def prove(report: Report, *, n: int | None) -> None:
    # Memory is enough: a killed process leaves in it what it had written, as on a disk (what power takes is `prove powercut`).
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108
    folder = Path(tempfile.mkdtemp(prefix="everyhour-outbox-", dir=memory))
    try:
        with push_service() as service, Workers(folder, report.sabotage) as workers:
            Outbox(report, service, workers).play(PAIRS if n is None else n)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class Workers:
    """The process whose children die: with a database of its own, of the package as it is or as it was broken."""

    def __init__(self, folder: Path, sabotage: str | None):
        package = None
        if sabotage:
            package = folder / "package"
            shutil.copytree(
                ROOT / "everyhour", package / "everyhour", ignore=shutil.ignore_patterns("tests")
            )
            EDITS[sabotage](package / "everyhour")
        paths = [str(package), str(ROOT)] if package else [str(ROOT)]
        self.environment = os.environ | {
            "EVERYHOUR_STATE": str(folder / "state"),
            "EVERYHOUR_PRIVATE_ADDRESSES": "on",
            "EVERYHOUR_CONTENT": str(ROOT / "content"),
            "EVERYHOUR_LETTERS_AN_HOUR": "1000000",  # all of them are tried in one hour
            "PYTHONPATH": os.pathsep.join(paths),
            "PYTHONSAFEPATH": "1",
            "PYTHONHASHSEED": "0",
        }
        self.environment.pop(
            "EVERYHOUR_DATABASE", None
        )  # a file that a killed process leaves behind is what is looked at

    def __enter__(self) -> "Workers":
        command = [sys.executable, "-m", "everyhour", "manage", "migrate", "--verbosity", "0"]
        subprocess.run(command, env=self.environment, check=True, stdout=subprocess.DEVNULL)
        command = [sys.executable, "-m", "proofs.outbox_worker"]
        self.process = subprocess.Popen(
            command,
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

    def ask(self, case: dict) -> dict:
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write(json.dumps(case) + "\n")
        told = json.loads(self.process.stdout.readline())
        if "error" in told:
            raise RuntimeError(told["error"])
        return told


class Outbox:
    """Kills and judges."""

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
            with self.report.attempt("a crowd of workers"):
                self._crowd()
        if self.service.wrong:
            self.report.case("what the push service was given", self.service.wrong)
        told = self.counts
        self.report.notes |= {
            "letters": self.number,
            "workers killed": told["killed"],
            "steps a worker was killed at": sum(lengths.values()),
            "at most once: told twice": told["double"],
            "at least once: lost": told["lost"],
            "at most once: missed, and shown in the list": told["missed"],
            "missed and not shown": told["hidden"],
        }

    def _at_each_step(self, purpose: str, way: str) -> int:
        """Find out which steps there are, then kill a worker at each one."""
        whole = self._one(purpose, way, [None])
        self.report.say(f"{purpose}, {way}: {len(whole)} steps")
        before = len(self.report.failures)
        for step in range(len(whole)):
            if self.report.sabotage and len(self.report.failures) - before >= ENOUGH:
                break  # it is caught
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
            else f"{purpose}, {way}, nobody killed"
        )
        steps: list[str] = []
        with self.report.attempt(title):
            told = self.workers.ask({**case, "die": die})
            self.counts["killed"] += sum(told["died"])
            steps = told["steps"][0]
            self.report.case(title, self._problems(case, told))
        return steps

    def _case(self, purpose: str, answers: tuple[int | str, ...]) -> dict:
        self.number += 1
        key, phones = f"letter{self.number}", []
        for number, answer in enumerate(answers):
            browser = self.service.browser(f"{key}-{number}")
            self.service.answers[f"{key}-{number}"] = answer
            phones.append({"endpoint": browser.endpoint, "keys": browser.keys})
        return {"key": key, "purpose": purpose, "phones": phones}

    def _problems(self, case: dict, told: dict) -> Iterator[str]:
        """Judge by what the push service took, not by what we say of ourselves."""
        taken = sum(1 for one in self.service.taken if one.name.split("-")[0] == case["key"])
        if told["state"] in ("waiting", "sending"):
            yield f"never settled: {told['state']}"
        if told["state"] == "sent" and not taken:
            yield "it is called sent, and nobody took it"
        if case["purpose"] == ONCE and taken > 1:
            self.counts["double"] += 1
            yield f"told {taken} times"
        if case["purpose"] == SURE and not taken:
            self.counts["lost"] += 1
            yield "lost: never told"
        if case["purpose"] == ONCE and not taken:
            self.counts["missed"] += 1
            if not told["shown"]:
                self.counts["hidden"] += 1
                yield "missed, and not in the list"
            if not told["begun"]:
                yield "missed, though nothing had left"

    def _crowd(self) -> None:
        """Several workers take from the same box at once, and each dies somewhere."""
        letters = [
            self._case(self.rng.choice([ONCE, SURE]), self.rng.choice(list(WAYS.values())))
            for _letter in range(CROWD)
        ]
        told = self.workers.ask(
            {"letters": letters, "die": [self.rng.randrange(20, 300) for _worker in range(WORKERS)]}
        )
        self.counts["killed"] += told["died"]
        for letter in letters:
            self.report.case(
                f"{letter['purpose']} in a crowd of {WORKERS} workers",
                self._problems(letter, told["letters"][letter["key"]]),
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
