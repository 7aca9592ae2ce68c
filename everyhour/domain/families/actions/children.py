"""Children: welcoming one, and changing what the family tells of them."""

from datetime import datetime

from django.db import transaction

from everyhour.domain.families.models import Caregiver, Child, Home
from everyhour.foundation.audit.models import record


def welcome(*, nickname: str = "", by: Caregiver, at: datetime, **told) -> Child:
    """Add a child, who lives in the household of the one who tells of them."""
    with transaction.atomic():
        child = Child(family=by.family, nickname=nickname, created_at=at)
        _tell(child, told)
        child.save()
        Home.objects.create(child=child, household=by.household)
        record("child added", of=by.family_id, by=by.pk, object=child.pk, at=at)
        return child


def change_child(child: Child, *, by: Caregiver, at: datetime, **told) -> Child:
    """Change what is told of a child; foods, sounds and needs are sealed on their way in."""
    with transaction.atomic():
        _tell(child, told)
        child.save()
        record("child changed", of=child.family_id, by=by.pk, object=child.pk, at=at)
        return child


def _tell(child: Child, told: dict) -> None:
    for name, value in told.items():
        if name in Child.SEALED:
            child.tell(name, value)
        else:
            setattr(child, name, value)
