"""Receivers of moments: answer the nudge one came from; after Right now, cancel waiting ones."""

from datetime import timedelta

from everyhour.domain.moments.models import Moment
from everyhour.domain.moments.rest import AFTER
from everyhour.domain.nudges import sending
from everyhour.domain.nudges.models import Nudge
from everyhour.domain.recommendations import availability
from everyhour.foundation.notifications import actions as notifications

ANSWERED_WITHIN = timedelta(hours=12)


def on_moments_changed(sender, *, family: str, moments: list[str], **_more) -> None:
    """Handle moments after their commit; nudges still planned are checked at their time anyway."""
    for moment in Moment.objects.filter(
        pk__in=moments, family=family, deleted=False, caregiver__isnull=False
    ):
        if moment.origin == Moment.Origin.NUDGE:
            mark_answered(moment)
        elif moment.origin == Moment.Origin.RIGHT_NOW and moment.received_at - moment.at < AFTER:
            cancel_waiting(moment)


def mark_answered(moment: Moment) -> None:
    """Mark as opened the nudge the moment names, else the latest with its practice."""
    named = {
        one["nudge"]
        for one in moment.decision
        if isinstance(one, dict) and isinstance(one.get("nudge"), str)
    }
    theirs = Nudge.objects.filter(
        caregiver=moment.caregiver_id, state=sending.SENT, handed_at__lte=moment.received_at
    ).order_by("-handed_at")
    near = theirs.filter(practice=moment.practice, handed_at__gte=moment.at - ANSWERED_WITHIN)
    last = theirs.filter(pk__in=named).first() or near.first()
    if last and not last.answer:
        Nudge.objects.filter(pk=last.pk, answer="").update(
            answer=Nudge.Answer.OPENED, answered_at=moment.at
        )


def cancel_waiting(moment: Moment) -> None:
    """Cancel notifications of nudges that are not sent yet."""
    near = Nudge.objects.filter(
        caregiver=moment.caregiver_id, state=sending.SENT, ends_at__gt=moment.at
    )
    notifications.cancel(
        [sending.key_of(nudge) for nudge in near],
        reason=availability.OWN_MOMENT,
        at=moment.received_at,
    )
