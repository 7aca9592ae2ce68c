"""Local times, and the instants they can mean."""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

WALL = "%Y-%m-%dT%H:%M"
# Zones and since when each was used, oldest first; the first also covers the time before.
Zones = Sequence[tuple[datetime, str]]


def wall_of(at: datetime, zone: str) -> str:
    """Return the local time in a zone: 2026-11-23T18:05."""
    return f"{at.astimezone(ZoneInfo(zone)):{WALL}}"


def instants(wall: datetime, zone: str) -> list[datetime]:
    """Return the instants of a local time: none in the missing hour, two in the repeated one.

    >>> [f"{at:%H:%M}" for at in instants(datetime(2026, 11, 1, 1, 30), "America/Chicago")]
    ['06:30', '07:30']
    >>> instants(datetime(2027, 3, 14, 2, 30), "America/Chicago")
    []
    """
    try:
        tried = [wall.replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC) for fold in (0, 1)]
        kept = [at for at in tried if at.astimezone(ZoneInfo(zone)).replace(tzinfo=None) == wall]
    except OverflowError:
        return []
    return sorted(set(kept))


def instants_across_zones(wall: datetime, zones: Zones) -> list[tuple[datetime, str]]:
    """Return the instants of a traveller's local time, with their zones; travel repeats hours.

    >>> flight = datetime(2026, 7, 1, 20, tzinfo=UTC)
    >>> zones = [(datetime(2026, 1, 1, tzinfo=UTC), "America/Chicago"), (flight, "America/Denver")]
    >>> found = instants_across_zones(datetime(2026, 7, 1, 14, 30), zones)
    >>> [f"{at:%H:%M} {zone}" for at, zone in found]
    ['19:30 America/Chicago', '20:30 America/Denver']
    """
    found = []
    for number, (since, zone) in enumerate(zones):
        until = zones[number + 1][0] if number + 1 < len(zones) else None
        found += [
            (at, zone)
            for at in instants(wall, zone)
            if (number == 0 or at >= since) and (until is None or at < until)
        ]
    return sorted(found)


def is_zone(zone: str) -> bool:
    return zone in _zones()


@cache
def _zones() -> frozenset[str]:
    """Return the names of all zones; cached, because listing them reads hundreds of files."""
    return frozenset(available_timezones())
