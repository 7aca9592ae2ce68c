"""Children: welcoming one, changing what the family tells of them, and telling that something big changed."""

from datetime import datetime, timedelta

from django.db import transaction

from everyhour.domain.families.models import BigChange, Caregiver, Child, Home
from everyhour.foundation.audit.models import record

SAME = timedelta(days=7)  # who says it again within a week means the same change


def welcome(*, nickname: str = "", by: Caregiver, at: datetime, **told) -> Child:
    """Add a child, who lives in the household of the one who tells of them."""
    with transaction.atomic():
        child = Child(family=by.family, nickname=nickname, created_at=at)
        _tell(child, told, at)
        child.save()
        Home.objects.create(child=child, household=by.household)
        record("child added", of=by.family_id, by=by.pk, object=child.pk, at=at)
        return child


def change_child(child: Child, *, by: Caregiver, at: datetime, **told) -> Child:
    """Change what is told of a child; foods, sounds and needs are sealed on their way in."""
    with transaction.atomic():
        _tell(child, told, at)
        child.save()
        record("child changed", of=child.family_id, by=by.pk, object=child.pk, at=at)
        return child


def _tell(child: Child, told: dict, at: datetime) -> None:
    if told.get("helps", child.helps) != child.helps:
        child.helps_at = at
    for name, value in told.items():
        if name in Child.SEALED:
            child.tell(name, value)
        else:
            setattr(child, name, value)


def something_big_changed(child: Child, *, by: Caregiver, at: datetime) -> BigChange:
    """Keep that something big changed: what helped before counts less from the next night on. No reason is asked."""
    with transaction.atomic():
        mine = BigChange.objects.filter(child=child, household=by.household)
        if same := mine.filter(at__gt=at - SAME).last():
            return same
        told = BigChange.objects.create(child=child, household=by.household, by=by, at=at)
        record("something big changed", of=child.family_id, by=by.pk, object=child.pk, at=at)
        return told


def take_back(change: BigChange, *, by: Caregiver, at: datetime) -> None:
    """Let it be as if nothing had changed; what helped before counts in full again from the next night on."""
    with transaction.atomic():
        record(
            "something big changed, taken back",
            of=by.family_id,
            by=by.pk,
            object=change.child_id,
            at=at,
        )
        change.delete()
