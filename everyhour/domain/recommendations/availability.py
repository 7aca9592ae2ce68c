"""Availability of a family: whether it may be offered something now, and the reason if not. Pure.

The product decides (rest here, the rules of nudges in `domain/nudges/rules.py`) and passes the
reason to the engine, so that a decision is recorded also when nothing is offered.
"""

from datetime import datetime, timedelta

from everyhour.domain.moments import rest
from everyhour.domain.recommendations.advisor.learned import Availability

DAY_OFF, QUIET, HARD_DAY, OWN_MOMENT = "day_off", "quiet", "hard_day", "own_moment"
REASON_OF_REST = {
    rest.DAY_OFF: DAY_OFF,
    rest.QUIET: QUIET,
    rest.SLEEP: QUIET,
    rest.AFTER_A_HARD_ONE: HARD_DAY,
    rest.AFTER_A_MOMENT: OWN_MOMENT,
}


def reason_for_rest(span: rest.Rest | None) -> str:
    """Return why nothing is offered during this rest; "" when there is none."""
    return REASON_OF_REST[span.kind] if span else ""


def reason_after_moments(since_hard: timedelta | None, since_own: timedelta | None) -> str:
    """Return why nothing is offered so soon after a moment; "" when enough time has passed."""
    if since_hard is not None and since_hard < rest.AFTER_HARD:
        return HARD_DAY
    return OWN_MOMENT if since_own is not None and since_own < rest.AFTER else ""


def build_availability(reason: str, *, now: datetime) -> Availability:
    """Return the engine's availability at a local time; the reason "" means available."""
    return Availability(clock=now.hour + now.minute / 60 + now.second / 3600, unavailable=reason)
