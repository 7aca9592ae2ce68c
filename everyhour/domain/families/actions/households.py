"""Households of one family: opening a second one, what each shows the other, and the safety reset."""

from collections.abc import Callable, Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from everyhour.domain.families.actions.people import end, hold, require_guardian, tell_of_access
from everyhour.domain.families.actions.refused import Refused
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
    """Open another household for children who live in two.

    A guardian moves nobody but themselves and givers of their own household: another guardian moves by their own choice.
    Nothing is shown between the two until one of them chooses to show it.
    """
    with transaction.atomic():
        hold(by.family)
        require_guardian(by)
        moved = [by, *givers] if moving else []
        staying = by.household.caregivers.present().exclude(
            pk__in=[caregiver.pk for caregiver in moved]
        )
        if moving and staying.exists() and not staying.guardians().exists():
            raise Refused(
                _(
                    "That would leave no guardian here. Make someone a guardian first, or move everyone."
                )
            )
        household = Household.objects.create(family=by.family, name=name, created_at=at)
        Home.objects.bulk_create(Home(child=child, household=household) for child in children)
        for caregiver in moved:
            caregiver.household = household
            caregiver.save(update_fields=["household"])
        record("household opened", of=by.family_id, by=by.pk, object=household.pk, at=at)
        tell_of_access(moved)
        return household


def show(child: Child, *, to: Household, level: str, by: Caregiver, at: datetime) -> HouseholdShare:
    """Let another household see this much of our own time with a child; only who lives here decides what is shown from here."""
    with transaction.atomic():
        hold(by.family)
        require_guardian(by)
        sight, made = HouseholdShare.objects.get_or_create(
            child=child, of=by.household, to=to, defaults={"level": level, "since": at}
        )
        if made or sight.level != level:
            sight.level, sight.since = level, at
            sight.save(update_fields=["level", "since"])
            record(
                f"shown: {level}", of=by.family_id, by=by.pk, object=f"{child.pk} {to.pk}", at=at
            )
            tell_of_access(to.caregivers.present())
        return sight


def reset(
    *,
    by: Caregiver,
    at: datetime,
    without: Iterable[Caregiver] = (),
    sign_out_elsewhere: Callable[[Person], object] = lambda _person: None,
) -> None:
    """End every other way in, at once, and tell nobody: other sessions, open invitations, what other households see, chosen places.

    It is written down under the person alone, not under the family, where another guardian could come across it.
    """
    with transaction.atomic():
        hold(by.family)
        require_guardian(by)
        for caregiver in without:
            end(caregiver, at=at)
        waiting = Invitation.objects.filter(
            family=by.family, used_at__isnull=True, revoked_at__isnull=True
        )
        waiting.filter(household=by.household).update(revoked_at=at, email="")
        waiting.filter(by=by).update(revoked_at=at, email="")
        watched = HouseholdShare.objects.filter(of=by.household).exclude(level=Level.NOTHING)
        tell_of_access(Caregiver.objects.present().filter(household__in=watched.values("to")))
        watched.update(level=Level.NOTHING, since=at)
        if by.person:
            sign_out_elsewhere(by.person)
            record("safety reset", of=by.person.pk, by=by.person.pk, at=at)
