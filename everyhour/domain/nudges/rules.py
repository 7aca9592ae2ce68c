"""Whether a nudge may go out, as rules over what is known: the same when it is decided and right before each attempt. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol

from everyhour.domain.nudges import quiet
from everyhour.domain.nudges.planning import GAP
from everyhour.domain.nudges.quiet import Clocks
from everyhour.domain.recommendations.availability import DAY_OFF, QUIET, reason_after_moments
from everyhour.foundation.lib import wall_clock

LATE = timedelta(minutes=10)  # found later than this, it expires: nothing is ever caught up on
# Reasons, beside those of rest (recommendations/availability.py). Where the engine has the same
# rule, they keep its names, so that counts can be compared.
GONE, CONSENT, PAUSED, REST = "gone", "consent", "paused", "rest"
DAY_FULL, WEEK_FULL = "day_full", "week_full"
NOT_TODAY, NOT_THIS_WEEK = "not_today", "not_this_week"
APPOINTMENT, AWAY, ANOTHERS = "appointment", "away", "anothers_turn"
ONE_LESS = "this_one"  # somebody took this one out
LATE_FOUND, DICE, UNFIT = "late", "dice", "unfit"


@dataclass(frozen=True, slots=True)
class Sent:
    """One that went out before."""

    on: date
    slot: int
    handed_at: datetime


class Reached(Protocol):
    """What a caregiver said of being reached."""

    agreed_at: datetime | None
    a_day: int
    a_week: int
    paused_at: datetime | None
    paused_until: datetime | None
    not_on: date | None
    not_until: date | None


class Facts(Protocol):
    """All that is looked at; what costs a question to the database is asked for only when it comes to that."""

    @property
    def at(self) -> datetime: ...
    @property
    def zone(self) -> str: ...  # the clock they live by now
    @property
    def on(self) -> date: ...  # the local date it was planned for
    @property
    def slot(self) -> int: ...
    @property
    def reach(self) -> Reached | None: ...
    @property
    def held(self) -> Clocks: ...
    @property
    def here(self) -> bool: ...
    @property
    def day_off(self) -> bool: ...
    @property
    def appointment(self) -> bool: ...
    @property
    def away(self) -> bool: ...
    @property
    def anothers(self) -> bool: ...
    @property
    def since_hard(self) -> timedelta | None: ...
    @property
    def since_own(self) -> timedelta | None: ...
    @property
    def before(self) -> Sequence[Sent]: ...


def is_late(at: datetime, planned_at: datetime, ends_at: datetime) -> bool:
    return at - planned_at > LATE or at >= ends_at


def is_paused(reach: Reached, at: datetime) -> bool:
    return reach.paused_at is not None and (reach.paused_until is None or at < reach.paused_until)


def arrives_by(at: datetime, ends_at: datetime, held: Clocks) -> datetime:
    """Give until when it may still arrive: the hard part, or quiet hours on any clock."""
    return min(ends_at, quiet.begins(at, held) or ends_at)


def why_not(facts: Facts) -> str:
    """Give the first reason against it, or nothing."""
    reach, at = facts.reach, facts.at
    if reach is None or reach.agreed_at is None:
        return CONSENT
    if not facts.here:
        return GONE
    today = wall_clock.date_in(facts.zone, at)
    if is_paused(reach, at):
        return PAUSED
    if reach.not_on in (today, facts.on):
        return NOT_TODAY
    if reach.not_until is not None and today < reach.not_until:
        return NOT_THIS_WEEK
    if quiet.is_quiet(at, facts.held):
        return QUIET
    return _of_the_day(facts) or ("" if facts.slot else _counted(facts, reach))


def _of_the_day(facts: Facts) -> str:
    checks = {
        DAY_OFF: lambda: facts.day_off,
        APPOINTMENT: lambda: facts.appointment,
        AWAY: lambda: facts.away,
        ANOTHERS: lambda: facts.anothers,
    }
    reason = next((reason for reason, holds in checks.items() if holds()), "")
    return reason or reason_after_moments(facts.since_hard, facts.since_own)


def _counted(facts: Facts, reach: Reached) -> str:
    """What was asked for (“in ten minutes”) is not counted here: it is no further nudge, and needs no rest from the one it belongs to."""
    before = facts.before
    if any(facts.at - one.handed_at < GAP for one in before):
        return REST
    first = [one for one in before if not one.slot]
    if sum(one.on == facts.on for one in first) >= reach.a_day:
        return DAY_FULL
    return WEEK_FULL if len(first) >= reach.a_week else ""


def why_not_leave(facts: Facts, ends_at: datetime, expires_at: datetime | None) -> str:
    """Judge again before an attempt. A letter keeps the end it was written with: if quiet hours begin sooner by now, it stays."""
    if why := why_not(facts):
        return why
    if expires_at is None or facts.at >= expires_at:
        return LATE_FOUND
    return QUIET if arrives_by(facts.at, ends_at, facts.held) < expires_at else ""
