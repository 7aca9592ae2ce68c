"""The small moments a family planned into its days."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime

from django.db.models import Q, QuerySet

from everyhour.domain.families.models import Child, Household
from everyhour.domain.rhythm.models import Planned
from everyhour.domain.rhythm.shape import Day, Transition


def for_child(child: Child, household: Household, at: datetime) -> list[Planned]:
    """Return the active plans for a child in a home, oldest first."""
    return for_children([child.pk], at)[child.pk, household.pk]


def for_children(children: Collection[str], at: datetime) -> dict[tuple[str, str], list[Planned]]:
    """Return the active plans by child and home, in one query."""
    found: dict[tuple[str, str], list[Planned]] = defaultdict(list)
    for planned in active(at).filter(child__in=children):
        found[planned.child_id, planned.household_id].append(planned)
    return found


def is_planned(practice: str, *, child: str, household: str, at: datetime) -> bool:
    """Return whether a practice is planned for a child in a home."""
    plans = active(at).filter(child=child, household=household, practice=practice)
    return bool(practice and child) and plans.exists()


def active(at: datetime) -> QuerySet[Planned]:
    return Planned.objects.filter(Q(until__isnull=True) | Q(until__gt=at), since__lte=at)


def on_day(day: Day, planned: Iterable[Planned]) -> list[tuple[Transition, Planned]]:
    """Return the plans that apply on a day, in order, each with its part of the day."""
    found = [
        (part, one)
        for one in planned
        if not one.weekdays or day.on.weekday() in one.weekdays
        if (part := day.transition(one.transition))
    ]
    return sorted(found, key=lambda pair: (pair[0].minute, pair[1].since, pair[1].pk))
