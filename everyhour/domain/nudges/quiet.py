"""Where quiet hours lie, and until when something may still arrive. Pure.

They are meant by the wall clock. On the night of a change an hour of them may come twice: then both are quiet.
"""

from collections.abc import Iterator
from datetime import date, datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo

from everyhour.foundation.lib import clocks
from everyhour.foundation.lib.clocks import DAY, MINUTE, MINUTES, Span

Hours = tuple[int, int]  # from and until, in minutes after midnight; until may be on the next morning
Clocks = tuple[tuple[str, Hours], ...]  # each zone with each of the hours that hold in it


def clocks_of(zones: tuple[str, ...], hours: tuple[Hours, ...]) -> Clocks:
    """Pair zones with hours; hours that end where they begin are none.

    >>> clocks_of(("UTC", "UTC"), ((1230, 420), (0, 0)))
    (('UTC', (1230, 420)),)
    """
    return tuple(dict.fromkeys((zone, one) for zone in zones for one in hours if one[0] != one[1]))


def is_quiet(at: datetime, held: Clocks) -> bool:
    return any(at in span for span in around(at, held))


def begins(at: datetime, held: Clocks) -> datetime | None:
    """Give when quiet hours next begin; they are looked for until the end of the next day."""
    return min((span.start for span in around(at, held) if span.start > at), default=None)


def around(at: datetime, held: Clocks) -> Iterator[Span]:
    for zone, hours in held:
        yield from spans(clocks.date_in(zone, at), zone, hours)


@lru_cache(maxsize=16_384)  # a night's plan asks for few hours in few zones, a great many times
def spans(on: date, zone: str, hours: Hours) -> tuple[Span, ...]:
    """Give the quiet hours from the day before a date to the day after it."""
    found = [span for day in (on - DAY, on, on + DAY) for span in _of_date(day, zone, hours)]
    start, end = clocks.reached(_midnight(on - DAY), zone), clocks.reached(_midnight(on + 2 * DAY), zone)
    clock = ZoneInfo(zone)
    if start.astimezone(clock).utcoffset() != end.astimezone(clock).utcoffset():
        found += _walked(start, end, clock, hours)
    return tuple(_joined(sorted(found, key=lambda span: span.start)))


def _of_date(on: date, zone: str, hours: Hours) -> Iterator[Span]:
    since, until = hours
    for first, last in [(since, until)] if since < until else [(since, MINUTES), (0, until)]:
        start, end = clocks.moment(on, first, zone), clocks.moment(on, last, zone)
        if start and end and start < end:
            yield Span(start, end)


def _walked(start: datetime, end: datetime, clock: ZoneInfo, hours: Hours) -> Iterator[Span]:
    """Look at the wall minute by minute, where clocks change."""
    since, until = hours
    while start < end:
        wall = start.astimezone(clock)
        minute = wall.hour * 60 + wall.minute
        if since <= minute < until if since < until else minute >= since or minute < until:
            yield Span(start, start + MINUTE)
        start += MINUTE


def _joined(found: list[Span]) -> Iterator[Span]:
    held: Span | None = None
    for span in found:
        if held is None or span.start > held.end:
            if held:
                yield held
            held = span
        else:
            held = Span(held.start, max(held.end, span.end))
    if held:
        yield held


def _midnight(on: date) -> datetime:
    return datetime.combine(on, time())
