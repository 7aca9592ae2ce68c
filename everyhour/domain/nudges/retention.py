"""Plans and decisions of long ago are let go; what a moment came of stays, and so does what was answered."""

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef

from everyhour.domain.moments.models import Moment
from everyhour.domain.nudges.models import PlannedDay
from everyhour.domain.recommendations.models import Decision

KEPT = timedelta(days=400)
MANY = 500


def let_go(at: datetime) -> int:
    """Give how many rows went."""
    border = at - KEPT
    old = Decision.objects.filter(key__startswith="nudge:", at__lt=border)
    return _gone(old.filter(~Exists(_led_to()))) + _gone(
        PlannedDay.objects.filter(planned_at__lt=border)
    )


def _led_to():
    """A moment names the decision it came of; looked for only around the time it was made."""
    near = Moment.objects.filter(
        family=OuterRef("family"),
        at__gte=OuterRef("at"),
        practice=OuterRef("practice"),
        origin=Moment.Origin.NUDGE,
    )
    return near.filter(child=OuterRef("child"))


def _gone(rows) -> int:
    gone = 0
    while some := list(rows.order_by("pk").values_list("pk", flat=True)[:MANY]):
        gone += rows.model.objects.filter(pk__in=some).delete()[0]
    return gone
