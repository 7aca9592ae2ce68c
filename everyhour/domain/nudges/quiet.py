"""Quiet hours as spans of time. Pure.

They are local time. When the clocks go back, an hour may occur twice: then both are quiet.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

from everyhour.foundation.lib import wall_clock
from everyhour.foundation.lib.wall_clock import DAY, MINUTE, MINUTES, Span

Hours = tuple[int, int]  # from and until, in minutes after midnight; may wrap past midnight
HOUR, HALF_DAY = timedelta(hours=1), timedelta(hours=12)
Clocks = tuple[tuple[str, Hours], ...]  # zones with their quiet hours


def clocks_of(zones: tuple[str, ...], hours: tuple[Hours, ...]) -> Clocks:
    """Pair zones with hours; hours that end where they begin are dropped.

    >>> clocks_of(("UTC", "UTC"), ((1230, 420), (0, 0)))
    (('UTC', (1230, 420)),)
    """
    return tuple(dict.fromkeys((zone, one) for zone in zones for one in hours if one[0] != one[1]))


def is_quiet(at: datetime, quiet_clocks: Clocks) -> bool:
    return any(at in span for span in around(at, quiet_clocks))


def begins(at: datetime, quiet_clocks: Clocks) -> datetime | None:
    """Return when quiet hours next begin, up to the end of the next day; None if they do not."""
    return min((span.start for span in around(at, quiet_clocks) if span.start > at), default=None)


def around(at: datetime, quiet_clocks: Clocks) -> Iterator[Span]:
    for zone, hours in quiet_clocks:
        yield from spans(wall_clock.date_in(zone, at), zone, hours)


@lru_cache(maxsize=16_384)  # planning asks for the same few hours and zones many times
def spans(on: date, zone: str, hours: Hours) -> tuple[Span, ...]:
    """Return the quiet hours from the day before a date to the day after it."""
    found = [span for day in (on - DAY, on, on + DAY) for span in _of_date(day, zone, hours)]
    for start, end in _repeated(on, zone):
        found += _walked(start, end, ZoneInfo(zone), hours)
    return tuple(_merge(sorted(found, key=lambda span: span.start)))


def _of_date(on: date, zone: str, hours: Hours) -> Iterator[Span]:
    since, until = hours
    for first, last in [(since, until)] if since < until else [(since, MINUTES), (0, until)]:
        start, end = wall_clock.instant(on, first, zone), wall_clock.instant(on, last, zone)
        if start and end and start < end:
            yield Span(start, end)


@lru_cache(maxsize=4096)
def _repeated(on: date, zone: str) -> tuple[tuple[datetime, datetime], ...]:
    """Return the repeated hours of DST changes, from the day before a date to the day after."""
    clock = ZoneInfo(zone)
    start, end = (
        wall_clock.first_reaching(_midnight(on - DAY), zone),
        wall_clock.first_reaching(_midnight(on + 2 * DAY), zone),
    )
    halves = [start + HALF_DAY * n for n in range(int((end - start) / HALF_DAY) + 2)]
    near = [
        then for then, now in pairwise(halves) if _offset(now, clock) != _offset(then, clock)
    ]  # no clock changes twice in half a day
    moved = [
        (at + HOUR, _offset(at + HOUR, clock) - _offset(at, clock))
        for then in near
        for n in range(12)
        if (at := then + HOUR * n)
    ]
    return tuple((now - HOUR, now - by + HOUR) for now, by in moved if by < timedelta())


def _offset(at: datetime, clock: ZoneInfo) -> timedelta:
    return at.astimezone(clock).utcoffset() or timedelta()


def _walked(start: datetime, end: datetime, clock: ZoneInfo, hours: Hours) -> Iterator[Span]:
    """Check a repeated hour minute by minute."""
    since, until = hours
    while start < end:
        wall = start.astimezone(clock)
        minute = wall.hour * 60 + wall.minute
        if since <= minute < until if since < until else minute >= since or minute < until:
            yield Span(start, start + MINUTE)
        start += MINUTE


def _merge(found: list[Span]) -> list[Span]:
    """Merge overlapping spans, sorted by start."""
    merged: list[Span] = []
    for span in found:
        if merged and span.start <= merged[-1].end:
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, span.end))
        else:
            merged.append(span)
    return merged


def _midnight(on: date) -> datetime:
    return datetime.combine(on, time())
