"""What the clock on the wall said, and which moments in time that can mean."""

from datetime import UTC, datetime
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

WALL = "%Y-%m-%dT%H:%M"


def wall_of(at: datetime, zone: str) -> str:
    """Read the wall clock of a zone: 2026-11-23T18:05."""
    return f"{at.astimezone(ZoneInfo(zone)):%Y-%m-%dT%H:%M}"


def instants(wall: datetime, zone: str) -> list[datetime]:
    """Give the moments at which the wall clock of this zone showed this: none in the missing hour, two in the repeated one.

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


def known(zone: str) -> bool:
    return zone in _zones()


@cache
def _zones() -> frozenset[str]:
    """Read the list once: it is a walk through a thousand files."""
    return frozenset(available_timezones())
