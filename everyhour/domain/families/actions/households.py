"""Opening a second household, sharing between households, and the safety reset."""

from collections.abc import Callable, Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from everyhour.domain.families.actions.errors import ActionRefused
from everyhour.domain.families.actions.people import (
    announce_access_change,
    end_place,
    lock_family,
    require_guardian,
)
from everyhour.domain.families.models import (
    Caregiver,
    Child,
    Home,
    Household,
    HouseholdShare,
    Invitation,
    Level,
)
from everyhour.foundation.accounts.models import Person
from everyhour.foundation.audit.models import record


def open_household(
    *,
    name: str,
    by: Caregiver,
    at: datetime,
    moving: bool,
    givers: Iterable[Caregiver] = (),
    children: Iterable[Child] = (),
) -> Household:
    """Open another household, for children who live in two; neither sees the other until it shares.

    With `moving`, the guardian and these givers move in; other guardians decide for themselves.
    """
    with transaction.atomic():
        lock_family(by.family)
        require_guardian(by)
        moved = [by, *givers] if moving else []
        moved_ids = [caregiver.pk for caregiver in moved]
        staying = by.household.caregivers.present().exclude(pk__in=moved_ids)
        if moving and staying.exists() and not staying.guardians().exists():
            raise ActionRefused(
                _(
                    "That would leave no guardian here. "
                    "Make someone a guardian first, or move everyone."
                )
            )
        household = Household.objects.create(family=by.family, name=name, created_at=at)
        Home.objects.bulk_create(Home(child=child, household=household) for child in children)
        for caregiver in moved:
            caregiver.household = household
            caregiver.save(update_fields=["household"])
        record("household opened", of=by.family_id, by=by.pk, object=household.pk, at=at)
        announce_access_change(moved)
        return household


def share_time(
    child: Child, *, to: Household, level: str, by: Caregiver, at: datetime
) -> HouseholdShare:
    """Set how much another household sees of this household's time with a child."""
    with transaction.atomic():
        lock_family(by.family)
        require_guardian(by)
        share, made = HouseholdShare.objects.get_or_create(
            child=child, of=by.household, to=to, defaults={"level": level, "since": at}
        )
        if made or share.level != level:
            share.level, share.since = level, at
            share.save(update_fields=["level", "since"])
            pair = f"{child.pk} {to.pk}"
            record(f"shown: {level}", of=by.family_id, by=by.pk, object=pair, at=at)
            announce_access_change(to.caregivers.present())
        return share


def reset_safety(
    *,
    by: Caregiver,
    at: datetime,
    without: Iterable[Caregiver] = (),
    sign_out_elsewhere: Callable[[Person], object] = lambda _person: None,
) -> None:
    """End all other access at once, without telling anyone.

    Ends the places in `without`, open invitations, what other households see, and other sessions.
    Audited under the person, not the family, where another guardian could come across it.
    """
    with transaction.atomic():
        lock_family(by.family)
        require_guardian(by)
        for caregiver in without:
            end_place(caregiver, at=at)
        waiting = Invitation.objects.filter(family=by.family).unused()
        waiting.filter(household=by.household).update(revoked_at=at, email="")
        waiting.filter(by=by).update(revoked_at=at, email="")
        shared = HouseholdShare.objects.filter(of=by.household).exclude(level=Level.NOTHING)
        viewers = Caregiver.objects.present().filter(household__in=shared.values("to"))
        announce_access_change(viewers)
        shared.update(level=Level.NOTHING, since=at)
        if by.person:
            sign_out_elsewhere(by.person)
            record("safety reset", of=by.person.pk, by=by.person.pk, at=at)
