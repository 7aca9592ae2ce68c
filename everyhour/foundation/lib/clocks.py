"""Clocks that only run forward, for work that must not see the machine's clock being set."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta


def monotonic() -> float:
    """Return monotonic seconds, including sleep where the system counts it."""
    if hasattr(time, "CLOCK_BOOTTIME"):
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    return time.monotonic()


def running_from(at: datetime, counter: Callable[[], float] = monotonic) -> Callable[[], datetime]:
    """Return a clock that shows `at` now and counts on from there, whatever the wall clock does.

    >>> seconds = iter([1000.0, 1000.0, 1090.0])
    >>> clock = running_from(datetime(2026, 11, 23, 12), lambda: next(seconds))
    >>> [f"{clock():%H:%M:%S}" for _ in range(2)]
    ['12:00:00', '12:01:30']
    """
    start = counter()
    return lambda: at + timedelta(seconds=counter() - start)
