"""`everyhour timetable`: every job with its last run, its error, and its next run."""

import argparse
from datetime import datetime

import django


def add(commands) -> None:
    parser = commands.add_parser(
        "timetable",
        help="list the regular jobs: last run, result, next run",
        description=_timetable.__doc__,
    )
    parser.set_defaults(run=_timetable)


def _timetable(options: argparse.Namespace) -> int:
    """Print each job's last run, result and next run. Exits with 1 when one of them failed."""
    django.setup()
    from django.utils import timezone

    from everyhour.config.timetable import TIMETABLE
    from everyhour.foundation.jobs.presenters import present

    shown = present(TIMETABLE, at=timezone.now())
    print(f"{'job':34} {'last (UTC)':17} {'next (UTC)':17} result")
    for line in shown.lines:
        next_run = _minute(line.next_at)
        if line.working or line.steady:
            next_run = "running now" if line.working else "all the time"
        result = line.error or ("OK" if line.last_at else "")
        print(f"{line.job.name:34} {_minute(line.last_at):17} {next_run:17} {result}")
    if shown.suspended_until:
        until = _minute(shown.suspended_until)
        print(f"\n{shown.suspended_because} Nothing is sent until {until} UTC.")
    if shown.never or shown.silent_since:
        since = f" since {_minute(shown.silent_since)} UTC" if shown.silent_since else ""
        print(f"\nNo worker has run{since}. Start one: `everyhour worker`.")
    return 1 if any(line.error for line in shown.lines) else 0


def _minute(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M}" if at else "not yet"
