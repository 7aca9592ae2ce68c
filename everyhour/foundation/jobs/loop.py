"""The worker process: rounds of what is always to do, regular jobs beside them, and a look at the clock; until asked to stop.

What is always to do has a thread for each kind: a mail server that lets us wait must not hold up a decision, and a night of learning
takes minutes. Regular jobs have two, so that what comes each minute does not wait for the night either. The first thread looks at
the clock and renews what is held.
Any number of workers may run: what is due is claimed by one UPDATE, by whichever comes first.
"""

import logging
import signal
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import Error, close_old_connections
from django.utils import timezone

from everyhour.foundation.jobs.actions import Regular, Steady, Timetable, enrol, mend, run_due
from everyhour.foundation.jobs.clock_guard import Brake
from everyhour.foundation.jobs.leases import Holds
from everyhour.foundation.jobs.models import CLOCK, Job
from everyhour.foundation.jobs.rounds import Rounds

logger = logging.getLogger("everyhour.worker")

REST, AWAY = 1.0, 5.0  # seconds between two looks; and while the database does not answer
PATIENCE = (
    8.0  # seconds for what is under way when asked to stop; what is not done then is found again
)
JOBS_AT_ONCE = 2
MEND = 60  # looks between two looks at rows that a clock ahead has left


def work(timetable: Timetable, *, rest: float = REST) -> int:
    """Work until SIGTERM or SIGINT, and give 0; 1 when a thread fell, so that whoever started us does it again."""
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    return Worker(list(timetable), stop=stop, rest=rest).work()


class Worker:
    """Its threads, and what they share: the clock's brake and what is held."""

    def __init__(self, timetable: list[Regular | Steady], *, stop: threading.Event, rest: float):
        self.timetable, self.stop, self.rest = timetable, stop, rest
        self.regular = [job for job in timetable if isinstance(job, Regular)]
        self.steady = [job for job in timetable if isinstance(job, Steady)]
        self.brake, self.holds = Brake(), Holds()
        self.fell = self.held = False
        self.told, self.looks = "", 0

    def work(self) -> int:
        self._patiently(self._begin, once=True)
        threads = [
            self._thread(piece)
            for piece in (*map(self._round, self.steady), *([self._job] * JOBS_AT_ONCE))
        ]
        self._patiently(self._keep)
        for thread in threads:
            thread.join(PATIENCE)
        return 1 if self.fell else 0

    def _begin(self) -> bool:
        enrol(self.timetable, at=timezone.now())
        at, clock = timezone.now(), Job.objects.get(name=CLOCK)
        self.brake.start(at, newest=Job.objects.newest(), held_until=clock.held_until)
        return False

    def _keep(self) -> bool:
        """Look at the clock, and renew what is held."""
        at = timezone.now()
        holding = self.brake.look(at)
        if holding or self.held:
            self._tell(at)
        if not holding and self.looks % MEND == 0:
            mend(self.regular, at=at)
        self.holds.renew(at)
        self.looks = 0 if holding else self.looks + 1
        return False

    def _tell(self, at: datetime) -> None:
        """Let the row of the clock say until when the brake holds and why; the timetable's page reads it."""
        until = at + timedelta(seconds=round(self.brake.left)) if self.brake.holding else None
        row = Job.objects.filter(name=CLOCK)
        if until is None:
            row.update(held_until=None, last_finished_at=at, last_error="")
            logger.warning("The clock is believed again; work goes on.")
        elif not self.held or self.told != self.brake.why:
            row.update(held_until=until, last_started_at=at, last_error=self.brake.why)
        self.held, self.told = until is not None, self.brake.why

    def _round(self, work: Steady) -> Callable[[], bool]:
        rounds = Rounds(
            [work], brake=self.brake, clock=timezone.now, going=lambda: not self.stop.is_set()
        )
        return lambda: rounds.once() > 0

    def _job(self) -> bool:
        at = timezone.now()
        may = (
            [job for job in self.regular if job.any_clock] if self.brake.look(at) else self.regular
        )
        return bool(run_due(may, at=at, clock=timezone.now, holds=self.holds, most=1))

    def _thread(self, piece: Callable[[], bool]) -> threading.Thread:
        thread = threading.Thread(target=self._carefully, args=(piece,), daemon=True)
        thread.start()
        return thread

    def _carefully(self, piece: Callable[[], bool]) -> None:
        """A worker that lives on without one of its threads would look well and do nothing: it ends instead."""
        try:
            self._patiently(piece)
        except BaseException:
            logger.exception("The worker fell. It ends, so that it can be started again.")
            self.fell = True
            self.stop.set()

    def _patiently(self, piece: Callable[[], bool], *, once: bool = False) -> None:
        """Do it again and again, with a rest when there was nothing to do. A database that is away is waited for, not died of."""
        while not self.stop.is_set():
            try:
                busy = piece()
                if once:
                    return
            except Error as error:
                logger.warning(
                    "The database does not answer (%s). Trying again in a little while.", error
                )
                busy = False
                self.stop.wait(AWAY)
            close_old_connections()
            self.stop.wait(0 if busy else self.rest)
