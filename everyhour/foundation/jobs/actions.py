"""Do what is due. The timetable is handed in, so that this room knows no other."""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.functional import Promise

from everyhour.foundation.jobs.clock_guard import JUMP
from everyhour.foundation.jobs.leases import Holds
from everyhour.foundation.jobs.models import CLOCK, HOLD, Job

logger = logging.getLogger("everyhour.worker")


@dataclass(frozen=True)
class Regular:
    """A job that comes back: its name, what it does with the time of day, and how long after its start it is due again.

    `any_clock` is for work that does no harm while the clock is wrong; everything else waits until it is believed again.
    """

    name: str
    work: Callable[[datetime], object]
    every: timedelta
    why: str | Promise = ""
    any_clock: bool = False


@dataclass(frozen=True)
class Steady:
    """What every worker does in every round. It claims rows of its own, some at a time, and gives how many: 0 when nothing is due.

    `reaches` is for work that reaches people: it waits while nobody knows what time it is.
    """

    name: str
    work: Callable[[datetime], int]
    why: str | Promise = ""
    reaches: bool = False


Timetable = Iterable[Regular | Steady]


def enrol(timetable: Timetable, *, at: datetime) -> None:
    """Give every job of the timetable a row, due at once; forget rows of jobs that left the timetable."""
    names = [job.name for job in timetable] + [CLOCK]
    Job.objects.bulk_create([Job(name=name, due_at=at) for name in names], ignore_conflicts=True)
    Job.objects.exclude(name__in=names).delete()


def run_due(
    timetable: Iterable[Regular],
    *,
    at: datetime,
    clock: Callable[[], datetime],
    holds: Holds | None = None,
    most: int | None = None,
) -> list[str]:
    """Do each due job once, at most so many, and say which were done; one that fails says why and comes back at its next time."""
    known, holds = {job.name: job for job in timetable}, holds or Holds()
    done: list[str] = []
    for row in Job.objects.due(at).filter(name__in=known):
        if len(done) == most:
            break
        if (hold := holds.take(row, clock())) is None:
            continue
        regular, error = known[row.name], ""
        try:
            regular.work(at)
        except Exception as trouble:  # one broken job must not stop the others
            logger.exception("The job %s failed; it will be tried again.", row.name)
            error = in_short(trouble)
        holds.give_back(hold, due_at=at + regular.every, last_finished_at=clock(), last_error=error)
        done.append(row.name)
    return done


def mend(timetable: Iterable[Regular], *, at: datetime) -> int:
    """Bring back what a clock that was ahead has put out of reach; without this a daily job could wait for a year."""
    every, mended = {job.name: job.every for job in timetable}, 0
    for row in Job.objects.exclude(name=CLOCK):
        late = at + JUMP
        right = {
            "due_at": at
            if row.name in every and row.due_at > late + every[row.name]
            else row.due_at,
            "held_until": None
            if row.held_until and row.held_until > late + HOLD
            else row.held_until,
            "last_started_at": at
            if row.last_started_at and row.last_started_at > late
            else row.last_started_at,
            "last_finished_at": at
            if row.last_finished_at and row.last_finished_at > late
            else row.last_finished_at,
        }
        was = {name: getattr(row, name) for name in right}
        if right != was:
            mended += Job.objects.filter(
                pk=row.pk, **{name: value for name, value in was.items() if value}
            ).update(**right)
    if mended:
        logger.warning(
            "The clock was ahead when this was written: %d jobs are brought back to now.", mended
        )
    return mended


def in_short(trouble: Exception) -> str:
    return f"{type(trouble).__name__}: {trouble}".replace("\x00", " ")[:2000]
