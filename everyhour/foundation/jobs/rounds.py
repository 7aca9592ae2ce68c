"""Rounds of steady work: each kind works until nothing is due or its time slice is over."""

import logging
import time
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from django.db.models import Q

from everyhour.foundation.jobs.actions import Steady, short_error
from everyhour.foundation.jobs.clock_guard import ClockGuard
from everyhour.foundation.jobs.models import Job

logger = logging.getLogger("everyhour.worker")

SLICE = 2.0  # seconds
NOTE = timedelta(minutes=1)  # between two records of how it goes, by any worker


class Rounds:
    """Runs each kind of work in turn and records errors; all other state is in the database."""

    def __init__(
        self,
        works: Iterable[Steady],
        *,
        clock_guard: ClockGuard,
        clock: Callable[[], datetime],
        going: Callable[[], bool] = lambda: True,
    ):
        self.works, self.clock_guard = list(works), clock_guard
        self.clock, self.going = clock, going
        self.errors: dict[str, str] = {}
        self.ran: set[str] = set()
        self.noted: float | None = None

    def once(self) -> int:
        """Run each kind of work once around; return how many rows were handled."""
        done = sum(self._turn(work) for work in self.works)
        if self.noted is None or time.monotonic() - self.noted >= NOTE.total_seconds():
            self.note(self.clock())
        return done

    def _turn(self, work: Steady) -> int:
        done, over = 0, time.monotonic() + SLICE
        while self.going():
            at = self.clock()
            if self.clock_guard.check(at) and work.reaches:
                return done
            some = self._some(work, at)
            done += some
            if not some or time.monotonic() >= over:
                return done
        return done

    def _some(self, work: Steady, at: datetime) -> int:
        """Handle some rows; record a failure, which is retried in the next round."""
        self.ran.add(work.name)
        try:
            return work.work(at) or 0
        except Exception as failure:  # one broken kind must not stop the others
            if work.name not in self.errors:  # logged once a minute, not once a second
                logger.exception("%s failed; it is retried in the next round.", work.name)
            self.errors[work.name] = short_error(failure)
            return 0

    def note(self, at: datetime) -> None:
        """Record success or failure, about once a minute for all workers together; an error
        replaces a success of the same minute."""
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
