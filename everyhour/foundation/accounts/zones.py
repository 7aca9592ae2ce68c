"""The places somebody can choose from: one large town per clock and more, without the old names."""

from functools import cache
from zoneinfo import available_timezones

CONTINENTS = ("Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")


@cache
def places() -> list[str]:
    return [*sorted(name for name in available_timezones() if name.split("/")[0] in CONTINENTS), "UTC"]
