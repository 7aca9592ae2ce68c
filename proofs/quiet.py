"""Nothing reaches anybody in quiet hours, while paused or after the hard part began, and never more than was said.

Invented caregivers live through weeks that end badly for schedulers: workers away for hours, letters that are tried again, clocks that
change under them, nights on which they change for everybody. Planning, rules and the time a push service keeps a letter are the
product's; what left is judged by arithmetic of its own (`quiet_player.py`).
"""

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from proofs.report import Report
from proofs.sandbox import Sandbox, override
from testing.server import ROOT

SABOTAGES = {
    "ttl=28d": "a push service keeps a letter for four weeks, as many are told to",
    "ignore-pause": "“pause everything” is not looked at",
    "flush-backlog": "what was not sent in time is sent later",
    "no-recheck": "nothing is looked at again right before it leaves",
}
SENDS = 100_000
TOLD = 20  # problems that are printed


def prove(report: Report, *, n: int | None) -> None:
    counts: Counter[str] = Counter()
    with Sandbox(edit=EDITS.get(report.sabotage or "")) as sandbox:
        for told in _lived(
            max(n or SENDS, 2_000 if report.sabotage else 1), report.seed, sandbox.package
        ):
            counts.update(told["counts"])
            report.case(f"lives {told['first']} to {told['last']}", told["wrong"][:TOLD])
    report.tried += counts["left"]
    if counts["left"] < (n or SENDS):
        report.case("as many left as were asked for", [f"only {counts['left']}"])
    report.notes |= {name: f"{counts[name]:,}" for name in sorted(counts)}


def _lived(wanted: int, seed: int, package: Path | None) -> Iterator[dict]:
    """Share the lives out among processes; each tells of some lives in a line, until enough has left."""
    count = min(os.cpu_count() or 1, -(-wanted // 5_000))
    path = f"{package.parent}{os.pathsep}{ROOT}" if package else str(ROOT)
    environment = {**os.environ, "PYTHONPATH": path, "PYTHONSAFEPATH": "1"}
    workers = [
        subprocess.Popen(
            [
                sys.executable,
                "-m",
                "proofs.quiet_player",
                str(seed),
                str(part),
                str(count),
                str(-(-wanted // count)),
            ],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        for part in range(count)
    ]
    for worker in workers:
        with worker:
            yield from (json.loads(line) for line in worker.stdout or ())


RULES, DELIVERY = Path("domain/nudges/rules.py"), Path("foundation/notifications/delivery.py")


def _ttl(package: Path) -> None:
    month = "def _seconds_left(*arguments):\n    return 28 * 24 * 3600"
    override(package, f"{DELIVERY}:_seconds_left", month)


def _ignore_pause(package: Path) -> None:
    override(package, f"{RULES}:is_paused", "def is_paused(*arguments):\n    return False")


def _flush(package: Path) -> None:
    override(package, f"{RULES}:is_late", "def is_late(*arguments):\n    return False")
    override(
        package,
        f"{RULES}:arrives_by",
        "def arrives_by(at, *arguments):\n    return at + timedelta(minutes=15)",
    )


def _no_recheck(package: Path) -> None:
    override(
        package,
        f"{RULES}:why_not_leave",
        """
        def why_not_leave(facts, ends_at, expires_at):
            late = expires_at is None or facts.at >= expires_at
            return LATE_FOUND if late else ""
        """,
    )


EDITS = {
    "ttl=28d": _ttl,
    "ignore-pause": _ignore_pause,
    "flush-backlog": _flush,
    "no-recheck": _no_recheck,
}
