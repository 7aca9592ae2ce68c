"""Retention: old plans and decisions are deleted, but not decisions that led to a moment."""

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef

from everyhour.domain.moments.models import Moment
from everyhour.domain.nudges.models import PlannedDay
from everyhour.domain.recommendations.models import Decision

KEPT_FOR = timedelta(days=400)
MANY = 500


def delete_expired(at: datetime) -> int:
    """Delete what is older than 400 days; return how many rows."""
    border = at - KEPT_FOR
    old = Decision.objects.filter(key__startswith="nudge:", at__lt=border)
    return _delete(old.filter(~Exists(_led_to()))) + _delete(
        PlannedDay.objects.filter(planned_at__lt=border)
    )


def _led_to():
    """Moments that followed a decision: same child and practice, after it was made."""
    near = Moment.objects.filter(
        family=OuterRef("family"),
        at__gte=OuterRef("at"),
        practice=OuterRef("practice"),
        origin=Moment.Origin.NUDGE,
    )
    return near.filter(child=OuterRef("child"))


def _delete(rows) -> int:
    deleted = 0
    while some := list(rows.order_by("pk").values_list("pk", flat=True)[:MANY]):
        deleted += rows.model.objects.filter(pk__in=some).delete()[0]
    return deleted
