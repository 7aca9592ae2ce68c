"""No suggestion breaks a rule (state, ages, body, touch, “never”); every probability is known.

The engine decides random children, states, situations, limits and libraries, invented and real, in
batches. A judge that shares no rule with it (`safety_rules.py`) computes what is allowed.
"""

import itertools
import os
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from proofs.report import Report
from proofs.sandbox import Sandbox, replace
from proofs.workers import run_worker

QUICK = 20_000  # the release count is 10,000,000
BATCH = 2_000  # scenes; as in safety_worker.py
LEAST = 8 * BATCH  # fewer would not catch every sabotage
ONE_PROCESS = 200_000
PRINT_EVERY = 30  # seconds between two lines of progress
SABOTAGES = {
    "skip-allergies": "the allergy rule allows everything",
    "skip-storm": "a demanding practice is allowed in a storm",
    "forget-never": "where almost nothing is left, a “never” is allowed",
    "floor-for-all": "forbidden practices get the floor probability too",
    "ask-the-paused": "a family that paused gets nudges all the same",
    "touch-at-bath": "touch is offered at dressing, bath and bed without a yes",
    "forget-body": "practices without a way for the child's body are offered",
    "forget-real-age": "what is for young children reaches teenagers who act younger",
    "forget-months": "a baby gets what is for another month",
    "guess-age": "without an age, practices for some ages only are offered",
    "anywhere": "what was made for one situation is offered in others",
}
ENGINE = Path("engine")


def prove(report: Report, *, n: int | None) -> None:
    batches = -(-max(n or QUICK, LEAST) // BATCH)
    with Sandbox(edit=EDITS.get(report.sabotage or "")) as sandbox:
        # A batch is small: one thread each, because processes already use every processor.
        threads = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
        environment = sandbox.worker_environment(**threads)
        _check_library(report, environment)
        began = time.monotonic()
        played = _play(report, batches, environment)
        seconds = time.monotonic() - began
    if played:
        report.notes["opportunities"] = f"{played:,} at {played / seconds:,.0f} a second"


def _check_library(report: Report, environment: dict[str, str]) -> None:
    with report.attempt("the real library is read as its files say"):
        (record,) = run_worker("proofs.safety_worker", "library", environment=environment)
        problems = record["problems"] or ([] if record["count"] else ["it is empty"])
        report.case("the real library is read as its files say", problems)
        report.notes["practices of the real library"] = record["count"]


def _play(report: Report, batches: int, environment: dict[str, str]) -> int:
    """Decide and judge the batches, divided among processes; return the number of scenes.

    Each batch has its own seed, so the number of processes changes no result.
    """
    count = min(os.cpu_count() or 1, batches) if batches * BATCH > ONE_PROCESS else 1
    ends = [batches * part // count for part in range(count + 1)]
    tally = Tally(report, batches * BATCH)
    with ThreadPoolExecutor(count) as pool:
        list(pool.map(lambda part: tally.follow(*part, environment), itertools.pairwise(ends)))
    report.tried += tally.scenes - len(report.failures)
    for what, times in sorted(tally.met.items()):
        report.notes[f"met: {what}"] = f"{times:,}"
        if not times:
            report.case(f"met: {what}", ["never met: the scenes do not try it"])
    return tally.scenes


class Tally:
    """Sums up the records of several workers."""

    def __init__(self, report: Report, whole: int):
        self.report, self.whole, self.scenes, self.met = report, whole, 0, Counter[str]()
        self.progress: dict[int, int] = {}
        self.lock, self.began = threading.Lock(), time.monotonic()
        self.printed = self.began

    def follow(self, first: int, last: int, environment: dict[str, str]) -> None:
        arguments = (first, last, self.report.seed)
        with self.report.attempt(f"batches {first} to {last}"):
            for record in run_worker("proofs.safety_worker", *arguments, environment=environment):
                with self.lock:
                    self._add(first, record)

    def _add(self, first: int, record: dict) -> None:
        if "problem" in record:
            self.report.case(record["case"], [record["problem"]])
        elif "progress" in record:
            self.progress[first] = record["progress"]
            self._print_progress()
        else:
            self.scenes += record["scenes"]
            self.met.update(record["met"])
            for what, times in record["wrong"].items():
                self.report.notes[f"wrong: {what}"] = times

    def _print_progress(self) -> None:
        done, now = sum(self.progress.values()), time.monotonic()
        if now - self.printed > PRINT_EVERY:
            self.printed = now
            rate = f"{done / (now - self.began):,.0f} a second"
            self.report.say(f"{done:,} of {self.whole:,} ({done / self.whole:.0%}), {rate}")


def _skip_allergies(package: Path) -> None:
    replace(
        package / ENGINE / "safety.py", '"allergy": bool(wishes.allergies)\n', '"allergy": False\n'
    )


def _skip_storm(package: Path) -> None:
    replace(
        package / ENGINE / "safety.py", '"demand": MOOD_OF.get(state) == 2\n', '"demand": False\n'
    )


def _forget_never(package: Path) -> None:
    kept = "c in kept and c.slug not in resting"
    always = 'c.domain in ALWAYS_LEFT and hard.get(c.slug) in (None, "never")'
    replace(
        package / ENGINE / "safety.py",
        "left = tuple(c for c in kept if c.slug not in resting or c.domain in ALWAYS_LEFT)",
        "left = tuple(c for c in sorted(o.candidates, key=lambda c: c.slug)"
        f" if ({kept}) or ({always}))",
    )


def _floor_for_all(package: Path) -> None:
    replace(
        package / ENGINE / "sampling.py",
        "np.where(allowed, (1 - floor) * counts / draws + floor / among, 0.0)",
        "(1 - floor) * counts / draws + floor / allowed.shape[1]",
    )


def _ask_the_paused(package: Path) -> None:
    replace(package / ENGINE / "availability.py", '"paused": standing.paused,', '"paused": False,')


def _touch_at_bath(package: Path) -> None:
    replace(
        package / ENGINE / "choosing.py",
        "wishes.touch and (wishes.care_touch or situation not in CARE_SITUATIONS)",
        "wishes.touch",
    )


def _forget_body(package: Path) -> None:
    replace(
        package / ENGINE / "safety.py",
        '"body": not wishes.bodies <= candidate.bodies,',
        '"body": False,',
    )


def _forget_real_age(package: Path) -> None:
    replace(
        package / ENGINE / "choosing.py",
        "return fits and candidate.real_age[0] <= real <= candidate.real_age[1]",
        "return fits",
    )


def _forget_months(package: Path) -> None:
    replace(
        package / ENGINE / "choosing.py",
        "return candidate.months[0] <= wishes.months <= candidate.months[1]",
        "return True",
    )


def _guess_age(package: Path) -> None:
    replace(
        package / ENGINE / "choosing.py",
        "return common and not made_for_some and not candidate.cautions & AGE_BOUND",
        "return not candidate.cautions & AGE_BOUND",
    )


def _anywhere(package: Path) -> None:
    replace(
        package / ENGINE / "safety.py",
        '"elsewhere": wishes.gates >= 2 and',
        '"elsewhere": False and',
    )


EDITS = {
    "skip-allergies": _skip_allergies,
    "skip-storm": _skip_storm,
    "forget-never": _forget_never,
    "floor-for-all": _floor_for_all,
    "ask-the-paused": _ask_the_paused,
    "touch-at-bath": _touch_at_bath,
    "forget-body": _forget_body,
    "forget-real-age": _forget_real_age,
    "forget-months": _forget_months,
    "guess-age": _guess_age,
    "anywhere": _anywhere,
}
