"""Actions of a caregiver on nudges: consent, pause, skip, answer."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db import transaction

from everyhour.domain.families.models import Caregiver, Child
from everyhour.domain.nudges import rules, send_context, sending
from everyhour.domain.nudges.models import Nudge, NudgeSettings, PlannedDay
from everyhour.domain.nudges.planning import EARLIEST, LEAST
from everyhour.domain.rhythm import days
from everyhour.foundation.audit.models import record
from everyhour.foundation.lib import wall_clock
from everyhour.foundation.notifications import actions as notifications

SNOOZE = timedelta(minutes=10)
WEEK = timedelta(days=7)
AHEAD = timedelta(days=8)  # later days are not shown, so nobody skips their parts
SEEN_FOR = timedelta(hours=12)  # a later answer is ignored
A = Nudge.Answer


def agree(*, by: Caregiver, at: datetime) -> NudgeSettings:
    """Record consent; an earlier consent keeps its date."""
    settings, _made = NudgeSettings.objects.get_or_create(
        caregiver=by, defaults={"family_id": by.family_id}
    )
    if settings.agreed_at is None:
        settings.agreed_at = at
        settings.save(update_fields=["agreed_at"])
        record("nudges: yes", of=by.family_id, by=by.pk, at=at)
    return settings


@transaction.atomic
def decline(*, by: Caregiver, at: datetime) -> None:
    """Withdraw consent and cancel everything planned or waiting to be sent."""
    if NudgeSettings.objects.filter(caregiver=by, agreed_at__isnull=False).update(agreed_at=None):
        record("nudges: no", of=by.family_id, by=by.pk, at=at)
    cancel(Nudge.objects.filter(caregiver=by), reason=rules.CONSENT, at=at)


@transaction.atomic
def pause(*, by: Caregiver, at: datetime, until: datetime | None = None) -> None:
    """Pause everything: cancel waiting notifications, but keep the plan, so undo restores it."""
    NudgeSettings.objects.filter(caregiver=by).update(paused_at=at, paused_until=until)
    notifications.cancel(
        _keys(Nudge.objects.filter(caregiver=by, state=sending.SENT)), reason=rules.PAUSED, at=at
    )
    record("nudges: paused", of=by.family_id, by=by.pk, at=at)


def resume(*, by: Caregiver, at: datetime) -> None:
    """End a pause, “not today” and “not this week”."""
    NudgeSettings.objects.filter(caregiver=by).update(
        paused_at=None, paused_until=None, not_on=None, not_until=None
    )
    record("nudges: go on", of=by.family_id, by=by.pk, at=at)


@transaction.atomic
def skip(rule: str, *, child: Child, on: date, by: Caregiver, at: datetime) -> bool:
    """Skip one part of a date; if it is not planned yet, a cancelled row keeps it unplanned.

    Returns False when there is no such part, or it cannot be skipped any more.
    """
    known = Nudge.objects.filter(caregiver=by, rule=rule, on=on, slot=0)
    if known.exists():
        return bool(
            known.filter(state=Nudge.State.PLANNED).update(
                state=Nudge.State.CANCELLED, reason=rules.ONE_LESS
            )
        )
    zone = send_context.zone_of(by, at)
    if not -1 <= (on - wall_clock.date_in(zone, at)).days < AHEAD.days:
        return False
    part = days.day_of(child, by.household, on).transition(rule)
    leads_to = wall_clock.instant(on, part.minute, zone) if part and part.hard else None
    if part is None or leads_to is None or not at < leads_to < at + AHEAD:
        return False
    Nudge.objects.create(
        family_id=by.family_id,
        caregiver=by,
        child=child,
        household_id=by.household_id,
        rule=rule,
        on=on,
        zone=zone,
        situation=part.situation,
        leads_to=leads_to,
        planned_at=leads_to - EARLIEST,
        ends_at=leads_to,
        state=Nudge.State.CANCELLED,
        reason=rules.ONE_LESS,
    )
    return True


@transaction.atomic
def unskip(rule: str, *, child: Child, on: date, by: Caregiver, at: datetime) -> bool:
    """Undo a skip: plan the nudge again if its time is still to come, or let the plan draw it."""
    out = Nudge.objects.filter(
        caregiver=by,
        child=child,
        rule=rule,
        on=on,
        slot=0,
        state=Nudge.State.CANCELLED,
        reason=rules.ONE_LESS,
    )
    row = PlannedDay.objects.filter(caregiver=by, on=on).first()
    if row is None:
        return bool(out.delete()[0])
    drawn = {(one["child"], one["rule"]) for one in row.body.get("among", []) if not one["why_not"]}
    return bool(
        (child.pk, rule) in drawn
        and out.filter(planned_at__gt=at).update(state=Nudge.State.PLANNED, reason="")
    )


@transaction.atomic
def answer(nudge: Nudge, what: str, *, at: datetime) -> bool:
    """Record an answer and act on it; repeating it changes nothing. False when it is too late."""
    if at - nudge.planned_at > SEEN_FOR:
        return False
    first = _store(nudge, what, at)
    if what == A.LATER:
        return remind_later(nudge, at=at)
    if what == A.NOT_NOW and first:
        cancel(
            Nudge.objects.filter(caregiver=nudge.caregiver_id, rule=nudge.rule, on=nudge.on),
            reason=A.NOT_NOW,
            at=at,
        )
    if what in (A.NOT_TODAY, A.NOT_THIS_WEEK):
        mute(nudge.caregiver, what, at=at)
    return True


def _store(nudge: Nudge, what: str, at: datetime) -> bool:
    """Store the answer; return whether it is new. “Opened” never overwrites an answer."""
    if nudge.answer == what or (what == A.OPENED and nudge.answer):
        return False
    nudge.answer, nudge.answered_at = what, at
    nudge.save(update_fields=["answer", "answered_at"])
    return True


def mute(caregiver: Caregiver, what: str, *, at: datetime) -> None:
    """Mute for today or seven days: cancel everything planned or waiting in that time."""
    today = wall_clock.date_in(send_context.zone_of(caregiver, at), at)
    theirs = Nudge.objects.filter(caregiver=caregiver)
    if what == A.NOT_TODAY:
        NudgeSettings.objects.filter(caregiver=caregiver).update(not_on=today)
        cancel(theirs.filter(on=today), reason=rules.NOT_TODAY, at=at)
    else:
        NudgeSettings.objects.filter(caregiver=caregiver).update(not_until=today + WEEK)
        cancel(theirs.filter(on__lt=today + WEEK), reason=rules.NOT_THIS_WEEK, at=at)


def remind_later(nudge: Nudge, *, at: datetime) -> bool:
    """Plan it once more in ten minutes; False if that is too near the hard part. Idempotent."""
    if Nudge.objects.filter(
        caregiver=nudge.caregiver_id, rule=nudge.rule, on=nudge.on, slot=nudge.slot + 1
    ).exists():
        return True
    again = at + SNOOZE
    if nudge.slot or nudge.state != sending.SENT or again + LEAST > nudge.ends_at:
        return False
    made = {
        name: getattr(nudge, name)
        for name in (
            "family_id",
            "child_id",
            "household_id",
            "zone",
            "situation",
            "leads_to",
            "ends_at",
            "decision_id",
            "planned",
            "practice",
        )
    }
    Nudge.objects.get_or_create(
        caregiver_id=nudge.caregiver_id,
        rule=nudge.rule,
        on=nudge.on,
        slot=1,
        defaults={**made, "planned_at": again},
    )
    notifications.cancel([sending.key_of(nudge)], reason=A.LATER, at=at)
    return True


def cancel(nudges, *, reason: str, at: datetime) -> None:
    """Cancel planned nudges, and waiting notifications of the others."""
    keys = list(_keys(nudges.filter(state=sending.SENT)))
    nudges.filter(state=Nudge.State.PLANNED).update(state=Nudge.State.CANCELLED, reason=reason)
    notifications.cancel(keys, reason=reason, at=at)


def _keys(nudges) -> Iterable[str]:
    """Return the keys of the newest 100 notifications; older ones have expired."""
    return [
        f"{sending.PURPOSE}:{pk}"
        for pk in nudges.order_by("-planned_at").values_list("pk", flat=True)[:100]
    ]
