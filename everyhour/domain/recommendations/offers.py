"""The decision behind a moment: what was offered before it, with its probability."""

from datetime import datetime, timedelta
from typing import Any

from everyhour.domain.families.models import Caregiver
from everyhour.domain.recommendations import decisions
from everyhour.domain.recommendations.advisor import learned
from everyhour.domain.recommendations.models import Decision

LEADS_FOR = timedelta(hours=12)


def find_for_moment(
    practice: str, *, child: str, by: Caregiver, at: datetime
) -> list[dict[str, Any]]:
    """Return a list with the decision that probably led to this moment, else an empty list.

    That is the newest for this child and practice in this household in the twelve hours before.
    Empty for a caregiver who may not see the week.
    """
    if not practice or not child or not by.can(Caregiver.SEE_WEEK):
        return []
    offered = Decision.objects.filter(
        family=by.family_id, child=child, household=by.household_id, practice=practice
    )
    kept = (
        offered.filter(at__lte=at, at__gte=at - LEADS_FOR)
        .select_related("candidate_set")
        .defer("candidate_set__body")
        .order_by("-at")
        .first()
    )
    return [_summarize(kept)] if kept else []


def _summarize(kept: Decision) -> dict[str, Any]:
    made, asked = decisions.decode(kept), kept.body["opportunity"]
    return {
        "decision": kept.pk,
        "practice": kept.practice,
        "rule": learned.RULE,
        "probability": made.probability,
        "among": len(made.slugs),
        "belief": made.belief,
        "shelf": kept.candidate_set.digest if kept.candidate_set else "",
        "state": asked["state"],
        "situation": asked["situation"],
        "offered_at": kept.at.isoformat(timespec="seconds"),
    }
