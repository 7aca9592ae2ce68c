"""Run what is due. The timetable is handed in, so that this room knows no other."""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from everyhour.foundation.worker.models import HOLD, Job

logger = logging.getLogger("everyhour.worker")


@dataclass(frozen=True)
class Regular:
    """A job that comes back: its name, what it does with the time of day, and how long after its start it is due again."""

    name: str
    work: Callable[[datetime], object]
    every: timedelta


def enrol(timetable: Iterable[Regular], *, at: datetime) -> None:
    """Give every job of the timetable a row, due at once; forget rows of jobs that left the timetable."""
    names = [job.name for job in timetable]
    Job.objects.bulk_create([Job(name=name, due_at=at) for name in names], ignore_conflicts=True)
    Job.objects.exclude(name__in=names).delete()


def run_due(timetable: Iterable[Regular], *, at: datetime, clock: Callable[[], datetime]) -> list[str]:
    """Do each due job once and say which were done; a job that fails says why and comes back at its next time."""
    known, done = {job.name: job for job in timetable}, []
    for row in Job.objects.due(at).filter(name__in=known):
        now = clock()
        if not row.claim(now):
            continue
        regular, error = known[row.name], ""
        try:
            regular.work(at)
        except Exception as trouble:  # one broken job must not stop the others
            logger.exception("The job %s failed; it will be tried again.", row.name)
            error = f"{type(trouble).__name__}: {trouble}".replace("\x00", " ")
        # Only while the hold is still ours: who finishes late must not free what another worker holds by now.
        Job.objects.filter(pk=row.pk, held_until=now + HOLD).update(
            due_at=at + regular.every, held_until=None, last_finished_at=clock(), last_error=error[:2000]
        )
        done.append(row.name)
    return done
