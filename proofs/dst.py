"""A local time occurs once, on its date and never early: every zone, two years, each quarter hour.

A judge that shares only the tz database with the product walks through time in UTC and reads each
clock, and so knows when each local minute first came. Then the product's planning and deciding live
through the clock changes, with a crash in each piece of work (`dst_living.py`).
"""

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
from proofs.workers import run_parallel, run_worker
from testing.server import ROOT

SABOTAGES = {
    "count-hours": "the next day is 24 hours later",
    "second-of-two": "of a repeated hour the second occurrence counts",
    "guess-the-missing": "in a missing hour an hour is added, as libraries do",
    "end-too-late": "a window over midnight is measured in local hours",
    "half-a-plan": "a day's plan and its nudges are not stored in one transaction",
}
# First, so that a small run meets every kind of change: by half an hour, at midnight, across the
# date line, offsets of a quarter hour, and none at all.
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
    zones = all_zones()[:n]
    counts, lived = Counter[str](), Counter[str]()
    with Sandbox(edit=EDITS.get(report.sabotage or "")) as sandbox:
        for record in _judge(zones, report.seed, sandbox):
            report.case(record["zone"], record["wrong"])
            counts.update({name: record[name] for name in ("asked", "missed", "double")})
        report.tried += counts["asked"]
        for record in _live(sandbox, max(2, n // 3) if n else None, report.seed):
            report.case(f"lived through {record['change']}", record["wrong"])
            lived.update(record["counts"], changes=1)
    if report.tried < len(zones):
        report.case("every zone was judged", [f"only {report.tried}"])
    if not lived["changes"] or not lived["crashes"]:
        problem = f"{lived['changes']} changes, {lived['crashes']} crashes"
        report.case("clock changes were lived through", [problem])
    report.notes["lived"] = ", ".join(f"{count:,} {name}" for name, count in lived.items())
    report.notes |= {"zones": len(zones), **counts, "asked": f"{counts['asked']:,}"}


def all_zones() -> list[str]:
    """Return every zone of the tz database, those with unusual nights first."""
    return [*HARD, *sorted(available_timezones() - {*HARD, "localtime", "Factory"})]


def _judge(zones: list[str], seed: int, sandbox: Sandbox) -> Iterator[dict]:
    """Judge the zones, divided among processes."""
    count = min(os.cpu_count() or 1, -(-len(zones) // 20))
    environment = sandbox.worker_environment()
    return run_parallel(
        [
            run_worker("proofs.dst_judge", seed, *zones[part::count], environment=environment)
            for part in range(count)
        ]
    )


def _live(sandbox: Sandbox, most: int | None, seed: int) -> Iterator[dict]:
    """Live through clock changes, divided among processes with a database of their own each."""
    state = sandbox.folder / "lived"
    prepare = [sys.executable, "-m", "everyhour", "prepare"]
    environment = sandbox.worker_environment(state=state)
    subprocess.run(prepare, cwd=ROOT, env=environment, check=True, capture_output=True)
    count = min(os.cpu_count() or 1, most or 2)
    workers = []
    for part in range(count):
        own = shutil.copytree(state, sandbox.folder / f"lived-{part}")
        environment = sandbox.worker_environment(state=own)
        arguments = (seed, part, count, most or 10_000)
        workers.append(run_worker("proofs.dst_living", *arguments, environment=environment))
    return run_parallel(workers)


CLOCKS = Path("foundation/lib/wall_clock.py")


def _count_hours(package: Path) -> None:
    override(
        package,
        f"{CLOCKS}:instant",
        """
        def instant(on, minute, zone):
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
            start = instant(on, since, zone)
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
