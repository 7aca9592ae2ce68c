"""Each person has, for each local day, a plan or a stated reason; what was left behind is settled. Silence is never an accident."""

import logging
from datetime import datetime

from everyhour.domain.nudges import daily_plans
from everyhour.domain.nudges.models import Nudge
from everyhour.domain.nudges.rules import LATE, LATE_FOUND

logger = logging.getLogger("everyhour.nudges")


def heal(at: datetime) -> int:
    """Give how many things had to be set right."""
    return (
        missing(at)
        + left_over(at)
        + daily_plans.adjust(
            daily_plans.still_planned(at).order_by("pk").iterator(daily_plans.PAGE), at
        )
    )


def missing(at: datetime) -> int:
    """Plan the days that nobody planned: the worker was away, or somebody moved to another clock."""
    made = daily_plans.plan(at)
    if made:
        logger.warning("%s days had no plan yet; they have one now.", made)
    return made


def left_over(at: datetime) -> int:
    """Settle what no worker came to in time: it expires, with the reason."""
    late = Nudge.objects.filter(state=Nudge.State.PLANNED, planned_at__lt=at - LATE)
    ended = late.update(state=Nudge.State.EXPIRED, reason=LATE_FOUND)
    if ended:
        logger.warning("%s nudges were found too late. They were not sent.", ended)
    return ended
