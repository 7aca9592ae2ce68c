"""What nudges do when a moment was told: the one it came of is answered, and after Right now nothing follows on its heels."""

from datetime import timedelta

from everyhour.domain.moments.models import Moment
from everyhour.domain.moments.rest import AFTER
from everyhour.domain.nudges import rules, sending
from everyhour.domain.nudges.models import Nudge
from everyhour.foundation.letterbox import actions as letterbox

ANSWERED_WITHIN = timedelta(hours=12)


def moments_told(sender, *, family: str, moments: list[str], **_more) -> None:
    """Hear of moments after their commit. What is still only planned is looked at again when its time comes."""
    for moment in Moment.objects.filter(pk__in=moments, family=family, deleted=False, caregiver__isnull=False):
        if moment.origin == Moment.Origin.NUDGE:
            answered(moment)
        elif moment.origin == Moment.Origin.RIGHT_NOW and moment.received_at - moment.at < AFTER:
            leave_in_peace(moment)


def answered(moment: Moment) -> None:
    """Mark the last nudge with this practice before this moment; an answer given before stays."""
    sent = Nudge.objects.filter(
        caregiver=moment.caregiver_id, practice=moment.practice, state=sending.SENT, handed_at__lte=moment.received_at
    )
    last = sent.filter(handed_at__gte=moment.at - ANSWERED_WITHIN).order_by("-handed_at").first()
    if last and not last.answer:
        Nudge.objects.filter(pk=last.pk, answer="").update(answer=Nudge.Answer.OPENED, answered_at=moment.at)


def leave_in_peace(moment: Moment) -> None:
    """Take back letters of nudges that have not left yet."""
    near = Nudge.objects.filter(caregiver=moment.caregiver_id, state=sending.SENT, ends_at__gt=moment.at)
    letterbox.cancel([sending.key_of(nudge) for nudge in near], reason=rules.OWN_MOMENT, at=moment.received_at)
