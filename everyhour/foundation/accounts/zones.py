"""Time zones to choose from: one big city per zone and more, without legacy names."""

from functools import cache
from zoneinfo import available_timezones

CONTINENTS = (
    "Africa",
    "America",
    "Antarctica",
    "Arctic",
    "Asia",
    "Atlantic",
    "Australia",
    "Europe",
    "Indian",
    "Pacific",
)


@cache
def places() -> list[str]:
    return [
        *sorted(name for name in available_timezones() if name.split("/")[0] in CONTINENTS),
        "UTC",
    ]


def find_zone(text: str) -> str:
    """Return the zone with this name or city, in any case; "" when none or several match."""
    name = "_".join(text.split())
    if name in available_timezones():
        return name
    wanted = name.casefold()
    found = [
        zone for zone in places() if wanted in (zone.casefold(), zone.rpartition("/")[2].casefold())
    ]
    return found[0] if len(found) == 1 else ""
