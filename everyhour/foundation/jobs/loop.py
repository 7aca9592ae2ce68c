"""The worker process: rounds of steady work, regular jobs, and checks of the clock.

Each kind of steady work has its own thread: a slow mail server must not delay a decision, and
nightly learning takes minutes. Regular jobs have two threads, so jobs due each minute do not wait
for the nightly ones. The main thread checks the clock and renews leases.
Any number of workers may run: due rows are claimed by one UPDATE.
"""

import logging
import signal
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import Error, close_old_connections
from django.utils import timezone

from everyhour.foundation.jobs.actions import (
    Regular,
    Steady,
    Timetable,
    enrol,
    repair_times,
    run_due,
)
from everyhour.foundation.jobs.clock_guard import ClockGuard
from everyhour.foundation.jobs.leases import Leases
from everyhour.foundation.jobs.models import CLOCK, Job
from everyhour.foundation.jobs.rounds import Rounds

logger = logging.getLogger("everyhour.worker")

REST, AWAY = 1.0, 5.0  # seconds between two checks; and while the database does not respond
PATIENCE = 8.0  # seconds for running work after a stop signal; the rest is found again later
JOBS_AT_ONCE = 2
REPAIR = 60  # clock checks between two repairs of times a fast clock wrote


def work(timetable: Timetable, *, rest: float = REST) -> int:
    """Work until SIGTERM or SIGINT; return 0, or 1 when a thread died, for the supervisor."""
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    return Worker(list(timetable), stop=stop, rest=rest).work()


class Worker:
    """The threads of a worker, with the clock guard and the leases they share."""

    def __init__(self, timetable: list[Regular | Steady], *, stop: threading.Event, rest: float):
        self.timetable, self.stop, self.rest = timetable, stop, rest
        self.regular = [job for job in timetable if isinstance(job, Regular)]
        self.steady = [job for job in timetable if isinstance(job, Steady)]
        self.clock_guard, self.leases = ClockGuard(), Leases()
        self.failed = self.suspended = False
        self.reported, self.checks = "", 0

    def work(self) -> int:
        self._repeat(self._begin, once=True)
        threads = [
            self._thread(piece)
            for piece in (*map(self._round, self.steady), *([self._job] * JOBS_AT_ONCE))
        ]
        self._repeat(self._keep)
        for thread in threads:
            thread.join(PATIENCE)
        return 1 if self.failed else 0

    def _begin(self) -> bool:
        enrol(self.timetable, at=timezone.now())
        at, clock = timezone.now(), Job.objects.get(name=CLOCK)
        self.clock_guard.start(at, newest=Job.objects.newest(), held_until=clock.held_until)
        return False

    def _keep(self) -> bool:
        """Check the clock, repair times it wrote while it was wrong, and renew leases."""
        at = timezone.now()
        suspended = self.clock_guard.check(at)
        if suspended or self.suspended:
            self._report(at)
        if not suspended and self.checks % REPAIR == 0:
            repair_times(self.regular, at=at)
        self.leases.renew(at)
        self.checks = 0 if suspended else self.checks + 1
        return False

    def _report(self, at: datetime) -> None:
        """Write into the clock's row until when work is suspended, and why, for the timetable."""
        guard = self.clock_guard
        until = at + timedelta(seconds=round(guard.seconds_left)) if guard.suspended else None
        row = Job.objects.filter(name=CLOCK)
        if until is None:
            row.update(held_until=None, last_finished_at=at, last_error="")
            logger.warning("The clock is trusted again; work continues.")
        elif not self.suspended or self.reported != guard.why:
            row.update(held_until=until, last_started_at=at, last_error=guard.why)
        self.suspended, self.reported = until is not None, guard.why

    def _round(self, work: Steady) -> Callable[[], bool]:
        rounds = Rounds(
            [work],
            clock_guard=self.clock_guard,
            clock=timezone.now,
            going=lambda: not self.stop.is_set(),
        )
        return lambda: rounds.once() > 0

    def _job(self) -> bool:
        at = timezone.now()
        jobs = self.regular
        if self.clock_guard.check(at):
            jobs = [job for job in jobs if job.any_clock]
        return bool(run_due(jobs, at=at, clock=timezone.now, leases=self.leases, most=1))

    def _thread(self, piece: Callable[[], bool]) -> threading.Thread:
        thread = threading.Thread(target=self._run_thread, args=(piece,), daemon=True)
        thread.start()
        return thread

    def _run_thread(self, piece: Callable[[], bool]) -> None:
        """Run one thread; if it dies, stop the worker, which would look alive but do nothing."""
        try:
            self._repeat(piece)
        except BaseException:
            logger.exception(
                "A thread of the worker failed. The worker stops so that it can be restarted."
            )
            self.failed = True
            self.stop.set()

    def _repeat(self, piece: Callable[[], bool], *, once: bool = False) -> None:
        """Repeat until stopped, resting when idle; wait and retry while the database is away."""
        while not self.stop.is_set():
            try:
                busy = piece()
                if once:
                    return
            except Error as error:
                logger.warning("The database failed (%s). Retrying in %d seconds.", error, AWAY)
                busy = False
                self.stop.wait(AWAY)
            close_old_connections()
            self.stop.wait(0 if busy else self.rest)
