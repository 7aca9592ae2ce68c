"""Who belongs to a family: creating it, adding givers, changing, leaving, removing, restoring."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from everyhour.domain.families.actions.errors import ActionRefused
from everyhour.domain.families.models import (
    Caregiver,
    Family,
    Household,
    HouseholdShare,
    Invitation,
    Level,
)
from everyhour.domain.families.models.caregiver import CaregiverQuerySet
from everyhour.domain.families.signals import access_changed
from everyhour.foundation.accounts.models import Person
from everyhour.foundation.audit.models import record


def create_family(*, by: Person, at: datetime) -> Caregiver:
    """Create a family with one household and this guardian; return an existing guardian's place."""
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
    """Add a safe grown-up without an account; `may` applies once they get one."""
    with transaction.atomic():
        giver = Caregiver.objects.create(
            family=by.family,
            household=by.household,
            name=name,
            role=Caregiver.Role.GIVER,
            relation=relation,
            may=allowed_permissions(may),
            since=at,
        )
        record("giver added", of=by.family_id, by=by.pk, object=giver.pk, at=at)
        return giver


def change_caregiver(
    caregiver: Caregiver,
    *,
    name: str,
    relation: str,
    role: str,
    may: Iterable[str] = (),
    by: Caregiver,
    at: datetime,
) -> Caregiver:
    """Change a caregiver's name, relation, role and permissions, keeping a guardian in the home."""
    with transaction.atomic():
        lock_family(caregiver.family)
        caregiver.refresh_from_db()
        if role == Caregiver.Role.GUARDIAN and caregiver.person_id is None:
            raise ActionRefused(
                _("A guardian needs an account of their own. Invite them first, then change this.")
            )
        here = other_guardians(caregiver).filter(household=caregiver.household)
        if role != caregiver.role and caregiver.is_guardian and not here.exists():
            raise ActionRefused(
                _(
                    "No one else here is a guardian. "
                    "Make someone else a guardian first, then change this."
                )
            )
        caregiver.name, caregiver.relation = name, relation
        caregiver.role, caregiver.may = role, allowed_permissions(may)
        caregiver.save(update_fields=["name", "relation", "role", "may"])
        record("caregiver changed", of=caregiver.family_id, by=by.pk, object=caregiver.pk, at=at)
        announce_access_change([caregiver])
        return caregiver


def leave_family(*, by: Caregiver, at: datetime) -> None:
    """End one's own place, and close the household if it has no guardian left.

    The last guardian of a family cannot leave it.
    """
    with transaction.atomic():
        lock_family(by.family)
        if by.is_guardian and not other_guardians(by).exists():
            raise ActionRefused(
                _(
                    "You are the only guardian of this family. Invite another guardian first, "
                    "or delete the family if that is what you want."
                )
            )
        end_place(by, at=at)
        if not Caregiver.objects.guardians().filter(household=by.household).exists():
            close_household(by.household, at=at)
        record("caregiver left", of=by.family_id, by=by.pk, object=by.pk, at=at)


def remove_caregiver(caregiver: Caregiver, *, by: Caregiver, at: datetime) -> None:
    """End a caregiver's place from their next request on; what they wrote stays."""
    if caregiver.pk == by.pk:
        return leave_family(by=by, at=at)
    with transaction.atomic():
        lock_family(by.family)
        require_guardian(by)
        end_place(caregiver, at=at)
        record("caregiver removed", of=by.family_id, by=by.pk, object=caregiver.pk, at=at)


def restore_caregiver(caregiver: Caregiver, *, by: Caregiver, at: datetime) -> Caregiver:
    """Undo a removal, except for the invitations that it revoked."""
    with transaction.atomic():
        lock_family(by.family)
        require_guardian(by)
        places = Caregiver.objects.present().filter(family=by.family)
        if caregiver.person_id and places.filter(person=caregiver.person_id).exists():
            raise ActionRefused(_("They are already in this family."))
        caregiver.until = None
        caregiver.save(update_fields=["until"])
        record("caregiver brought back", of=by.family_id, by=by.pk, object=caregiver.pk, at=at)
        return caregiver


def lock_family(family: Family) -> None:
    """Lock the family's row until the transaction ends.

    Otherwise two guardians who leave at once could each count on the other to stay.
    """
    Family.objects.select_for_update().get(pk=family.pk)


def require_guardian(by: Caregiver) -> None:
    """Check the role again under the lock: the page may be older than a removal."""
    if not Caregiver.objects.guardians().filter(pk=by.pk).exists():
        raise ActionRefused(_("You are no longer a guardian here, so nothing was changed."))


def other_guardians(guardian: Caregiver) -> CaregiverQuerySet:
    """Return the other guardians of the family who have an account."""
    return (
        Caregiver.objects.guardians()
        .filter(family=guardian.family_id, person__isnull=False)
        .exclude(pk=guardian.pk)
    )


def end_place(caregiver: Caregiver, *, at: datetime) -> None:
    """End a place, and revoke the unused invitations it made or was offered."""
    caregiver.until = at
    caregiver.save(update_fields=["until"])
    unused = Invitation.objects.filter(family=caregiver.family_id).unused()
    unused.filter(Q(by=caregiver) | Q(caregiver=caregiver)).update(revoked_at=at)
    announce_access_change([caregiver])


def close_household(household: Household, *, at: datetime) -> None:
    """End the places of a household's givers, revoke its invitations, and stop its sharing."""
    for giver in household.caregivers.present():
        end_place(giver, at=at)
    Invitation.objects.filter(household=household).unused().update(revoked_at=at)
    HouseholdShare.objects.filter(of=household).update(level=Level.NOTHING, since=at)


def allowed_permissions(may: Iterable[str]) -> list[str]:
    """Return the known permissions among these, in their fixed order."""
    wanted = set(may)
    return [permission for permission in Caregiver.MAY if permission in wanted]


def announce_access_change(caregivers: Iterable[Caregiver]) -> None:
    """Send `access_changed` after the commit, for those who have an account."""
    people = [caregiver.person_id for caregiver in caregivers if caregiver.person_id]
    if people:
        transaction.on_commit(lambda: access_changed.send(sender=Caregiver, people=people))
