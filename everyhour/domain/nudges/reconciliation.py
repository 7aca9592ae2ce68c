"""Reconciliation: everyone has a plan or a reason for each local day, and no nudge is left over."""

import logging
from datetime import datetime

from everyhour.domain.nudges import daily_plans
from everyhour.domain.nudges.models import Nudge
from everyhour.domain.nudges.rules import LATE, LATE_FOUND

logger = logging.getLogger("everyhour.nudges")


def heal(at: datetime) -> int:
    """Plan missing days, expire leftovers and follow changed days; return how many rows changed."""
    return (
        plan_missing(at)
        + expire_leftovers(at)
        + daily_plans.adjust(
            daily_plans.still_planned(at).order_by("pk").iterator(daily_plans.PAGE), at
        )
    )


def plan_missing(at: datetime) -> int:
    """Plan days without a plan: the worker was away, or a person changed zones."""
    made = daily_plans.plan(at)
    if made:
        logger.warning("%s days had no plan; they were planned now.", made)
    return made


def expire_leftovers(at: datetime) -> int:
    """Expire nudges that no worker decided in time."""
    late = Nudge.objects.filter(state=Nudge.State.PLANNED, planned_at__lt=at - LATE)
    ended = late.update(state=Nudge.State.EXPIRED, reason=LATE_FOUND)
    if ended:
        logger.warning("%s nudges were found too late and were not sent.", ended)
    return ended
