"""The small moments a family planned into its days."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime

from django.db.models import Q

from everyhour.domain.families.models import Child, Household
from everyhour.domain.rhythm.models import Planned
from everyhour.domain.rhythm.shape import Day, Transition


def of(child: Child, household: Household, at: datetime) -> list[Planned]:
    """Give what stands planned for a child in a home, the oldest first."""
    return of_many([child.pk], at)[child.pk, household.pk]


def of_many(children: Collection[str], at: datetime) -> dict[tuple[str, str], list[Planned]]:
    """Give what stands planned, by child and home, in one question."""
    found: dict[tuple[str, str], list[Planned]] = defaultdict(list)
    for planned in standing(at).filter(child__in=children):
        found[planned.child_id, planned.household_id].append(planned)
    return found


def holds(practice: str, *, child: str, household: str, at: datetime) -> bool:
    """Tell whether a family has planned this for a child in a home."""
    return (
        bool(practice and child)
        and standing(at).filter(child=child, household=household, practice=practice).exists()
    )


def standing(at: datetime):
    return Planned.objects.filter(Q(until__isnull=True) | Q(until__gt=at), since__lte=at)


def on(day: Day, planned: Iterable[Planned]) -> list[tuple[Transition, Planned]]:
    """Give what of it comes on a date, with the part of the day it is planned into."""
    found = [
        (day.named(one.transition), one)
        for one in planned
        if not one.weekdays or day.on.weekday() in one.weekdays
    ]
    return sorted(
        ((part, one) for part, one in found if part),
        key=lambda pair: (pair[0].minute, pair[1].since, pair[1].pk),
    )
