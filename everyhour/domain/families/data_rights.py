"""Export, import and erasure of families and a person's places in them.

A guardian exports their household: its people, the children who live in it, and the names of other
households. Another giver exports their own place, the children's nicknames and what their own page
shows. Someone who left a family exports that they were there. Packages above add the people and
nicknames that their own rows refer to (`referenced_rows`).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.db.models import Q

from everyhour.domain.families.actions.people import (
    announce_access_change,
    close_household,
    other_guardians,
)
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
    kept_back={"key": "a secret of this server; the texts it seals are exported in the clear"},
)
HOUSEHOLDS = ExportTable("families.Household", "households", ("id", "family", "name", "created_at"))
CAREGIVERS = ExportTable(
    "families.Caregiver",
    "caregivers",
    ("id", "family", "household", "name", "role", "relation", "may", "since", "until"),
    otherwise={"person": "`me` on one’s own place; other people’s accounts are theirs"},
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
        "care_touch",
        "bodies",
        "never",
        "day",
        "quiet_in_school",
        "created_at",
    ),
    opened={name: partial(Child.seal_place, name=name) for name in Child.SEALED},
)
NICKNAME = ("id", "family", "nickname", "created_at")
NAMED = ("id", "family", "household", "name", "role", "since", "until")
HOMES = ExportTable("families.Home", "homes", ("child", "household"), order=("child", "household"))
SHARES = ExportTable(
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
        Invitation.personal, "a link to this server for someone else; it is of no use elsewhere"
    ),
)
TABLES = (FAMILIES, HOUSEHOLDS, CAREGIVERS, CHILDREN, HOMES, SHARES, BIG_CHANGES, INVITATIONS)


@dataclass(frozen=True)
class Membership:
    """One place of a person in a family, and how much of the family it may export."""

    caregiver: Caregiver
    family: Family

    @property
    def whole(self) -> bool:
        """Whether it is a present guardian's, who exports the whole household."""
        return self.present and self.caregiver.is_guardian

    @property
    def present(self) -> bool:
        return self.caregiver.until is None


def memberships(person) -> list[Membership]:
    """Return a person's place in each family: the present one, else the first they had."""
    found: dict[str, Membership] = {}
    places = Caregiver.objects.filter(person=person).select_related("family")
    for caregiver in places.order_by("since", "id"):
        if caregiver.family_id not in found or caregiver.until is None:
            found[caregiver.family_id] = Membership(caregiver, caregiver.family)
    return [found[key] for key in sorted(found)]


def export(person) -> dict[str, Rows]:
    exported: dict[str, Rows] = {table.name: [] for table in TABLES if table is not INVITATIONS}
    for place in memberships(person):
        for table, row in _rows(place):
            exported[table.name].append(row)
    return {
        table.name: table.sort(exported[table.name]) for table in TABLES if table.name in exported
    }


def _rows(place: Membership) -> Iterator[tuple[ExportTable, dict]]:
    family, me = place.family, place.caregiver
    yield (
        FAMILIES,
        FAMILIES.export_row(family, only=None if place.present else ("id", "created_at")),
    )
    only = None if place.present else ("id", "family", "created_at")
    for household in family.households.all() if place.whole else [me.household]:
        yield HOUSEHOLDS, HOUSEHOLDS.export_row(household, only=only)
    for caregiver in me.household.caregivers.all() if place.whole else [me]:
        yield CAREGIVERS, CAREGIVERS.export_row(caregiver, me=caregiver.pk == me.pk)
    children = list(me.household.children.all()) if place.present else []
    for child in children:
        child.family = family
        yield CHILDREN, CHILDREN.export_row(child, only=None if place.whole else NICKNAME)
    homes = Home.objects.filter(child__in=children)
    for home in homes if place.whole else homes.filter(household=me.household):
        yield HOMES, HOMES.export_row(home)
    if place.whole:
        ours = Q(of=me.household) | Q(to=me.household)
        for share in HouseholdShare.objects.filter(ours, child__in=children):
            yield SHARES, SHARES.export_row(share)
        changes = BigChange.objects.filter(household=me.household, child__in=children)
        for change in changes.select_related("by"):
            row = BIG_CHANGES.export_row(change)
            still_here = change.by and change.by.household_id == me.household_id
            yield BIG_CHANGES, row if still_here else row | {"by": None}


