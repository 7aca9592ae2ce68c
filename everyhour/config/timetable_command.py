"""`everyhour timetable`: every job with its last run, its error, and its next run."""

import argparse
from datetime import datetime

from everyhour.config import data_commands


def add(commands) -> None:
    """Add this command to the parser."""
    parser = commands.add_parser(
        "timetable",
        help="every job: last run, how it went, next run",
        description=_timetable.__doc__,
    )
    parser.set_defaults(run=_timetable)


def _timetable(options: argparse.Namespace) -> int:
    """Print each job's last run, result and next run. Exits with 1 when one of them failed."""
    data_commands._django()
    from django.utils import timezone

    from everyhour.config.timetable import TIMETABLE
    from everyhour.foundation.jobs.presenters import present

    shown = present(TIMETABLE, at=timezone.now())
    print(f"{'job':46} {'last (UTC)':17} {'next (UTC)':17} how it went")
    for line in shown.lines:
        coming = (
            "running now"
            if line.working
            else "all the time"
            if line.steady
            else _when(line.next_at)
        )
        print(
            f"{line.job.name:46} {_when(line.last_at):17} {coming:17} {line.error or ('well' if line.last_at else '')}"
        )
    if shown.suspended_until:
        print(
            f"\n{shown.suspended_because} Until {_when(shown.suspended_until)} UTC nothing is sent."
        )
    if shown.never or shown.silent_since:
        since = f"since {_when(shown.silent_since)} UTC" if shown.silent_since else "here yet"
        print(f"\nNo worker has been at work {since}: start `everyhour worker`.")
    return 1 if any(line.error for line in shown.lines) else 0


def _when(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M}" if at else "not yet"
