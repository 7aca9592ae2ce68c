"""How a family leaves with one of its people: what they may take along, what is brought back, and what goes when they go.

A guardian takes along their household: its people, the children who live in it, and of other households what these are
called. Another giver takes along their own place, the children's nicknames and what their own page shows. Who has left a
family takes along that they were there. A room above adds the people and nicknames that its own rows point at.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.db.models import Q

from everyhour.domain.families.actions.people import close, others, tell_of_access
from everyhour.domain.families.models import (
    BigChange,
    Caregiver,
    Child,
    Family,
    Home,
    Household,
    HouseholdShare,
    Invitation,
)
from everyhour.domain.families.models.family import new_wrapped_key
from everyhour.foundation.audit.models import record
from everyhour.foundation.data_rights import Contributor, ExportTable, Import, Rows

FAMILIES = ExportTable(
    "families.Family",
    "families",
    ("id", "name", "quiet_from", "quiet_until", "invented", "created_at"),
    kept_back={"key": "a secret of this server; what it seals is given opened"},
)
HOUSEHOLDS = ExportTable("families.Household", "households", ("id", "family", "name", "created_at"))
CAREGIVERS = ExportTable(
    "families.Caregiver",
    "caregivers",
    ("id", "family", "household", "name", "role", "relation", "may", "since", "until"),
    otherwise={"person": "`me` on one’s own place; another person’s account is theirs"},
)
CHILDREN = ExportTable(
    "families.Child",
    "children",
    (
        "id",
        "family",
        "nickname",
        "born_in",
        "functions_like_age",
        "hard",
        "helps",
        "helps_at",
        "no_touch",
        "never",
        "day",
        "quiet_in_school",
        "created_at",
    ),
    opened={name: partial(Child.place_of, name=name) for name in Child.SEALED},
)
NICKNAME = ("id", "family", "nickname", "created_at")
NAMED = ("id", "family", "household", "name", "role", "since", "until")
HOMES = ExportTable("families.Home", "homes", ("child", "household"), order=("child", "household"))
SIGHTS = ExportTable(
    "families.HouseholdShare",
    "sights",
    ("child", "of", "to", "level", "since"),
    order=("child", "of", "to"),
)
BIG_CHANGES = ExportTable(
    "families.BigChange",
    "big_changes",
    ("id", "child", "household", "by", "at"),
    order=("child", "at", "id"),
)
INVITATIONS = ExportTable(
    "families.Invitation",
    "invitations",
    (),
    kept_back=dict.fromkeys(
        Invitation.personal, "a link of this server to somebody else; it opens nothing elsewhere"
    ),
)
TABLES = (FAMILIES, HOUSEHOLDS, CAREGIVERS, CHILDREN, HOMES, SIGHTS, BIG_CHANGES, INVITATIONS)


@dataclass(frozen=True)
class Place:
    """One place of a person in a family, and how much of the family it may take along."""

    caregiver: Caregiver
    family: Family

    @property
    def whole(self) -> bool:
        return self.present and self.caregiver.is_guardian

    @property
    def present(self) -> bool:
        return self.caregiver.until is None


def places(person) -> list[Place]:
    """Give every place a person has or had; of several in one family the present one, else the last."""
    found: dict[str, Place] = {}
    for caregiver in (
        Caregiver.objects.filter(person=person).select_related("family").order_by("since", "id")
    ):
        if caregiver.family_id not in found or caregiver.until is None:
            found[caregiver.family_id] = Place(caregiver, caregiver.family)
    return [found[key] for key in sorted(found)]


def export(person) -> dict[str, Rows]:
    told: dict[str, Rows] = {table.name: [] for table in TABLES if table is not INVITATIONS}
    for place in places(person):
        for table, row in _rows(place):
            told[table.name].append(row)
    return {table.name: table.in_order(told[table.name]) for table in TABLES if table.name in told}


def _rows(place: Place) -> Iterator[tuple[ExportTable, dict]]:
    """Give what one place may take along."""
    family, me = place.family, place.caregiver
    yield FAMILIES, FAMILIES.tell(family, only=None if place.present else ("id", "created_at"))
    for household in family.households.all() if place.whole else [me.household]:
        yield (
            HOUSEHOLDS,
            HOUSEHOLDS.tell(
                household, only=None if place.present else ("id", "family", "created_at")
            ),
        )
    for caregiver in me.household.caregivers.all() if place.whole else [me]:
        yield CAREGIVERS, CAREGIVERS.tell(caregiver, me=caregiver.pk == me.pk)
    children = list(me.household.children.all()) if place.present else []
    for child in children:
        child.family = family
        yield CHILDREN, CHILDREN.tell(child, only=None if place.whole else NICKNAME)
    homes = Home.objects.filter(child__in=children)
    for home in homes if place.whole else homes.filter(household=me.household):
        yield HOMES, HOMES.tell(home)
    if place.whole:
        for sight in HouseholdShare.objects.filter(
            Q(of=me.household) | Q(to=me.household), child__in=children
        ):
            yield SIGHTS, SIGHTS.tell(sight)
        for change in BigChange.objects.filter(
            household=me.household, child__in=children
        ).select_related("by"):
            told = BIG_CHANGES.tell(change)
            yield (
                BIG_CHANGES,
                told
                if change.by and change.by.household_id == me.household_id
                else told | {"by": None},
            )


def pointed_at(
    place: Place, *, people: Iterable[str], children: Iterable[str]
) -> Iterator[tuple[ExportTable, dict]]:
    """Give those of other households that stand in what one may read: who gave it, and the nickname of whom it was given to."""
    for caregiver in place.family.caregivers.filter(pk__in=set(people)):
        yield (
            CAREGIVERS,
            CAREGIVERS.tell(caregiver, only=NAMED, me=caregiver.pk == place.caregiver.pk),
        )
    for child in place.family.children.filter(pk__in=set(children)):
        yield CHILDREN, CHILDREN.tell(child, only=NICKNAME)


def load(loading: Import) -> None:
    """Bring families that nobody here has: each gets a new key, and its private text is sealed with it."""
    loading.save(
        FAMILIES, [_with_key(FAMILIES.make(row, loading)) for row in loading.rows(FAMILIES)]
    )
    loading.save(HOUSEHOLDS, [HOUSEHOLDS.make(row, loading) for row in loading.rows(HOUSEHOLDS)])
    loading.save(CAREGIVERS, [_caregiver(row, loading) for row in loading.rows(CAREGIVERS)])
    for table in (CHILDREN, HOMES, SIGHTS, BIG_CHANGES):
        loading.save(table, [table.make(row, loading) for row in loading.rows(table)])


def _with_key(family: Family) -> Family:
    family.key = new_wrapped_key(family.pk)
    return family


def _caregiver(row: dict, loading: Import) -> Caregiver:
    return CAREGIVERS.make(row, loading, person=loading.person if row.get("me") is True else None)


def ends_with(place: Place) -> bool:
    """Tell whether the family ends when this person goes: no other guardian with an account is there."""
    return place.caregiver.is_guardian and not others(place.caregiver).exists()


def closes_household(place: Place) -> bool:
    """Tell whether their household ends when this person goes, in a family that goes on: nobody left may see what is in it."""
    near = others(place.caregiver)
    apart = near.exists() and not near.filter(household=place.caregiver.household_id).exists()
    return place.caregiver.is_guardian and apart


def erase(person, at: datetime) -> None:
    """Let each place go; a family whose last guardian goes, goes whole. What stands on the family is gone before."""
    for place in places(person):
        if ends_with(place):
            end(place.family)
        elif closes_household(place):
            close(place.caregiver.household, at=at)
            Household.objects.filter(pk=place.caregiver.household_id).update(name="")
            BigChange.objects.filter(household=place.caregiver.household_id).delete()
    for caregiver in Caregiver.objects.filter(person=person):
        leave_no_name(caregiver, at=at)
    Invitation.objects.filter(email__iexact=person.email).update(email="")


def destroy_key(family: Family) -> None:
    """First of all: whatever stays behind of this family’s private text, nobody can read it any more."""
    Family.objects.filter(pk=family.pk).update(key=None)


def end(family: Family) -> None:
    """Remove a family with all its people’s places; the accounts of those people stay theirs."""
    destroy_key(family)
    for rows in (
        HouseholdShare.objects.filter(child__family=family),
        Home.objects.filter(child__family=family),
        family.invitations.all(),
    ):
        rows.delete()
    family.children.all().delete()
    tell_of_access(family.caregivers.present())
    family.caregivers.all().delete()
    family.households.all().delete()
    family.delete()


def leave_no_name(caregiver: Caregiver, *, at: datetime) -> None:
    """Empty a place in a family that goes on: moments keep that somebody gave them, not who."""
    family, name = caregiver.family_id, caregiver.name
    Invitation.objects.filter(Q(caregiver=caregiver) | Q(by=caregiver), family=family).delete()
    Invitation.objects.filter(family=family, used_at__isnull=False, name=name).delete()
    caregiver.person, caregiver.name, caregiver.until = None, "", caregiver.until or at
    caregiver.relation, caregiver.may = Caregiver.Relation.OTHER, []
    caregiver.save()
    record("left for good", of=family, by=caregiver.pk, at=at)


CONTRIBUTOR = Contributor("families", TABLES, export, load, erase)
