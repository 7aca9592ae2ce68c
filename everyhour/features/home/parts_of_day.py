"""Which part of the day comes next, from what the family told of its day. Pure: minutes and words in, a part out."""

from dataclasses import dataclass

SATURDAY = 5
SOON = 120  # minutes; farther away it is "some time before"

# Each part: what it leads up to, and the situations that are often hard around it, the usual one first.
SCHOOL, HOME, DINNER, BED = "school", "home", "dinner", "bed"
ANCHORS = {SCHOOL: "school_starts", HOME: "home_again", DINNER: "dinner", BED: "bed"}
AROUND = {
    SCHOOL: ("leaving", "waking", "dressing", "school_drop", "teeth"),
    HOME: ("after_school", "car", "goodbye"),
    DINNER: ("mealtime", "homework", "screens", "sibling", "chores", "visit"),
    BED: ("bedtime", "pyjamas", "teeth", "bath", "night", "screens"),
}
UNTOLD = (("morning", 11 * 60), ("afternoon", 17 * 60), ("evening", 24 * 60))


@dataclass(frozen=True)
class Part:
    """A part of the day: its name, the situation to be ready for, and when what it leads up to begins."""

    name: str
    situation: str = "any"
    minute: int | None = None
    soon: bool = True


def next_part(minute: int, weekday: int, day: dict, hard: list[str]) -> Part | None:
    """Give the part that comes next; None once the day is done."""
    told = {name: day[key] for name, key in ANCHORS.items() if isinstance(day.get(key), int)}
    if weekday >= SATURDAY:
        told = {name: at for name, at in told.items() if name not in (SCHOOL, HOME)}
    if not told:
        name = next(name for name, until in UNTOLD if minute < until)
        return Part(name, next(iter(hard), "any"))
    ahead = sorted((at, name) for name, at in told.items() if at > minute)
    if not ahead:
        return None
    at, name = ahead[0]
    return Part(name, _hardest(name, hard), at, at - minute <= SOON)


def _hardest(part: str, hard: list[str]) -> str:
    """Give the situation the family called hard around this part, else the usual one."""
    return next((s for s in AROUND[part] if s in hard), AROUND[part][0])
