"""The engine's context from a family's data: the part of the day, and a child's limits."""

from datetime import datetime
from typing import Any

from everyhour.domain.families.births import is_only_a_year
from everyhour.domain.families.models import Child
from everyhour.domain.practices.vocabulary import BODIES
from everyhour.domain.recommendations.advisor import GATES, NO_CARE_TOUCH_FROM, Wishes

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


# What wishes stored before the second version of the gates leave out, with its values.
BEFORE_GATES_2: dict[str, Any] = {
    "real_age": None,
    "months": None,
    "bodies": [],
    "care_touch": True,
    "gates": 1,
}
# Of a child nobody said anything about: no touch before a yes.
UNKNOWN = Wishes(touch=False, care_touch=False, gates=GATES)
BABY = 36  # months; younger children's age is in months


def wishes(child: Child, year_and_month: tuple[int, int]) -> Wishes:
    """Return a child's limits. A note on foods excludes all food; a note on sounds, all noise.

    Without an age no touch is offered; at dressing, bath and bed only where the family said so, to
    a child under NO_CARE_TOUCH_FROM.
    """
    months = age_in_months(child, year_and_month)
    real_age = None if months is None else months // 12
    felt = real_age if child.functions_like_age is None else child.functions_like_age
    young = months is not None and months + _uncertain(child) < 12 * NO_CARE_TOUCH_FROM
    return Wishes(
        age=felt,
        real_age=real_age,
        months=months if months is not None and months < BABY else None,
        touch=not child.no_touch and felt is not None,
        care_touch=child.care_touch and young,
        gates=GATES,
        bodies=frozenset(child.bodies) & frozenset(BODIES),
        never=frozenset(child.never),
        allergies=None if child.foods else frozenset(),
        avoid=frozenset({"noise"}) if child.sounds else frozenset(),
    )


def _uncertain(child: Child) -> int:
    """Return how many months older than the youngest possible age the child may be."""
    return 11 if child.born_in and is_only_a_year(child.born_in) else 0


def age_in_months(child: Child, year_and_month: tuple[int, int]) -> int | None:
    """Return how old the child is in months, the youngest possible when only the year is known."""
    if child.born_in is None:
        return None
    year, month = year_and_month
    # In a time zone behind, a child of this month may not be born yet.
    return max(0, 12 * (year - child.born_in.year) + month - child.born_in.month)
