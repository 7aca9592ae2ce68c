"""Run due jobs. The timetable is a parameter, so this package imports no other."""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.functional import Promise

from everyhour.foundation.jobs.clock_guard import JUMP
from everyhour.foundation.jobs.leases import Leases
from everyhour.foundation.jobs.models import CLOCK, LEASE, Job

logger = logging.getLogger("everyhour.worker")


@dataclass(frozen=True)
class Regular:
    """A job that is due again `every` so long after its start.

    `any_clock` is for work that does no harm while the clock is wrong; everything else waits until
    the clock is trusted again.
    """

    name: str
    work: Callable[[datetime], object]
    every: timedelta
    why: str | Promise = ""
    any_clock: bool = False


@dataclass(frozen=True)
class Steady:
    """Work that every worker does in every round.

    It claims some rows at a time and returns how many; 0 when nothing is due. `reaches` is for work
    that sends something to people: it waits while the clock is not trusted.
    """

    name: str
    work: Callable[[datetime], int]
    why: str | Promise = ""
    reaches: bool = False


Timetable = Iterable[Regular | Steady]


def enrol(timetable: Timetable, *, at: datetime) -> None:
    """Create a row, due at once, for each new job; delete rows of jobs not in the timetable."""
    names = [job.name for job in timetable] + [CLOCK]
    Job.objects.bulk_create([Job(name=name, due_at=at) for name in names], ignore_conflicts=True)
    Job.objects.exclude(name__in=names).delete()


def run_due(
    timetable: Iterable[Regular],
    *,
    at: datetime,
    clock: Callable[[], datetime],
    leases: Leases | None = None,
    most: int | None = None,
) -> list[str]:
    """Run each due job once, `most` jobs at most; return the names of those that ran.

    A failed job keeps its error in its row and is due again at its next time.
    """
    known, leases = {job.name: job for job in timetable}, leases or Leases()
    done: list[str] = []
    for row in Job.objects.due(at).filter(name__in=known):
        if len(done) == most:
            break
        if (lease := leases.acquire(row, clock())) is None:
            continue
        regular, error = known[row.name], ""
        try:
            regular.work(at)
        except Exception as failure:  # one broken job must not stop the others
            logger.exception("The job %s failed; it runs again at its next time.", row.name)
            error = short_error(failure)
        finished = clock()
        leases.release(
            lease, due_at=at + regular.every, last_finished_at=finished, last_error=error
        )
        done.append(row.name)
    return done


def repair_times(timetable: Iterable[Regular], *, at: datetime) -> int:
    """Move times in the future, written while the clock was ahead, back to now; return how many
    jobs changed. Otherwise a daily job could wait for a year.
    """
    every, repaired = {job.name: job.every for job in timetable}, 0
    for row in Job.objects.exclude(name=CLOCK):
        late = at + JUMP
        limits = {
            "due_at": (late + every[row.name] if row.name in every else None, at),
            "held_until": (late + LEASE, None),
            "last_started_at": (late, at),
            "last_finished_at": (late, at),
        }
        was = {name: getattr(row, name) for name in limits}
        wrong = {
            name: right
            for name, (latest, right) in limits.items()
            if was[name] and latest and was[name] > latest
        }
        if wrong:
            unchanged = Job.objects.filter(pk=row.pk, **{k: v for k, v in was.items() if v})
            repaired += unchanged.update(**wrong)
    if repaired:
        logger.warning("The clock was ahead when %d jobs were written; they are due now.", repaired)
    return repaired


def short_error(error: Exception) -> str:
    return f"{type(error).__name__}: {error}".replace("\x00", " ")[:2000]
