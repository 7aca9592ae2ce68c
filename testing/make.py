"""Factories for tests and proofs: each creates a real row with sensible defaults."""

import itertools
import uuid
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from everyhour.domain.families.models import (
    Caregiver,
    Child,
    Family,
    Home,
    Household,
    HouseholdShare,
    Level,
)
from everyhour.domain.moments.models import Moment
from everyhour.domain.rhythm.models import Calendar, Part, Planned
from everyhour.foundation.accounts.models import Person

MONDAY = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
_number = itertools.count(1)


def person(
    email: str = "",
    *,
    password: str | None = None,
    zone: str = "America/Chicago",
    at: datetime = MONDAY,
    **columns,
) -> Person:
    made = Person.objects.create_user(
        email or f"person{next(_number)}@example.org", password, **columns
    )
    made.move(zone, at=at)
    return made


def family(*, at: datetime = MONDAY, households: int = 1, **columns) -> Family:
    """Create a family with its households; `make.guardian(family)` adds people."""
    made = Family.objects.create(created_at=at, **columns)
    for _ in range(households):
        Household.objects.create(family=made, created_at=at)
    return made


def guardian(
    of: Family,
    *,
    who: Person | None = None,
    household: Household | None = None,
    at: datetime = MONDAY,
    **columns,
) -> Caregiver:
    who = who or person()
    columns = {"name": who.name, "role": Caregiver.Role.GUARDIAN, **columns}
    return Caregiver.objects.create(
        family=of, household=household or of.households.all()[0], person=who, since=at, **columns
    )


def giver(
    of: Family,
    *,
    who: Person | None = None,
    household: Household | None = None,
    at: datetime = MONDAY,
    **columns,
) -> Caregiver:
    columns = {
        "name": "Nana",
        "role": Caregiver.Role.GIVER,
        "relation": Caregiver.Relation.GRANDPARENT,
        "may": [Caregiver.LOG],
        **columns,
    }
    return Caregiver.objects.create(
        family=of, household=household or of.households.all()[0], person=who, since=at, **columns
    )


def child(
    of: Family, *, nickname: str = "Wren", households=None, at: datetime = MONDAY, **columns
) -> Child:
    made = Child.objects.create(family=of, nickname=nickname, created_at=at, **columns)
    for household in households or of.households.all():
        Home.objects.create(child=made, household=household)
    return made


def household_share(
    of: Household, to: Household, child: Child, level: Level, *, at: datetime = MONDAY
) -> HouseholdShare:
    return HouseholdShare.objects.create(of=of, to=to, child=child, level=level, since=at)


def moment(
    by: Caregiver,
    *,
    child: Child | None = None,
    at: datetime = MONDAY,
    zone: str = "America/Chicago",
    **columns,
) -> Moment:
    """Create a moment without the changes behind it; for pages that only read."""
    columns = {
        "kind": Moment.Kind.GIVEN if child else Moment.Kind.GOT,
        "origin": Moment.Origin.SPONTANEOUS,
        "key": str(uuid.uuid4()),
        "wall": f"{at.astimezone(ZoneInfo(zone)):%Y-%m-%dT%H:%M}",
        "household": by.household,
        "received_at": at,
        "changed_at": at,
        **columns,
    }
    return Moment.objects.create(
        family=by.family, caregiver=by, child=child, at=at, zone=zone, **columns
    )


def part(
    child: Child, *, household: Household | None = None, at: datetime = MONDAY, **columns
) -> Part:
    """Create a part of a child's day in a home: piano, on Tuesdays at four."""
    columns = {"kind": "chores", "name": "piano", "begins": 16 * 60, "weekdays": [1], **columns}
    return Part.objects.create(
        family=child.family,
        child=child,
        household=household or child.households.all()[0],
        created_at=at,
        **columns,
    )


def planned(
    child: Child,
    *,
    by: Caregiver | None = None,
    household: Household | None = None,
    at: datetime = MONDAY,
    **columns,
) -> Planned:
    """Create a moment planned into a part of the day: low hum, at bedtime."""
    columns = {"transition": "bed", "practice": "low-hum", **columns}
    home = household or (by.household if by else child.households.all()[0])
    return Planned.objects.create(
        family=child.family, child=child, household=home, by=by, since=at, **columns
    )


def calendar(
    of: Household, *, by: Caregiver | None = None, at: datetime = MONDAY, **columns
) -> Calendar:
    return Calendar.objects.create(family=of.family, household=of, by=by, created_at=at, **columns)
