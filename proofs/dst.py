"""What was meant by the wall clock comes once, on its date, and never early: every zone of the tz database, two years, each quarter-hour.

A judge that shares nothing with the product but the tz database walks through time in UTC, reads every clock on the way, and knows so
when each minute of the wall first came. Then the product's own planning and deciding live through the changes themselves, with a
crash in each piece of work (`dst_living.py`).
"""

import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import available_timezones

from proofs.report import Report
from proofs.sandbox import Sandbox, override, replace
from testing.server import ROOT

SABOTAGES = {
    "count-hours": "the next day is 24 hours later",
    "second-of-two": "of a repeated hour the second one counts",
    "guess-the-missing": "in a missing hour an hour is added, as libraries do",
    "end-too-late": "a window over midnight is measured in hours of the clock",
    "half-a-plan": "a day’s plan and its nudges are not written as one",
}
# Tried first, so that a small run meets every kind of night: half hours, changes at midnight, the date line, quarters, no change at all.
HARD = (
    "America/New_York",
    "Australia/Lord_Howe",
    "Africa/Cairo",
    "Pacific/Chatham",
    "Africa/Casablanca",
    "America/Nuuk",
    "Asia/Beirut",
    "Pacific/Kiritimati",
    "America/Santiago",
    "Antarctica/Troll",
    "Europe/London",
    "Asia/Kathmandu",
)


def prove(report: Report, *, n: int | None) -> None:
    zones = [*HARD, *sorted(available_timezones() - {*HARD, "localtime", "Factory"})][:n]
    asked = missed = double = 0
    lived: Counter[str] = Counter()
    with Sandbox(edit=EDITS.get(report.sabotage or "")) as sandbox:
        for told in _judge(zones, report.seed, sandbox.package):
            report.case(told["zone"], told["wrong"])
            report.tried += told["asked"]
            asked, missed, double = (
                asked + told["asked"],
                missed + told["missed"],
                double + told["double"],
            )
        for told in _live(sandbox, max(2, n // 3) if n else None, report.seed):
            report.case(f"lived through {told['change']}", told["wrong"])
            lived.update(
                {
                    name: told[name]
                    for name in ("asked", "missed", "double", "shifted", "letters", "crashes")
                },
                changes=1,
            )
    if report.tried < len(zones):
        report.case("every zone was judged", [f"only {report.tried}"])
    if not lived["changes"] or not lived["crashes"]:
        report.case(
            "changes were lived through",
            [f"{lived['changes']} changes, {lived['crashes']} crashes"],
        )
    report.notes["lived"] = ", ".join(f"{count:,} {name}" for name, count in lived.items())
    report.notes |= {"zones": len(zones), "asked": f"{asked:,}", "missed": missed, "double": double}


def _judge(zones: list[str], seed: int, package: Path | None) -> Iterator[dict]:
    """Share the zones out among processes; each tells of a zone in a line."""
    count = min(os.cpu_count() or 1, -(-len(zones) // 20))
    path = f"{package.parent}{os.pathsep}{ROOT}" if package else str(ROOT)
    environment = {**os.environ, "PYTHONPATH": path, "PYTHONSAFEPATH": "1"}
    workers = [
        subprocess.Popen(
            [sys.executable, "-m", "proofs.dst_judge", str(seed), *zones[part::count]],
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


def _live(sandbox: Sandbox, most: int | None, seed: int) -> Iterator[dict]:
    """Share the changes out among processes, each on a state of its own, on SQLite."""
    environment = {
        name: value for name, value in os.environ.items() if name != "EVERYHOUR_DATABASE"
    }
    environment |= {
        "DJANGO_SETTINGS_MODULE": "everyhour.config.settings",
        "EVERYHOUR_CONTENT": str(ROOT / "content"),
    }
    if sandbox.package:
        environment |= {
            "PYTHONPATH": f"{sandbox.package.parent}{os.pathsep}{ROOT}",
            "PYTHONSAFEPATH": "1",
        }
    state = sandbox.folder / "lived"
    prepare = [sys.executable, "-m", "everyhour", "prepare"]
    subprocess.run(
        prepare,
        cwd=ROOT,
        env={**environment, "EVERYHOUR_STATE": str(state)},
        check=True,
        capture_output=True,
    )
    each = min(os.cpu_count() or 1, most or 2)
    workers = []
    for part in range(each):
        own = shutil.copytree(state, sandbox.folder / f"lived-{part}")
        command = [
            sys.executable,
            "-m",
            "proofs.dst_living",
            str(seed),
            str(part),
            str(each),
            str(most or 10_000),
        ]
        workers.append(
            subprocess.Popen(
                command,
                cwd=ROOT,
                env={**environment, "EVERYHOUR_STATE": str(own)},
                stdout=subprocess.PIPE,
                text=True,
            )
        )
    for worker in workers:
        with worker:
            yield from (json.loads(line) for line in worker.stdout or ())
        if worker.returncode:
            raise RuntimeError(f"A life ended with {worker.returncode}")


CLOCKS = Path("foundation/lib/wall_clock.py")


def _count_hours(package: Path) -> None:
    override(
        package,
        f"{CLOCKS}:moment",
        """
        def moment(on, minute, zone):
            first = original(on.replace(month=1, day=1), minute % MINUTES, zone)
            return first + DAY * ((on - on.replace(month=1, day=1)).days + minute // MINUTES)
        """,
    )


def _second(package: Path) -> None:
    replace(
        package / CLOCKS,
        "late = wall.replace(tzinfo=clock).astimezone(UTC)",
        "late = wall.replace(tzinfo=clock, fold=1).astimezone(UTC)",
    )


def _guess(package: Path) -> None:
    replace(
        package / CLOCKS,
        "    if late.astimezone(clock).replace(tzinfo=None) == wall:\n",
        "    if True:\n",
    )


def _end_too_late(package: Path) -> None:
    override(
        package,
        f"{CLOCKS}:span",
        """
        def span(on, since, until, zone):
            start = moment(on, since, zone)
            end = start and start + MINUTE * ((until - since - 1) % MINUTES + 1)
            return Span(start, end) if start and end and start < end else None
        """,
    )


def _half_a_plan(package: Path) -> None:
    replace(
        package / "domain/nudges/daily_plans.py",
        "with transaction.atomic():\n        PlannedDay.objects.bulk_create(",
        "if True:\n        PlannedDay.objects.bulk_create(",
    )


EDITS = {
    "count-hours": _count_hours,
    "second-of-two": _second,
    "guess-the-missing": _guess,
    "end-too-late": _end_too_late,
    "half-a-plan": _half_a_plan,
}
