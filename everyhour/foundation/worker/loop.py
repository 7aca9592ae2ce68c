"""The worker process: look, do what is due, sleep a second, until asked to stop."""

import logging
import signal
import threading
from collections.abc import Iterable

from django.db import Error, close_old_connections
from django.utils import timezone

from everyhour.foundation.worker.actions import Regular, enrol, run_due

logger = logging.getLogger("everyhour.worker")


def work(timetable: Iterable[Regular], *, rest: float = 1.0) -> None:
    """Work until SIGTERM or SIGINT. A database that is away is waited for, not died of."""
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    enrolled = False
    while not stop.is_set():
        try:
            if not enrolled:
                enrol(timetable, at=timezone.now())
                enrolled = True
            run_due(timetable, at=timezone.now(), clock=timezone.now)
        except Error as error:
            logger.warning("The database does not answer (%s). Trying again in a little while.", error)
            stop.wait(5)
        close_old_connections()
        stop.wait(rest)
