"""Rules on whether a nudge may be sent, applied when deciding and before each attempt. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol

from everyhour.domain.nudges import quiet
from everyhour.domain.nudges.planning import GAP
from everyhour.domain.nudges.quiet import Clocks
from everyhour.domain.recommendations.availability import DAY_OFF, QUIET, reason_after_moments
from everyhour.foundation.lib import wall_clock

LATE = timedelta(minutes=10)  # found later than this, it expires; nothing is sent late
# Reasons, beside those of rest (recommendations/availability.py). Where the engine has the same
# rule, they keep its names, so that counts can be compared.
GONE, CONSENT, PAUSED, REST = "gone", "consent", "paused", "rest"
DAY_FULL, WEEK_FULL = "day_full", "week_full"
NOT_TODAY, NOT_THIS_WEEK = "not_today", "not_this_week"
APPOINTMENT, AWAY, COPARENT_TURN = "appointment", "away", "anothers_turn"
ONE_LESS = "this_one"  # skipped by the caregiver
LATE_FOUND, DICE, UNFIT = "late", "dice", "unfit"


@dataclass(frozen=True, slots=True)
class Sent:
    """A nudge sent before."""

    on: date
    slot: int
    handed_at: datetime


class Settings(Protocol):
    """The settings of a caregiver that the rules read."""

    agreed_at: datetime | None
    a_day: int
    a_week: int
    paused_at: datetime | None
    paused_until: datetime | None
    not_on: date | None
    not_until: date | None


class Facts(Protocol):
    """What the rules read; properties that cost a query are read only when needed."""

    @property
    def at(self) -> datetime: ...
    @property
    def zone(self) -> str: ...  # the current one
    @property
    def on(self) -> date: ...  # the local date it was planned for
    @property
    def slot(self) -> int: ...
    @property
    def settings(self) -> Settings | None: ...
    @property
    def quiet_clocks(self) -> Clocks: ...
    @property
    def here(self) -> bool: ...
    @property
    def day_off(self) -> bool: ...
    @property
    def appointment(self) -> bool: ...
    @property
    def away(self) -> bool: ...
    @property
    def sent_to_coparent(self) -> bool: ...
    @property
    def since_hard(self) -> timedelta | None: ...
    @property
    def since_own(self) -> timedelta | None: ...
    @property
    def before(self) -> Sequence[Sent]: ...


def is_late(at: datetime, planned_at: datetime, ends_at: datetime) -> bool:
    return at - planned_at > LATE or at >= ends_at


def is_paused(settings: Settings, at: datetime) -> bool:
    return settings.paused_at is not None and (
        settings.paused_until is None or at < settings.paused_until
    )


def arrives_by(at: datetime, ends_at: datetime, quiet_clocks: Clocks) -> datetime:
    """Return the delivery deadline: the hard part, or quiet hours in any of the zones."""
    return min(ends_at, quiet.begins(at, quiet_clocks) or ends_at)


def why_not(facts: Facts) -> str:
    """Return the first reason against sending, or an empty string."""
    settings, at = facts.settings, facts.at
    if settings is None or settings.agreed_at is None:
        return CONSENT
    if not facts.here:
        return GONE
    today = wall_clock.date_in(facts.zone, at)
    if is_paused(settings, at):
        return PAUSED
    if settings.not_on in (today, facts.on):
        return NOT_TODAY
    if settings.not_until is not None and today < settings.not_until:
        return NOT_THIS_WEEK
    if quiet.is_quiet(at, facts.quiet_clocks):
        return QUIET
    return _of_the_day(facts) or ("" if facts.slot else _counted(facts, settings))


def _of_the_day(facts: Facts) -> str:
    checks = {
        DAY_OFF: lambda: facts.day_off,
        APPOINTMENT: lambda: facts.appointment,
        AWAY: lambda: facts.away,
        COPARENT_TURN: lambda: facts.sent_to_coparent,
    }
    reason = next((reason for reason, holds in checks.items() if holds()), "")
    return reason or reason_after_moments(facts.since_hard, facts.since_own)


def _counted(facts: Facts, settings: Settings) -> str:
    """Check rest and limits; not called for “in ten minutes” (slot 1), which was asked for."""
    before = facts.before
    if any(facts.at - one.handed_at < GAP for one in before):
        return REST
    first = [one for one in before if not one.slot]
    if sum(one.on == facts.on for one in first) >= settings.a_day:
        return DAY_FULL
    return WEEK_FULL if len(first) >= settings.a_week else ""


def why_not_leave(facts: Facts, ends_at: datetime, expires_at: datetime | None) -> str:
    """Recheck before an attempt. A notification keeps its expiry: if quiet hours now begin sooner,
    it is not sent."""
    if why := why_not(facts):
        return why
    if expires_at is None or facts.at >= expires_at:
        return LATE_FOUND
    return QUIET if arrives_by(facts.at, ends_at, facts.quiet_clocks) < expires_at else ""
