"""No candidate ever breaks a hard rule, a “never”, an age, an allergy, a state gate; every probability is known.

Random children, states, situations, limits and libraries, invented and real, are decided in batches by the engine itself; a judge that
shares no rule with it (`safety_rules.py`) works out what may be offered.
"""

import itertools
import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

from proofs.report import Report
from proofs.sandbox import Sandbox, replace
from testing.server import ROOT

QUICK = 20_000  # the release count is 10,000,000
BATCH = 2_000  # of the worker
LEAST = 8 * BATCH  # fewer meet too little to catch a sabotage
ONE_PROCESS = 200_000
TELL_EVERY = 30  # seconds
SABOTAGES = {
    "skip-allergies": "the gate for allergies lets everything through",
    "skip-storm": "a child in storm is asked for something",
    "forget-never": "where almost nothing is left, a “never” comes back",
    "floor-for-all": "the floor is given also to what may not be offered",
    "ask-the-paused": "a family that paused is reached all the same",
}
ENGINE = Path("engine")


def prove(report: Report, *, n: int | None) -> None:
    batches = -(-max(n or QUICK, LEAST) // BATCH)
    with Sandbox(edit=EDITS.get(report.sabotage or "")) as sandbox:
        _library(report, sandbox.package)
        began = time.monotonic()
        played = _play(report, batches, sandbox.package)
        seconds = time.monotonic() - began
    if played:
        report.notes["opportunities"] = f"{played:,} at {played / seconds:,.0f} a second"


def _library(report: Report, package: Path | None) -> None:
    words = "import json, proofs.safety_worker as w; print(json.dumps([list(w.as_written()), len(w.real())]))"
    ran = subprocess.run(
        [sys.executable, "-c", words],
        cwd=ROOT,
        env=_environment(package),
        capture_output=True,
        text=True,
        check=False,
    )
    problems, count = json.loads(ran.stdout) if ran.returncode == 0 else ([ran.stderr[-200:]], 0)
    report.case(
        "the real library is read as its files say",
        problems or ([] if count else ["there is none"]),
    )
    report.notes["practices of the real library"] = count


def _play(report: Report, batches: int, package: Path | None) -> int:
    """Share the batches out among processes; each batch has its own dice, so the number of processes changes nothing."""
    count = min(os.cpu_count() or 1, batches) if batches * BATCH > ONE_PROCESS else 1
    ends = [batches * part // count for part in range(count + 1)]
    tally = Tally(report, batches * BATCH)
    threads = [
        threading.Thread(target=tally.follow, args=(first, last, package))
        for first, last in itertools.pairwise(ends)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    report.tried += tally.scenes - len(report.failures)
    for what, times in sorted(tally.met.items()):
        report.notes[f"met: {what}"] = f"{times:,}"
        if not times:
            report.case(f"met: {what}", ["never met: the scenes do not try it"])
    return tally.scenes


class Tally:
    """Adds up what processes tell."""

    def __init__(self, report: Report, whole: int):
        self.report, self.whole, self.scenes, self.met = report, whole, 0, dict[str, int]()
        self.under_way: dict[int, int] = {}
        self.lock, self.began, self.told = threading.Lock(), time.monotonic(), time.monotonic()

    def follow(self, first: int, last: int, package: Path | None) -> None:
        command = [
            sys.executable,
            "-m",
            "proofs.safety_worker",
            str(first),
            str(last),
            str(self.report.seed),
        ]
        with subprocess.Popen(
            command,
            cwd=ROOT,
            env=_environment(package),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as worker:
            ended = False
            for line in worker.stdout or ():
                with self.lock:
                    ended |= self._take(first, json.loads(line))
            if not ended:
                with self.lock:
                    said = (worker.stderr.read() if worker.stderr else "").strip().splitlines()
                    self.report.case(
                        f"batches {first} to {last} could be played",
                        [said[-1] if said else "it ended by itself"],
                    )

    def _take(self, first: int, told: dict) -> bool:
        if "problem" in told:
            self.report.case(told["case"], [told["problem"]])
        elif "progress" in told:
            self.under_way[first] = told["progress"]
            self._progress()
        else:
            self.scenes += told["scenes"]
            for what, times in told["met"].items():
                self.met[what] = self.met.get(what, 0) + times
            for what, times in told["wrong"].items():
                self.report.notes[f"wrong: {what}"] = times
        return "scenes" in told

    def _progress(self) -> None:
        done, now = sum(self.under_way.values()), time.monotonic()
        if now - self.told > TELL_EVERY:
            self.told = now
            self.report.say(
                f"{done:,} of {self.whole:,} ({done / self.whole:.0%}), {done / (now - self.began):,.0f} a second"
            )


def _environment(package: Path | None) -> dict[str, str]:
    path = f"{package.parent}{os.pathsep}{ROOT}" if package else str(ROOT)
    one = {
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
    }  # a batch is small; the processes share the processors out
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "everyhour.config.settings",
        "PYTHONPATH": path,
        "PYTHONSAFEPATH": "1",
        **one,
    }


def _skip_allergies(package: Path) -> None:
    replace(
        package / ENGINE / "safety.py", '"allergy": bool(wishes.allergies)\n', '"allergy": False\n'
    )


def _skip_storm(package: Path) -> None:
    replace(
        package / ENGINE / "safety.py", '"demand": MOOD_OF.get(state) == 2\n', '"demand": False\n'
    )


def _forget_never(package: Path) -> None:
    replace(
        package / ENGINE / "safety.py",
        "        left = tuple(c for c in kept if c.slug not in resting or c.domain in ALWAYS_LEFT)\n",
        "        left = tuple(c for c in sorted(o.candidates, key=lambda c: c.slug)"
        ' if (c in kept and c.slug not in resting) or (c.domain in ALWAYS_LEFT and hard.get(c.slug) in (None, "never")))\n',
    )


def _floor_for_all(package: Path) -> None:
    replace(
        package / ENGINE / "sampling.py",
        "np.where(allowed, (1 - floor) * counts / draws + floor / among, 0.0)",
        "(1 - floor) * counts / draws + floor / allowed.shape[1]",
    )


def _ask_the_paused(package: Path) -> None:
    replace(package / ENGINE / "availability.py", '"paused": standing.paused,', '"paused": False,')


EDITS = {
    "skip-allergies": _skip_allergies,
    "skip-storm": _skip_storm,
    "forget-never": _forget_never,
    "floor-for-all": _floor_for_all,
    "ask-the-paused": _ask_the_paused,
}
