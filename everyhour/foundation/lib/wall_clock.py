"""Conversion of local times to instants, in any zone, across clock changes. Pure.

Times are stored as a date, minutes after midnight and a zone, and converted late. A time in a
missing hour becomes the first valid minute after it; of a repeated hour the first is used. So
nothing is early, and nothing happens twice.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
MINUTES = 24 * 60


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open span of time: includes its start, not its end."""

    start: datetime  # UTC
    end: datetime

    def __contains__(self, at: datetime) -> bool:
        return self.start <= at < self.end

    @property
    def minutes(self) -> int:
        """Return the elapsed minutes, also across a clock change."""
        return int((self.end - self.start) / MINUTE)

    def without(self, other: "Span") -> Iterator["Span"]:
        """Yield what is left when another span is removed.

        >>> at = datetime(2026, 11, 23, 18, tzinfo=UTC)
        >>> hour = timedelta(hours=1)
        >>> long, short = Span(at, at + 3 * hour), Span(at + hour, at + 2 * hour)
        >>> [one.minutes for one in long.without(short)]
        [60, 60]
        """
        if other.end <= self.start or self.end <= other.start:
            yield self
            return
        if self.start < other.start:
            yield Span(self.start, other.start)
        if other.end < self.end:
            yield Span(other.end, self.end)


def instant(on: date, minute: int, zone: str) -> datetime | None:
    """Return the first instant at or after this local minute; None on a date the zone skipped.

    >>> f"{instant(date(2026, 3, 8), 2 * 60 + 30, 'America/New_York'):%H:%M}"  # 2:30 is missing
    '07:00'
    >>> f"{instant(date(2026, 11, 1), 90, 'America/New_York'):%H:%M}"  # the first of two 1:30
    '05:30'
    >>> instant(date(2011, 12, 30), 600, "Pacific/Apia")  # skipped in Samoa
    """
    if not exists(on, zone):
        return None
    clock = time(minute % MINUTES // 60, minute % 60)
    return first_reaching(datetime.combine(on + DAY * (minute // MINUTES), clock), zone)


def span(on: date, since: int, until: int, zone: str) -> Span | None:
    """Return the span between two minutes of a date; `until` is on the next date unless later.

    None on a date the zone skipped, or if a clock change leaves nothing of it.

    >>> span(date(2026, 11, 1), 30, 300, "America/New_York").minutes / 60
    5.5
    """
    start = instant(on, since, zone)
    end = instant(on, until if until > since else until + MINUTES, zone)
    return Span(start, end) if start and end and start < end else None


def exists(on: date, zone: str) -> bool:
    """Return whether a zone had this date."""
    start = first_reaching(datetime.combine(on, time()), zone)
    return start.astimezone(ZoneInfo(zone)).date() == on


def date_in(zone: str, at: datetime) -> date:
    """Return the local date in a zone."""
    return at.astimezone(ZoneInfo(zone)).date()


# Cached: planning nudges converts the same few minutes of the same few dates very often.
@lru_cache(maxsize=4096)
def first_reaching(wall: datetime, zone: str) -> datetime:
    """Return the first instant with at least this local time; in a gap, the instant of the jump."""
    clock = ZoneInfo(zone)
    late = wall.replace(tzinfo=clock).astimezone(UTC)
    if late.astimezone(clock).replace(tzinfo=None) == wall:
        return late
    # In a gap: `early` is before the clock moves, `late` after.
    early = wall.replace(tzinfo=clock, fold=1).astimezone(UTC)
    while late - early > timedelta(seconds=1):
        middle = early + (late - early) // 2
        if middle.astimezone(clock).replace(tzinfo=None) >= wall:
            late = middle
        else:
            early = middle
    return late.replace(microsecond=0)
