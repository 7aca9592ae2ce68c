"""What was meant by the wall clock comes once, on its date, and never early: every zone of the tz database, two years, each quarter-hour.

A judge that shares nothing with the product but the tz database walks through time in UTC, reads every clock on the way, and knows so
when each minute of the wall first came. The living worker joins with the nudges; this is the arithmetic under them.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import available_timezones

from proofs.ledger import Ledger
from proofs.stage import replace, stage
from testing.server import ROOT

SABOTAGES = {
    "count-hours": "the next day is 24 hours later",
    "second-of-two": "of a repeated hour the second one counts",
    "guess-the-missing": "in a missing hour an hour is added, as libraries do",
    "end-too-late": "a window over midnight is measured in hours of the clock",
}
# Tried first, so that a small run meets every kind of night: half hours, changes at midnight, the date line, quarters, no change at all.
HARD = (
    "America/New_York", "Australia/Lord_Howe", "Africa/Cairo", "Pacific/Chatham", "Africa/Casablanca", "America/Nuuk", "Asia/Beirut",
    "Pacific/Kiritimati", "America/Santiago", "Antarctica/Troll", "Europe/London", "Asia/Kathmandu",
)  # fmt: skip


def prove(ledger: Ledger, *, n: int | None) -> None:
    zones = [*HARD, *sorted(available_timezones() - {*HARD, "localtime", "Factory"})][:n]
    edits = {"count-hours": _count_hours, "second-of-two": _second, "guess-the-missing": _guess, "end-too-late": _end_too_late}
    asked = missed = double = 0
    with stage(edit=edits.get(ledger.sabotage or "")) as playing:
        for told in _judge(zones, ledger.seed, playing.package):
            ledger.case(told["zone"], told["wrong"])
            ledger.tried += told["asked"]
            asked, missed, double = asked + told["asked"], missed + told["missed"], double + told["double"]
    if ledger.tried < len(zones):
        ledger.case("every zone was judged", [f"only {ledger.tried}"])
    ledger.notes |= {"zones": len(zones), "asked": f"{asked:,}", "missed": missed, "double": double}


def _judge(zones: list[str], seed: int, package: Path | None) -> Iterator[dict]:
    """Share the zones out among processes; each tells of a zone in a line."""
    count = min(os.cpu_count() or 1, -(-len(zones) // 20))
    path = f"{package.parent}{os.pathsep}{ROOT}" if package else str(ROOT)
    environment = {**os.environ, "PYTHONPATH": path, "PYTHONSAFEPATH": "1"}
    workers = [
        subprocess.Popen(
            [sys.executable, "-m", "proofs.dst_judge", str(seed), *zones[part::count]], cwd=ROOT, env=environment, stdout=subprocess.PIPE,
            text=True,
        )
        for part in range(count)
    ]  # fmt: skip
    for worker in workers:
        with worker:
            yield from (json.loads(line) for line in worker.stdout or ())


CLOCKS = Path("foundation/lib/clocks.py")


def _count_hours(package: Path) -> None:
    said = "    return reached(datetime.combine(on + DAY * (minute // MINUTES), time(minute % MINUTES // 60, minute % 60)), zone)\n"
    first = "    first = reached(datetime.combine(on.replace(month=1, day=1), time(minute % MINUTES // 60, minute % 60)), zone)\n"
    replace(package / CLOCKS, said, first + "    return first + DAY * ((on - on.replace(month=1, day=1)).days + minute // MINUTES)\n")


def _second(package: Path) -> None:
    replace(
        package / CLOCKS, "late = wall.replace(tzinfo=clock).astimezone(UTC)", "late = wall.replace(tzinfo=clock, fold=1).astimezone(UTC)"
    )


def _guess(package: Path) -> None:
    replace(package / CLOCKS, "    if late.astimezone(clock).replace(tzinfo=None) == wall:\n", "    if True:\n")


def _end_too_late(package: Path) -> None:
    said = "start, end = moment(on, since, zone), moment(on, until if until > since else until + MINUTES, zone)"
    replace(
        package / CLOCKS, said, "start = moment(on, since, zone)\n    end = start and start + MINUTE * ((until - since - 1) % MINUTES + 1)"
    )
