"""Adding and changing children, and recording that something big changed for one."""

from datetime import datetime, timedelta

from django.db import transaction

from everyhour.domain.families.actions.people import lock_family
from everyhour.domain.families.models import BigChange, Caregiver, Child, Home
from everyhour.foundation.audit.models import record

SAME_CHANGE_WITHIN = timedelta(days=7)


def add_child(*, nickname: str = "", by: Caregiver, at: datetime, **details) -> Child:
    """Add a child to the caregiver's household."""
    with transaction.atomic():
        child = Child(family=by.family, nickname=nickname, created_at=at)
        _set_details(child, details, at)
        child.save()
        Home.objects.create(child=child, household=by.household)
        record("child added", of=by.family_id, by=by.pk, object=child.pk, at=at)
        return child


def add_first_child(*, nickname: str, by: Caregiver, at: datetime) -> Child:
    """Return the household's child if there is one by now, else add it: forms may come twice."""
    with transaction.atomic():
        lock_family(by.family)
        return by.household.children.first() or add_child(nickname=nickname, by=by, at=at)


def change_child(child: Child, *, by: Caregiver, at: datetime, **details) -> Child:
    """Change a child's details. Foods, sounds and needs are given as text and stored sealed."""
    with transaction.atomic():
        _set_details(child, details, at)
        child.save()
        record("child changed", of=child.family_id, by=by.pk, object=child.pk, at=at)
        return child


def _set_details(child: Child, details: dict, at: datetime) -> None:
    if details.get("helps", child.helps) != child.helps:
        child.helps_at = at
    for name, value in details.items():
        if name in Child.SEALED:
            child.set_private(name, value)
        else:
            setattr(child, name, value)


def record_big_change(child: Child, *, by: Caregiver, at: datetime) -> BigChange:
    """Record that something big changed; return this home's latest one if less than a week old.

    Training reads these rows: from the next night on, what helped before counts for less.
    """
    with transaction.atomic():
        ours = BigChange.objects.filter(child=child, household=by.household)
        if same := ours.filter(at__gt=at - SAME_CHANGE_WITHIN).last():
            return same
        change = BigChange.objects.create(child=child, household=by.household, by=by, at=at)
        record("something big changed", of=child.family_id, by=by.pk, object=child.pk, at=at)
        return change


def undo_big_change(change: BigChange, *, by: Caregiver, at: datetime) -> None:
    """Delete the record of a big change."""
    with transaction.atomic():
        act = "something big changed, taken back"
        record(act, of=by.family_id, by=by.pk, object=change.child_id, at=at)
        change.delete()
