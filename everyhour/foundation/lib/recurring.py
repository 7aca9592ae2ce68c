"""Dates and instants of weekly patterns: weekdays, also in every other week. Pure.

Counts dates, never hours, so that clock changes move nothing. Searches end after `FAR` dates.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice

from everyhour.foundation.lib import wall_clock
from everyhour.foundation.lib.wall_clock import DAY

FAR = 366 * 5  # dates searched before giving up
EVERY_DAY = frozenset(range(7))
WEEK = 7


@dataclass(frozen=True, slots=True)
class Weekdays:
    """These weekdays (Monday is 0), in every `every`-th week counted from the week of `since`.

    >>> fridays = Weekdays({4}, every=2, since=date(2026, 11, 2))
    >>> [on.day for on in dates(fridays, date(2026, 11, 1), 30)]
    [6, 20]
    """

    days: Collection[int] = EVERY_DAY
    every: int = 1
    since: date = date(1970, 1, 5)  # a Monday

    def __contains__(self, on: date, /) -> bool:
        monday, first = on - DAY * on.weekday(), self.since - DAY * self.since.weekday()
        return on.weekday() in self.days and (monday - first).days // WEEK % self.every == 0


def dates(pattern: Weekdays, first: date, days: int) -> Iterator[date]:
    """Yield the dates of a pattern among `days` dates from `first` on."""
    return (on for on in (first + timedelta(days=n) for n in range(days)) if on in pattern)


def instants(pattern: Weekdays, minute: int, zone: str, *, after: datetime) -> Iterator[datetime]:
    """Yield the instants of a local minute on the dates of a pattern, after `after`.

    >>> from datetime import UTC
    >>> asked = datetime(2026, 11, 1, 5, tzinfo=UTC)  # 1 am in New York, before the clock change
    >>> next(instants(Weekdays(), 30, "America/New_York", after=asked)).isoformat()
    '2026-11-02T05:30:00+00:00'
    """
    # A minute past midnight may belong to the date before.
    first = wall_clock.date_in(zone, after) - DAY
    found = (wall_clock.instant(on, minute, zone) for on in dates(pattern, first, FAR))
    return (at for at in found if at is not None and at > after)


def following(pattern: Weekdays, minute: int, zone: str, *, after: datetime) -> datetime | None:
    """Return the next such instant; None if there is none within `FAR` dates."""
    return next(islice(instants(pattern, minute, zone, after=after), 1), None)
