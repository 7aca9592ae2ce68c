"""A guard against wrong clocks: while the time is in doubt, nothing is sent and nothing expires.

The wall clock is compared with a monotonic one. Where they diverge, the wall clock was set: the
machine found its time server, lost it, or was moved. The check runs between two pieces of work, and
work counts on from the time that was checked (`clocks.running_from`), so it never uses another.
"""

import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from everyhour.foundation.lib.clocks import monotonic

logger = logging.getLogger("everyhour.worker")

JUMP = timedelta(minutes=5)  # smaller steps are ordinary corrections
QUIET = timedelta(minutes=15)  # after this long without a jump, the clock is trusted again
AWAY = timedelta(hours=6)  # no work for this long: an old backup, or a clock that is ahead


class ClockGuard:
    """Suspends work while the wall clock is not trusted. `counter` returns monotonic seconds."""

    def __init__(self, *, counter: Callable[[], float] = monotonic):
        self.counter = counter
        self.why = ""
        self._seen: tuple[datetime, float] | None = None
        self._ends: float | None = None
        self._lock = threading.Lock()

    def start(self, at: datetime, *, newest: datetime | None, held_until: datetime | None) -> None:
        """Compare the clock with the database; continue a suspension another worker began."""
        if newest and at < newest - JUMP:
            self.suspend(
                f"The clock says {at:%Y-%m-%d %H:%M} UTC, "
                f"but the database has work from {newest:%Y-%m-%d %H:%M} UTC."
            )
        elif newest and at > newest + AWAY:
            self.suspend(
                f"No worker has run since {newest:%Y-%m-%d %H:%M} UTC: "
                "an old backup, or a clock that is ahead."
            )
        elif held_until and at < held_until <= at + QUIET:
            seconds = (held_until - at).total_seconds()
            self.suspend("The clock was set a short while ago.", seconds=seconds)

    def check(self, at: datetime) -> bool:
        """Compare the clock with the last check; return whether work is suspended."""
        jump = timedelta()
        with self._lock:  # until suspended: no other thread may see the jump gone and work on
            count = self.counter()
            if self._seen:
                jump = (at - self._seen[0]) - timedelta(seconds=count - self._seen[1])
            self._seen = (at, count)
            if abs(jump) > JUMP:
                way = "forward" if jump > timedelta() else "back"
                self.suspend(f"The clock went {way} by {in_words(abs(jump))}.")
            return self.suspended

    def suspend(self, why: str, *, seconds: float = QUIET.total_seconds()) -> None:
        self.why, self._ends = why, self.counter() + seconds
        logger.critical(
            "%s Nothing is sent and nothing is deleted for its age for %d minutes. "
            "Late notifications expire; none is sent late. Check the machine's time service.",
            why,
            round(seconds / 60),
        )

    @property
    def suspended(self) -> bool:
        return self.seconds_left > 0

    @property
    def seconds_left(self) -> float:
        return max(0.0, self._ends - self.counter()) if self._ends is not None else 0.0


def in_words(length: timedelta) -> str:
    """Format a duration for a log.

    >>> in_words(timedelta(days=364, hours=23)), in_words(timedelta(minutes=59, seconds=59))
    ('365 days', '60 minutes')
    """
    for name, unit in (("days", timedelta(days=1)), ("hours", timedelta(hours=1))):
        if length >= 2 * unit:
            return f"{round(length / unit)} {name}"
    return f"{round(length / timedelta(minutes=1))} minutes"
