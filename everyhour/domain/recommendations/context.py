"""From a family's words to what the engine reads: which part of the day it is, and what this child can and cannot bear."""

from datetime import datetime

from everyhour.domain.families.models import Child
from everyhour.domain.recommendations.advisor import Wishes

# Where a situation lies in the day; what may happen at any time goes by the clock.
SLOT_OF = {
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
UNTIL = (
    (10, "waking"),
    (14, "midday"),
    (17, "after_school"),
    (19, "before_dinner"),
    (24, "bedtime"),
)


def slot(situation: str, at: datetime) -> str:
    """Name the part of the day, by what is going on or else by the clock on the wall.

    >>> slot("homework", datetime(2026, 11, 23, 20)), slot("car", datetime(2026, 11, 23, 8))
    ('after_school', 'waking')
    """
    return SLOT_OF.get(situation) or next(name for until, name in UNTIL if at.hour < until)


def wishes(child: Child, year_and_month: tuple[int, int]) -> Wishes:
    """Read what a family told of a child as the gates need it. What is told of foods or sounds is words: any word shuts the gate."""
    return Wishes(
        age=age(child, year_and_month),
        touch=not child.no_touch,
        never=frozenset(child.never),
        allergies=None if child.foods else frozenset(),
        avoid=frozenset({"noise"}) if child.sounds else frozenset(),
    )


def age(child: Child, year_and_month: tuple[int, int]) -> int | None:
    """Give the age the child acts, else the age by the month of birth; None when neither was told."""
    if child.functions_like_age is not None:
        return child.functions_like_age
    if child.born_in is None:
        return None
    year, month = year_and_month
    return year - child.born_in.year - (month < child.born_in.month)
