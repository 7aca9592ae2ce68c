"""Decide due nudges at their time, and record decision and notification in one transaction.

The decision is computed first, with draws that are the same for every worker; then one UPDATE
claims the row, and only the worker that got it writes. A worker that dies leaves the row unchanged.
"""

import logging
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from everyhour.domain.nudges import daily_plans, rules, send_context
from everyhour.domain.nudges.models import Nudge
from everyhour.domain.nudges.rules import DICE, LATE_FOUND, UNFIT
from everyhour.domain.nudges.send_context import SendContext
from everyhour.domain.recommendations import bundle, bundle_reader, decisions, observations
from everyhour.domain.recommendations import context as limits
from everyhour.domain.recommendations.advisor import learned
from everyhour.domain.recommendations.models import Decision
from everyhour.foundation.lib import leases
from everyhour.foundation.notifications import actions as notifications
from everyhour.foundation.notifications.models import Notification

logger = logging.getLogger("everyhour.nudges")

AT_ONCE = 100
PURPOSE = "nudge"
SENT, NOT_SENT, EXPIRED = Nudge.State.QUEUED, Nudge.State.NOT_SENT, Nudge.State.EXPIRED


@dataclass(frozen=True)
class Verdict:
    """The decision on one nudge, not yet recorded."""

    state: str
    reason: str = ""
    practice: str = ""
    decision: Decision | None = None


def decide_due(at: datetime) -> int:
    """Settle due nudges; return how many this worker settled. One failure does not stop others."""
    settled, rows = 0, due(at)
    daily_plans.DICE.shuffle(rows)  # so that few workers compute the same one at the same time
    for nudge in rows:
        try:
            if Nudge.objects.filter(pk=nudge.pk, state=Nudge.State.PLANNED).exists():
                settled += settle(nudge, at)
        except Exception:  # retried until it is late, then it expires
            logger.exception(
                "The nudge %s could not be decided; it is retried until it is late.", nudge.pk
            )
    return settled


def due(at: datetime) -> list[Nudge]:
    rows = Nudge.objects.due(at).select_related(
        "family", "caregiver__person", "caregiver__family", "caregiver__household"
    )
    return list(rows.select_related("child__family", "household", "decision")[:AT_ONCE])


def settle(nudge: Nudge, at: datetime) -> bool:
    """Settle one nudge; return whether this worker did."""
    if rules.is_late(at, nudge.planned_at, nudge.ends_at):
        return record(nudge, Verdict(EXPIRED, LATE_FOUND), at)
    if daily_plans.adjust([nudge], at):  # the day changed: it moved, or was cancelled
        return False
    context = SendContext(nudge, at)
    verdict = decide_reminder(context) if nudge.slot else decide(context)
    return record(nudge, verdict, at, context)


def decide(context: SendContext) -> Verdict:
    """Let the engine decide, even where the rules refuse, so that the decision records why."""
    nudge, why = context.nudge, context.why_not
    if why == rules.GONE:
        return Verdict(NOT_SENT, why)  # nothing more is recorded about people who left
    decision, made = decisions.decide_to_send(
        nudge.child,
        f"{PURPOSE}:{nudge.pk}",
        by=context.caregiver,
        situation=nudge.situation,
        availability=send_context.availability_of(context),
        past=send_context.past_of(context),
        zone=context.zone,
        at=context.at,
        planned=nudge.practice if nudge.planned else "",
    )
    return build_verdict(context, decision, made)


def build_verdict(context: SendContext, decision: Decision, made: learned.Decision) -> Verdict:
    reason = context.why_not or made.reason or ("" if made.sent else DICE)
    if reason or not made.sent:
        return Verdict(NOT_SENT, reason, made.slug or "", decision)
    return Verdict(SENT, "", made.slug or "", decision)


def decide_reminder(context: SendContext) -> Verdict:
    """Send the same practice again “in ten minutes”, without a draw, unless a rule refuses."""
    nudge = context.nudge
    why = context.why_not
    if not why and not decisions.may_suggest(
        nudge.practice, nudge.child, situation=nudge.situation, zone=context.zone, at=context.at
    ):
        why = UNFIT
    return Verdict(NOT_SENT if why else SENT, why, nudge.practice, nudge.decision)


def record(
    nudge: Nudge, verdict: Verdict, at: datetime, context: SendContext | None = None
) -> bool:
    """Claim the nudge and record its decision and notification in one transaction; False when
    another worker was first."""
    with transaction.atomic():
        handed = {"handed_at": at} if verdict.state == SENT else {}
        planned = Nudge.objects.filter(pk=nudge.pk, state=Nudge.State.PLANNED)
        if not leases.claim(planned, state=verdict.state, reason=verdict.reason, **handed):
            return False
        if verdict.decision is not None and verdict.decision._state.adding:
            verdict.decision.save(force_insert=True)
        if verdict.decision is not None:
            Nudge.objects.filter(pk=nudge.pk).update(
                decision=verdict.decision, practice=verdict.practice
            )
        if verdict.state == SENT and context is not None:
            write(context, verdict.practice)
    return True


def write(context: SendContext, practice: str) -> Notification:
    """Queue the notification, in the caregiver's language."""
    nudge, person = context.nudge, context.caregiver.person
    assert person is not None  # guaranteed: without a person the verdict is not SENT
    language = person.language
    with translation.override(language):
        title, body = text_of(practice, language, context)
        return notifications.write(
            person=person,
            purpose=PURPOSE,
            key=key_of(nudge),
            title=title,
            body=body,
            path=f"/{language}/now/?"
            f"practice={practice}&situation={nudge.situation}&nudge={nudge.pk}",
            at=context.at,
            expires_at=context.arrives_by,
        )


def key_of(nudge: Nudge) -> str:
    return f"{PURPOSE}:{nudge.pk}"


def text_of(practice: str, language: str, context: SendContext) -> tuple[str, str]:
    """Return the title of a practice and its first step, in the way that fits this child."""
    known = {one["slug"]: one for one in bundle.current_or_empty(language).get("practices", [])}
    if practice not in known:
        return _("A small moment"), ""
    nudge, month = context.nudge, observations.year_and_month(context.zone, context.at)
    _way, steps = bundle_reader.way_to_do(
        known[practice], limits.wishes(nudge.child, month), nudge.situation
    )
    return known[practice]["title"][:120], steps[0] if steps else ""


def recheck(notification: Notification, at: datetime) -> str | None:
    """Return a reason not to send the notification after all, and cancel its nudge."""
    nudge = (
        Nudge.objects.filter(pk=notification.key.removeprefix(f"{PURPOSE}:"))
        .select_related(
            "family",
            "caregiver__person",
            "caregiver__family",
            "caregiver__household",
            "child__family",
            "household",
        )
        .first()
    )
    if nudge is None:
        return rules.GONE
    if nudge.state != SENT:
        return nudge.reason or nudge.state
    reason = why_not_now(SendContext(nudge, at), notification)
    if reason:
        Nudge.objects.filter(pk=nudge.pk, state=SENT).update(
            state=Nudge.State.CANCELLED, reason=reason
        )
    return reason or None


def why_not_now(context: SendContext, notification: Notification) -> str:
    nudge = context.nudge
    if why := rules.why_not_leave(context, nudge.ends_at, notification.expires_at):
        return why
    fits = decisions.may_suggest(
        nudge.practice, nudge.child, situation=nudge.situation, zone=context.zone, at=context.at
    )
    return "" if fits else UNFIT
