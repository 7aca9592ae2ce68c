"""What the timetable's page and command show: each job beside its row, with no private word and, on the page, no error text."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from everyhour.foundation.jobs.actions import Regular, Steady, Timetable
from everyhour.foundation.jobs.models import CLOCK, Job

SILENCE = timedelta(minutes=5)  # something is written down each minute, as long as a worker lives


@dataclass(frozen=True)
class Line:
    """One job: when it was last done and how that went, and when it is next; None for what is done all the time."""

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
class Timetabled:
    """The whole timetable at one moment; `held_until` while the clock is not believed, `silent_since` when no worker lives."""

    lines: list[Line]
    held_until: datetime | None
    held_for: str
    silent_since: datetime | None
    never: bool


def timetabled(timetable: Timetable, *, at: datetime) -> Timetabled:
    rows = {row.name: row for row in Job.objects.all()}
    clock = rows.get(CLOCK)
    held = clock.held_until if clock and clock.held_until and clock.held_until > at else None
    newest = max(
        (row.last_finished_at for row in rows.values() if row.last_finished_at), default=None
    )
    silent = newest if newest and newest < at - SILENCE else None
    return Timetabled(
        list(_lines(timetable, rows, at)),
        held,
        clock.last_error if clock and held else "",
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
