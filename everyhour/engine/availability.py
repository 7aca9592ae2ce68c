"""Rules for whether a family may be reached now. Never learned; an unavailable family is not
randomized.
"""

from everyhour.engine.values import History, Limits, Opportunity

REASONS = {
    "consent": "has not agreed to be reached",
    "paused": "paused",
    "muted": "said: not for now",
    "quiet": "quiet hours",
    "hard_day": "a hard day; left in peace for a day",
    "rest": "rest between two nudges",
    "day_full": "enough for today",
    "week_full": "enough for this week",
    "own_moment": "had a moment of their own not long ago",
    "busy": "said busy twice today",
    "nothing_safe": "nothing safe to suggest",
}

HOURS_OF_WEEK = 168.0


def unavailable_reason(opportunity: Opportunity, history: History) -> str | None:
    """Return the first reason not to reach this family now, or None. The order is fixed, so that
    counts of reasons are comparable.
    """
    standing = opportunity.standing
    if standing.unavailable is not None:
        return standing.unavailable or None
    limits = standing.limits
    # The last local midnight; an hour off on days when clocks change, which does not matter here.
    today = opportunity.at - standing.clock
    hours = [opportunity.at - at for at in history.sent_at]
    checks = {
        "consent": not standing.consent,
        "paused": standing.paused,
        "muted": standing.muted,
        "quiet": quiet(standing.clock, limits),
        "hard_day": _within(standing.hours_since_sos, limits.after_sos),
        "rest": any(hour < limits.rest_hours for hour in hours),
        "day_full": sum(at >= today for at in history.sent_at) >= limits.a_day,
        "week_full": sum(hour < HOURS_OF_WEEK for hour in hours) >= limits.a_week,
        "own_moment": _within(standing.hours_since_own_moment, limits.after_own_moment),
        "busy": standing.busy_twice_today,
    }
    return next((reason for reason, holds in checks.items() if holds), None)


def quiet(clock: float, limits: Limits) -> bool:
    """Return whether a local hour is in the quiet hours, which may wrap round midnight."""
    start, end = limits.quiet_from, limits.quiet_until
    return start <= clock < end if start <= end else clock >= start or clock < end


def _within(hours: float | None, rest: float) -> bool:
    return hours is not None and hours < rest
