"""The engine's context from a family's data: the part of the day, and a child's limits."""

from datetime import datetime

from everyhour.domain.families.models import Child
from everyhour.domain.recommendations.advisor import Wishes

# The part of the day of a situation; for any other it follows from the clock.
SLOTS = {
    "waking": "waking",
    "dressing": "waking",
    "teeth": "bedtime",
    "leaving": "waking",
    "school_drop": "waking",
    "after_school": "after_school",
    "homework": "after_school",
    "mealtime": "before_dinner",
    "chores": "before_dinner",
    "bedtime": "bedtime",
    "pyjamas": "bedtime",
    "bath": "bedtime",
    "night": "bedtime",
}
SLOT_ENDS = (
    (10, "waking"),
    (14, "midday"),
    (17, "after_school"),
    (19, "before_dinner"),
    (24, "bedtime"),
)


def slot(situation: str, at: datetime) -> str:
    """Return the part of the day, by the situation or else by local time.

    >>> slot("homework", datetime(2026, 11, 23, 20)), slot("car", datetime(2026, 11, 23, 8))
    ('after_school', 'waking')
    """
    return SLOTS.get(situation) or next(name for until, name in SLOT_ENDS if at.hour < until)


def wishes(child: Child, year_and_month: tuple[int, int]) -> Wishes:
    """Return a child's limits. A note on foods excludes all food; a note on sounds, all noise."""
    return Wishes(
        age=age(child, year_and_month),
        touch=not child.no_touch,
        never=frozenset(child.never),
        allergies=None if child.foods else frozenset(),
        avoid=frozenset({"noise"}) if child.sounds else frozenset(),
    )


def age(child: Child, year_and_month: tuple[int, int]) -> int | None:
    """Return the age the child functions at, else the age in years, else None."""
    if child.functions_like_age is not None:
        return child.functions_like_age
    if child.born_in is None:
        return None
    year, month = year_and_month
    return year - child.born_in.year - (month < child.born_in.month)
