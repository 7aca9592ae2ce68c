"""A brake for wrong clocks: while nobody knows what time it is, nothing reaches people and nothing is let go of for its age.

The clock on the wall is compared with one that only ever counts. Where they part, somebody set the clock: a machine found its time
server, or lost it, or was moved. Looked at between two pieces of work, so what is done with a time was always done with one that was
looked at first.
"""

import logging
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta

logger = logging.getLogger("everyhour.worker")

JUMP = timedelta(minutes=5)  # less is a clock being corrected
QUIET = timedelta(minutes=15)  # this long without a jump, and the clock is believed
AWAY = timedelta(hours=6)  # nobody worked for so long: an old backup, or a clock that is ahead


def counting() -> float:
    """Give seconds that nobody can set; they go on while the machine sleeps, where the system tells."""
    return (
        time.clock_gettime(time.CLOCK_BOOTTIME)
        if hasattr(time, "CLOCK_BOOTTIME")
        else time.monotonic()
    )


class Brake:
    """Whether the clock is to be believed. `counter` gives seconds that only ever go forward."""

    def __init__(self, *, counter: Callable[[], float] = counting):
        self.counter = counter
        self.why = ""
        self._seen: tuple[datetime, float] | None = None
        self._ends: float | None = None
        self._lock = threading.Lock()

    def start(self, at: datetime, *, newest: datetime | None, held_until: datetime | None) -> None:
        """Compare with what the database knows, and go on holding where another worker, or the one before us, held."""
        if newest and at < newest - JUMP:
            self.hold(
                f"The clock says {at:%Y-%m-%d %H:%M} UTC, and the database knows of {newest:%Y-%m-%d %H:%M} UTC already."
            )
        elif newest and at > newest + AWAY:
            self.hold(
                f"Nobody worked here since {newest:%Y-%m-%d %H:%M} UTC: an old backup, or a clock that is ahead."
            )
        elif held_until and at < held_until <= at + QUIET:
            self.hold(
                "The clock was set a little while ago.", seconds=(held_until - at).total_seconds()
            )

    def look(self, at: datetime) -> bool:
        """Tell whether to hold, after comparing the clock with the last look at it."""
        with self._lock:
            count = self.counter()
            jump = (
                (at - self._seen[0]) - timedelta(seconds=count - self._seen[1])
                if self._seen
                else timedelta()
            )
            self._seen = (at, count)
        if abs(jump) > JUMP:
            self.hold(
                f"The clock went {'forward' if jump > timedelta() else 'back'} by {in_words(abs(jump))}."
            )
        return self.holding

    def hold(self, why: str, *, seconds: float = QUIET.total_seconds()) -> None:
        self.why, self._ends = why, self.counter() + seconds
        logger.critical(
            "%s Nothing leaves the house, and nothing is let go of for its age, for %d minutes. Late letters expire; none is sent late.",
            why,
            round(seconds / 60),
        )

    @property
    def holding(self) -> bool:
        return self.left > 0

    @property
    def left(self) -> float:
        """Give the seconds that the brake holds on."""
        return max(0.0, self._ends - self.counter()) if self._ends is not None else 0.0


def in_words(length: timedelta) -> str:
    """Say a length of time for a log.

    >>> in_words(timedelta(days=364, hours=23)), in_words(timedelta(minutes=59, seconds=59)), in_words(timedelta(minutes=7))
    ('365 days', '60 minutes', '7 minutes')
    """
    for name, unit in (("days", timedelta(days=1)), ("hours", timedelta(hours=1))):
        if length >= 2 * unit:
            return f"{round(length / unit)} {name}"
    return f"{round(length / timedelta(minutes=1))} minutes"
