"""Rounds of what every worker does: each kind works until nothing is due, or its slice of time is over and the next has its turn."""

import logging
import time
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from django.db.models import Q

from everyhour.foundation.jobs.actions import Steady, in_short
from everyhour.foundation.jobs.clock_guard import Brake
from everyhour.foundation.jobs.models import Job

logger = logging.getLogger("everyhour.worker")

SLICE = 2.0  # seconds
NOTE = timedelta(minutes=1)  # how it goes is written down so often, by whichever worker comes first


class Rounds:
    """Knows what went wrong since it was last written down; everything else stands in the rows that are worked on."""

    def __init__(
        self,
        works: Iterable[Steady],
        *,
        brake: Brake,
        clock: Callable[[], datetime],
        going: Callable[[], bool] = lambda: True,
    ):
        self.works, self.brake, self.clock, self.going = list(works), brake, clock, going
        self.errors: dict[str, str] = {}
        self.ran: set[str] = set()
        self.noted: float | None = None

    def once(self) -> int:
        """Give each its turn; tell how much was done."""
        done = sum(self._turn(work) for work in self.works)
        if self.noted is None or time.monotonic() - self.noted >= NOTE.total_seconds():
            self.note(self.clock())
        return done

    def _turn(self, work: Steady) -> int:
        done, over = 0, time.monotonic() + SLICE
        while self.going():
            at = self.clock()
            if self.brake.look(at) and work.reaches:
                return done
            some = self._some(work, at)
            done += some
            if not some or time.monotonic() >= over:
                return done
        return done

    def _some(self, work: Steady, at: datetime) -> int:
        """Do some; what fails says why, and is tried again in the next round."""
        self.ran.add(work.name)
        try:
            return work.work(at) or 0
        except Exception as trouble:  # one broken kind must not stop the others
            if work.name not in self.errors:  # told once a minute, not once a second
                logger.exception("%s: this failed; it is tried again in the next round.", work.name)
            self.errors[work.name] = in_short(trouble)
            return 0

    def note(self, at: datetime) -> None:
        """Write down how it goes. N workers come to one write a minute; an error is written over a minute without one."""
        old = Q(last_finished_at__isnull=True) | Q(last_finished_at__lte=at - NOTE)
        well = self.ran - set(self.errors)
        Job.objects.filter(old, name__in=well).update(
            last_started_at=at, last_finished_at=at, last_error=""
        )
        for name, error in self.errors.items():
            Job.objects.filter(old | Q(last_error=""), name=name).update(
                last_started_at=at, last_finished_at=at, last_error=error
            )
        self.errors, self.ran, self.noted = {}, set(), time.monotonic()