def referenced_rows(
    place: Membership, *, people: Iterable[str], children: Iterable[str]
) -> Iterator[tuple[ExportTable, dict]]:
    """Yield the caregivers and children of the family with these ids, reduced to their names."""
    for caregiver in place.family.caregivers.filter(pk__in=set(people)):
        mine = caregiver.pk == place.caregiver.pk
        yield CAREGIVERS, CAREGIVERS.export_row(caregiver, only=NAMED, me=mine)
    for child in place.family.children.filter(pk__in=set(children)):
        yield CHILDREN, CHILDREN.export_row(child, only=NICKNAME)


def load(loading: Import) -> None:
    """Import families, each with a new key that seals its private text."""
    loading.save(
        FAMILIES, [_with_key(FAMILIES.build(row, loading)) for row in loading.rows(FAMILIES)]
    )
    loading.save(HOUSEHOLDS, [HOUSEHOLDS.build(row, loading) for row in loading.rows(HOUSEHOLDS)])
    loading.save(CAREGIVERS, [_caregiver(row, loading) for row in loading.rows(CAREGIVERS)])
    for table in (CHILDREN, HOMES, SHARES, BIG_CHANGES):
        loading.save(table, [table.build(row, loading) for row in loading.rows(table)])


def _with_key(family: Family) -> Family:
    family.key = new_wrapped_key(family.pk)
    return family


def _caregiver(row: dict, loading: Import) -> Caregiver:
    return CAREGIVERS.build(row, loading, person=loading.person if row.get("me") is True else None)


def family_ends(place: Membership) -> bool:
    """Return whether this person is the family's last guardian with an account."""
    return place.caregiver.is_guardian and not other_guardians(place.caregiver).exists()


def household_closes(place: Membership) -> bool:
    """Return whether only their household would be left without a guardian."""
    others = other_guardians(place.caregiver)
    here = others.filter(household=place.caregiver.household_id)
    return place.caregiver.is_guardian and others.exists() and not here.exists()


def erase(person, at: datetime) -> None:
    """Delete the families that end with this person, and empty their places in the others.

    A household that closes loses its name and big changes. Runs after the packages above.
    """
    for place in memberships(person):
        if family_ends(place):
            delete_family(place.family)
        elif household_closes(place):
            household = place.caregiver.household
            close_household(household, at=at)
            Household.objects.filter(pk=household.pk).update(name="")
            BigChange.objects.filter(household=household).delete()
    for caregiver in Caregiver.objects.filter(person=person):
        anonymize(caregiver, at=at)
    Invitation.objects.filter(email__iexact=person.email).update(email="")


def destroy_key(family: Family) -> None:
    """Make the family's private text unreadable, before anything else is deleted."""
    Family.objects.filter(pk=family.pk).update(key=None)


def delete_family(family: Family) -> None:
    """Delete a family with its places, children and households; people keep their accounts."""
    destroy_key(family)
    HouseholdShare.objects.filter(child__family=family).delete()
    Home.objects.filter(child__family=family).delete()
    family.invitations.all().delete()
    family.children.all().delete()
    announce_access_change(family.caregivers.present())
    family.caregivers.all().delete()
    family.households.all().delete()
    family.delete()


def anonymize(caregiver: Caregiver, *, at: datetime) -> None:
    """End a place and clear who it was, keeping the row for the moments that refer to it.

    Deletes the invitations it made or was offered, and used ones that still hold its name.
    """
    family, name = caregiver.family_id, caregiver.name
    Invitation.objects.filter(Q(caregiver=caregiver) | Q(by=caregiver), family=family).delete()
    Invitation.objects.filter(family=family, used_at__isnull=False, name=name).delete()
    caregiver.person, caregiver.name, caregiver.until = None, "", caregiver.until or at
    caregiver.relation, caregiver.may = Caregiver.Relation.OTHER, []
    caregiver.save()
    record("left for good", of=family, by=caregiver.pk, at=at)


CONTRIBUTOR = Contributor("families", TABLES, export, load, erase)
