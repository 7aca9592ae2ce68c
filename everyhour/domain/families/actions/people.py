"""Who belongs to a family: founding it, adding givers, changing, leaving, removing, bringing back."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from everyhour.domain.families.actions.refused import Refused
from everyhour.domain.families.models import (
    Caregiver,
    Family,
    Household,
    HouseholdShare,
    Invitation,
    Level,
)
from everyhour.domain.families.signals import access_changed
from everyhour.foundation.accounts.models import Person
from everyhour.foundation.audit.models import record


def found(*, by: Person, at: datetime) -> Caregiver:
    """Begin a family with one household and one guardian; who already is a guardian somewhere keeps that place."""
    with transaction.atomic():
        Person.objects.select_for_update().get(pk=by.pk)
        if place := Caregiver.objects.guardians().filter(person=by).first():
            return place
        family = Family.objects.create(created_at=at)
        household = Household.objects.create(family=family, created_at=at)
        place = Caregiver.objects.create(
            family=family,
            household=household,
            person=by,
            name=by.name,
            role=Caregiver.Role.GUARDIAN,
            since=at,
        )
        record("family founded", of=family.pk, by=place.pk, at=at)
        return place


def add_giver(
    *, name: str, relation: str, may: Iterable[str] = (), by: Caregiver, at: datetime
) -> Caregiver:
    """Add a safe grown-up who needs no account: a name, and what they may do should they ever get one."""
    with transaction.atomic():
        giver = Caregiver.objects.create(
            family=by.family,
            household=by.household,
            name=name,
            role=Caregiver.Role.GIVER,
            relation=relation,
            may=known(may),
            since=at,
        )
        record("giver added", of=by.family_id, by=by.pk, object=giver.pk, at=at)
        return giver


def change(
    caregiver: Caregiver,
    *,
    name: str,
    relation: str,
    role: str,
    may: Iterable[str] = (),
    by: Caregiver,
    at: datetime,
) -> Caregiver:
    """Change how somebody is called, who they are to the child, and what they may do."""
    with transaction.atomic():
        hold(caregiver.family)
        caregiver.refresh_from_db()
        if role == Caregiver.Role.GUARDIAN and caregiver.person_id is None:
            raise Refused(
                _("A guardian needs an account of their own. Invite them first, then change this.")
            )
        if (
            role != caregiver.role
            and caregiver.is_guardian
            and not others(caregiver).filter(household=caregiver.household).exists()
        ):
            raise Refused(
                _(
                    "No one else here is a guardian. Make someone else a guardian first, then change this."
                )
            )
        caregiver.name, caregiver.relation, caregiver.role, caregiver.may = (
            name,
            relation,
            role,
            known(may),
        )
        caregiver.save(update_fields=["name", "relation", "role", "may"])
        record("caregiver changed", of=caregiver.family_id, by=by.pk, object=caregiver.pk, at=at)
        tell_of_access([caregiver])
        return caregiver


def leave(*, by: Caregiver, at: datetime) -> None:
    """Give up one's place. The last guardian of a family cannot; a household without a guardian closes."""
    with transaction.atomic():
        hold(by.family)
        if by.is_guardian and not others(by).exists():
            raise Refused(
                _(
                    "You are the only guardian of this family. Invite another guardian first, or delete the family if that is what you want."
                )
            )
        end(by, at=at)
        if not Caregiver.objects.guardians().filter(household=by.household).exists():
            close(by.household, at=at)
        record("caregiver left", of=by.family_id, by=by.pk, object=by.pk, at=at)


def remove(caregiver: Caregiver, *, by: Caregiver, at: datetime) -> None:
    """End somebody's place; what they wrote with the family stays. It holds at their next request."""
    if caregiver.pk == by.pk:
        return leave(by=by, at=at)
    with transaction.atomic():
        hold(by.family)
        require_guardian(by)
        end(caregiver, at=at)
        record("caregiver removed", of=by.family_id, by=by.pk, object=caregiver.pk, at=at)


def bring_back(caregiver: Caregiver, *, by: Caregiver, at: datetime) -> Caregiver:
    """Undo a removal; the place is as it was."""
    with transaction.atomic():
        hold(by.family)
        require_guardian(by)
        taken = (
            caregiver.person_id
            and Caregiver.objects.present()
            .filter(family=by.family, person=caregiver.person_id)
            .exists()
        )
        if taken:
            raise Refused(_("They are already in this family."))
        caregiver.until = None
        caregiver.save(update_fields=["until"])
        record("caregiver brought back", of=by.family_id, by=by.pk, object=caregiver.pk, at=at)
        return caregiver


def hold(family: Family) -> None:
    """Let one change at a time decide who is there, so that two guardians who leave at once cannot both be the second last."""
    Family.objects.select_for_update().get(pk=family.pk)


def require_guardian(by: Caregiver) -> None:
    """Ask again while the family is held: the page may be older than a removal."""
    if not Caregiver.objects.guardians().filter(pk=by.pk).exists():
        raise Refused(_("You are no longer a guardian here, so nothing was changed."))


def others(guardian: Caregiver):
    """Give the other guardians who can still sign in."""
    return (
        Caregiver.objects.guardians()
        .filter(family=guardian.family_id, person__isnull=False)
        .exclude(pk=guardian.pk)
    )


def end(caregiver: Caregiver, *, at: datetime) -> None:
    """End a place, and the invitations that came from it or lead to it."""
    caregiver.until = at
    caregiver.save(update_fields=["until"])
    waiting = Invitation.objects.filter(
        family=caregiver.family_id, used_at__isnull=True, revoked_at__isnull=True
    )
    waiting.filter(by=caregiver).update(revoked_at=at)
    waiting.filter(caregiver=caregiver).update(revoked_at=at)
    tell_of_access([caregiver])


def close(household: Household, *, at: datetime) -> None:
    """End what a household without a guardian leaves behind: its givers' places, its invitations, and what it shows."""
    for giver in household.caregivers.present():
        end(giver, at=at)
    Invitation.objects.filter(
        household=household, used_at__isnull=True, revoked_at__isnull=True
    ).update(revoked_at=at)
    HouseholdShare.objects.filter(of=household).update(level=Level.NOTHING, since=at)


def known(may: Iterable[str]) -> list[str]:
    asked = set(may)
    return [what for what in Caregiver.MAY if what in asked]


def tell_of_access(caregivers: Iterable[Caregiver]) -> None:
    people = [caregiver.person_id for caregiver in caregivers if caregiver.person_id]
    if people:
        transaction.on_commit(lambda: access_changed.send(sender=Caregiver, people=people))
