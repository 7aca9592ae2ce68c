"""The places somebody can choose from: one large town per clock and more, without the old names."""

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


def place(told: str) -> str:
    """Find a zone by its name, or by its town alone, however it is written; nothing when we know none, or more than one."""
    told = "_".join(told.split())
    if told in available_timezones():
        return told
    found = [
        name
        for name in places()
        if told.casefold() in (name.casefold(), name.rpartition("/")[2].casefold())
    ]
    return found[0] if len(found) == 1 else ""
