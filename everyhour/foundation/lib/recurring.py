"""On which dates something comes back: by weekday, every so many days, every other week, by month, with dates left out. Pure.

Dates are counted, never hours, so a night on which clocks change moves nothing; every search ends.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Protocol

from everyhour.foundation.lib import wall_clock
from everyhour.foundation.lib.wall_clock import DAY

FAR = 366 * 5  # dates looked at before we say that it never comes
EVERY_DAY = frozenset(range(7))
WEEK = 7


class Pattern(Protocol):
    """Tells whether something falls on a date."""

    def __contains__(self, on: date, /) -> bool: ...


@dataclass(frozen=True, slots=True)
class Weekdays:
    """On these weekdays, Monday being 0; with `every` 2 in every other week, counted from the week of `since`.

    >>> [on.day for on in dates(Weekdays({4}, every=2, since=date(2026, 11, 2)), date(2026, 11, 1), 30)]  # Fridays, every other week
    [6, 20]
    """

    days: Collection[int] = EVERY_DAY
    every: int = 1
    since: date = date(1970, 1, 5)  # a Monday

    def __contains__(self, on: date, /) -> bool:
        monday, first = on - DAY * on.weekday(), self.since - DAY * self.since.weekday()
        return on.weekday() in self.days and (monday - first).days // WEEK % self.every == 0


@dataclass(frozen=True, slots=True)
class EveryDays:
    """Every `every` days from a date on.

    >>> [on.day for on in dates(EveryDays(3, date(2026, 2, 27)), date(2026, 2, 25), 8)]
    [27, 2]
    """

    every: int
    since: date

    def __contains__(self, on: date, /) -> bool:
        return on >= self.since and (on - self.since).days % self.every == 0


@dataclass(frozen=True, slots=True)
class Monthly:
    """On a day of each month; in a month without it on its last one.

    >>> [f"{on:%m-%d}" for on in dates(Monthly(31), date(2028, 1, 1), 95)]
    ['01-31', '02-29', '03-31']
    """

    day: int

    def __contains__(self, on: date, /) -> bool:
        last = (on + DAY).month != on.month
        return on.day == self.day or (last and on.day < self.day)


@dataclass(frozen=True, slots=True)
class During:
    """A pattern within dates, and without those of holidays."""

    pattern: Pattern
    since: date = date.min
    until: date = date.max
    without: Collection[date] = field(default_factory=frozenset)

    def __contains__(self, on: date, /) -> bool:
        return self.since <= on <= self.until and on not in self.without and on in self.pattern


def dates(pattern: Pattern, first: date, days: int) -> Iterator[date]:
    """Give the dates of a pattern among `days` dates from the first one on."""
    return (on for on in (first + timedelta(days=n) for n in range(days)) if on in pattern)


def moments(pattern: Pattern, minute: int, zone: str, *, after: datetime) -> Iterator[datetime]:
    """Give the moments at which a minute of the wall clock comes on the dates of a pattern, later than a moment; ends when it looked far.

    >>> from datetime import UTC
    >>> asked = datetime(2026, 11, 1, 5, tzinfo=UTC)  # one in the night in New York, before the clocks change
    >>> next(moments(Weekdays(), 30, "America/New_York", after=asked)).isoformat()
    '2026-11-02T05:30:00+00:00'
    """
    first = (
        wall_clock.date_in(zone, after) - DAY
    )  # a minute past midnight may belong to the date before
    found = (wall_clock.moment(on, minute, zone) for on in dates(pattern, first, FAR))
    return (at for at in found if at is not None and at > after)


def following(pattern: Pattern, minute: int, zone: str, *, after: datetime) -> datetime | None:
    """Give the next of them; None when there is none in years."""
    return next(islice(moments(pattern, minute, zone, after=after), 1), None)
