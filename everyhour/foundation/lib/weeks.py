"""The hours of a week in local time, for people who travel. Pure.

A day runs from waking to waking, so that a night is not split and hours after midnight belong to
the day before. A week with a clock change has 167 or 169 hours; flying east shortens a day, west
lengthens it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from everyhour.foundation.lib import wall_clock

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
DAYS = 7
MINUTES = 24 * 60
KEY = "%Y%m%dT%H%MZ"

# Zones and since when each was used, oldest first; the first also covers the time before.
Zones = Sequence[tuple[datetime, str]]


@dataclass(frozen=True, slots=True)
class Hour:
    """One hour: its start, local time, and whether it is repeated or follows a missing one."""

    start: datetime  # UTC
    end: datetime
    wall: datetime  # naive
    zone: str
    repeated: bool = False
    skipped: bool = False

    def __contains__(self, at: datetime) -> bool:
        return self.start <= at < self.end

    @property
    def key(self) -> str:
        return f"{self.start:{KEY}}"

    @property
    def length(self) -> timedelta:
        return self.end - self.start


@dataclass(frozen=True)
class Day:
    """The hours from waking on a date until the next waking; a date skipped by travel has none."""

    on: date
    hours: tuple[Hour, ...]

    @property
    def zones(self) -> list[str]:
        return list(dict.fromkeys(hour.zone for hour in self.hours))


@dataclass(frozen=True)
class Week:
    days: tuple[Day, ...]

    @cached_property
    def hours(self) -> list[Hour]:
        return [hour for day in self.days for hour in day.hours]

    @property
    def start(self) -> datetime:
        return self.hours[0].start

    @property
    def end(self) -> datetime:
        return self.hours[-1].end

    @property
    def longest(self) -> int:
        return max(len(day.hours) for day in self.days)


def week(first: date, *, zones: Zones, wakes: int = 0, days: int = DAYS) -> Week:
    """Return the week from a local date on; `wakes` is in minutes after midnight.

    >>> zones = [(datetime(2026, 1, 1, tzinfo=UTC), "America/Chicago")]
    >>> sum(len(day.hours) for day in week(date(2026, 10, 28), zones=zones).days)
    169
    """
    starts = [
        wakes_at(first + timedelta(days=n), zones=zones, wakes=wakes) for n in range(days + 1)
    ]
    return Week(
        tuple(
            Day(first + timedelta(days=n), tuple(_hours(starts[n], starts[n + 1], zones)))
            for n in range(days)
        )
    )


def wakes_at(on: date, *, zones: Zones, wakes: int) -> datetime:
    """Return the first instant at which local time reaches the hour of waking on this date."""
    wanted = datetime.combine(on, time(wakes // 60 % 24))
    for number, (_, name) in enumerate(zones):
        since = zones[number][0].astimezone(UTC) if number else None
        until = zones[number + 1][0].astimezone(UTC) if number + 1 < len(zones) else None
        reached = wall_clock.first_reaching(wanted, name)
        reached = max(reached, since) if since else reached
        if until is None or reached < until:
            return reached
    raise ValueError("At least one time zone is needed.")


def day_of(at: datetime, *, zones: Zones, wakes: int) -> date:
    """Return the date an instant belongs to: before waking, the day before."""
    on = _wall(at, zone_at(at, zones)).date() + DAY
    while wakes_at(on, zones=zones, wakes=wakes) > at:
        on -= DAY
    return on


def asleep(wall: datetime, *, wakes: int, bed: int) -> bool:
    """Return whether an hour is wholly between bed and waking; partly awake counts as awake.

    So asleep hours are consecutive, from bed to the end of the day, whatever the minute of waking.

    >>> times = {"wakes": 6 * 60 + 40, "bed": 20 * 60 + 30}
    >>> [asleep(datetime(2026, 11, 19, hour), **times) for hour in (6, 19, 20, 21, 5)]
    [False, False, False, True, True]
    """
    begins = wakes // 60 * 60
    awake = (-(-bed // 60) * 60 - begins) % MINUTES or MINUTES
    return (wall.hour * 60 - begins) % MINUTES >= awake


def zone_at(at: datetime, zones: Zones) -> str:
    return max(
        (known for known in zones if known[0] <= at), key=lambda known: known[0], default=zones[0]
    )[1]


def _hours(start: datetime, end: datetime, zones: Zones) -> Iterator[Hour]:
    """Yield hours; one after a half-hour clock change is shorter, so that the next is aligned."""
    while start < end:
        name = zone_at(start, zones)
        wall, before = _wall(start, name), _wall(start - HOUR, zone_at(start - HOUR, zones))
        until = min(start + HOUR - timedelta(minutes=wall.minute, seconds=wall.second), end)
        moved = wall - before - HOUR
        yield Hour(
            start, until, wall, name, repeated=moved < timedelta(0), skipped=moved > timedelta(0)
        )
        start = until


def _wall(at: datetime, zone: str) -> datetime:
    return at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
