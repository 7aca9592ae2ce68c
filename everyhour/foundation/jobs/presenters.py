"""Presenters of the timetable: each job with its row, for the page and the command."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from everyhour.foundation.jobs.actions import Regular, Steady, Timetable
from everyhour.foundation.jobs.models import CLOCK, Job

SILENCE = timedelta(minutes=5)  # a running worker records something each minute


@dataclass(frozen=True)
class Line:
    """One job: its last run, and its next; `next_at` is None for steady work."""

    job: Regular | Steady
    row: Job | None
    next_at: datetime | None
    working: bool

    @property
    def last_at(self) -> datetime | None:
        return self.row.last_finished_at if self.row else None

    @property
    def error(self) -> str:
        return self.row.last_error if self.row else ""

    @property
    def steady(self) -> bool:
        return isinstance(self.job, Steady)


@dataclass(frozen=True)
class TimetableView:
    """The timetable at one time; `suspended_until` while the clock is not trusted, `silent_since`
    when no worker runs. `suspended_because` is for operators, not for the public page."""

    lines: list[Line]
    suspended_until: datetime | None
    suspended_because: str
    silent_since: datetime | None
    never: bool


def present(timetable: Timetable, *, at: datetime) -> TimetableView:
    rows = {row.name: row for row in Job.objects.all()}
    clock = rows.get(CLOCK)
    suspended = clock.held_until if clock and clock.held_until and clock.held_until > at else None
    newest = max(
        (row.last_finished_at for row in rows.values() if row.last_finished_at), default=None
    )
    silent = newest if newest and newest < at - SILENCE else None
    return TimetableView(
        list(_lines(timetable, rows, at)),
        suspended,
        clock.last_error if clock and suspended else "",
        silent,
        never=newest is None,
    )


def _lines(timetable: Timetable, rows: dict[str, Job], at: datetime) -> Iterable[Line]:
    for job in timetable:
        row = rows.get(job.name)
        due = row.due_at if row and isinstance(job, Regular) else None
        yield Line(
            job,
            row,
            max(due, at) if due else None,
            working=bool(row and row.held_until and row.held_until > at),
        )
