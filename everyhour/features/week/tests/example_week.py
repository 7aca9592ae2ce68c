"""An example week: Friday 13 to Thursday 19 November 2026, until 17:20."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from testing import make

CHICAGO = ZoneInfo("America/Chicago")
NOW = datetime(2026, 11, 19, 17, 20, tzinfo=CHICAGO)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
DAY = {
    "wakes": 6 * 60,
    "school_starts": 8 * 60,
    "home_again": 15 * 60,
    "dinner": 18 * 60,
    "bed": 22 * 60,
}
DAYS = {
    13: "g6 g15~a_bit g18 g19 g19 p21",
    14: "g8 g10 g13~a_bit g18~not_yet g19 p20",
    15: "g9 g11 g11 g16~a_bit p17 g18 g19 g19~a_bit",
    16: "g6 g7~a_bit p12 g15 g17 g19~a_bit g19 g19 p21",
    17: "g7 t16 g17 g18 g19 g19 p20",
    18: "g6 t10 g15 g16~a_bit p16 g18 g19~a_bit g19 p21",
    19: "p6 g7 p12 g15 g16",
}
TITLES = {"g": "Blanket roll", "p": "Called your sister", "t": "Session with Ruth"}
KINDS = {"g": "given", "p": "got", "t": "professional"}


def local(day: int, hour: int, minute: int = 0, *, month: int = 11, zone=CHICAGO) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=zone)


def home(*, zone: str = "America/Chicago", **child):
    """A family of one guardian and one child, with the usual day of the design."""
    family = make.family(at=LONG_AGO, quiet_from=22 * 60, quiet_until=6 * 60)
    ada = make.guardian(family, who=make.person(zone=zone, at=LONG_AGO, name="Ada"))
    return ada, make.child(family, **{"day": DAY, **child})


def sample(ada, wren) -> int:
    """Log the sample week; return the number of moments."""
    number = 0
    for day, marks in DAYS.items():
        for mark in marks.split():
            text_shown, _, outcome = mark.partition("~")
            kind, hour = text_shown[0], int(text_shown[1:])
            at = local(day, hour, 5) + timedelta(minutes=12 * (number % 4))
            title = ada.family.seal(TITLES[kind], place=f"moment:m{number}:title")
            child = wren if kind != "p" else None
            made = outcome or ("settled" if kind == "g" else "")
            make.moment(
                ada,
                child=child,
                at=at,
                kind=KINDS[kind],
                key=f"m{number}",
                title=title,
                outcome=made,
            )
            number += 1
    return number
