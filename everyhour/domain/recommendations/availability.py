"""Whether a family may be offered something now: the rest it has, told as the engine asks for it. Pure.

Today's rest decides (rest.py); the engine says the same with its own code, so that a decision is on record also when nothing is offered.
"""

from dataclasses import replace
from datetime import datetime

from everyhour.domain.moments.rest import (
    AFTER,
    AFTER_A_HARD_ONE,
    AFTER_A_MOMENT,
    AFTER_HARD,
    DAY_OFF,
    QUIET,
    SLEEP,
    Rest,
)
from everyhour.domain.recommendations.advisor.learned import Availability, Limits

HOUR, DAY = 3600.0, 24.0
# Who opens Today asks by themselves; a nudge will keep longer away from a hard day.
AWAKE = Limits(
    after_own_moment=AFTER.total_seconds() / HOUR,
    after_sos=AFTER_HARD.total_seconds() / HOUR,
    quiet_from=0.0,
    quiet_until=0.0,
)


def of(rest: Rest | None, *, now: datetime) -> Availability:
    """Tell the standing at this moment, `now` being on the family's clock; without rest nothing stands against an offer."""
    clock = now.hour + now.minute / 60 + now.second / HOUR
    if rest is None:
        return Availability(clock=clock, limits=AWAKE)
    since, left = (now - rest.start).total_seconds() / HOUR, (rest.end - now).total_seconds() / HOUR
    # From the clock of now, not from the family's hours: on the night of a change they would be an hour off.
    quiet = replace(AWAKE, quiet_from=(clock - since) % DAY, quiet_until=(clock + left) % DAY)
    return Availability(
        clock=clock,
        paused=rest.kind == DAY_OFF,
        hours_since_sos=since if rest.kind == AFTER_A_HARD_ONE else None,
        hours_since_own_moment=since if rest.kind == AFTER_A_MOMENT else None,
        limits=quiet if rest.kind in (QUIET, SLEEP) else AWAKE,
    )
