"""Decide at the moment itself, so that what happened meanwhile counts; write down what came of it, and the letter in the same step.

What is decided is worked out first, by dice that fall the same for every worker; then one UPDATE claims the row, and only who got it
writes. So a worker that dies leaves the row as it was, and nothing is ever there twice.
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
from everyhour.domain.recommendations import bundle as pockets
from everyhour.domain.recommendations import decisions
from everyhour.domain.recommendations.advisor import learned
from everyhour.domain.recommendations.models import Decision
from everyhour.foundation.notifications import actions as notifications
from everyhour.foundation.notifications.models import Notification

logger = logging.getLogger("everyhour.nudges")

AT_ONCE = 100
PURPOSE = "nudge"
SENT, NOT_SENT, EXPIRED = Nudge.State.HANDED, Nudge.State.NOT_SENT, Nudge.State.EXPIRED


@dataclass(frozen=True)
class Verdict:
    """What came of one nudge, before it is written down."""

    state: str
    reason: str = ""
    practice: str = ""
    decision: Decision | None = None


def decide_due(at: datetime) -> int:
    """Settle what is due; give how many this worker settled. One that cannot be settled does not stop the others."""
    settled, rows = 0, due(at)
    daily_plans.DICE.shuffle(
        rows
    )  # each worker goes its own way through them, so that few work out the same
    for nudge in rows:
        try:
            if Nudge.objects.filter(pk=nudge.pk, state=Nudge.State.PLANNED).exists():
                settled += settle(nudge, at)
        except Exception:  # it is tried again until it is late, and then the row says so
            logger.exception("The nudge %s could not be decided.", nudge.pk)
    return settled


def due(at: datetime) -> list[Nudge]:
    rows = Nudge.objects.due(at).select_related(
        "family", "caregiver__person", "caregiver__family", "caregiver__household"
    )
    return list(rows.select_related("child__family", "household", "decision")[:AT_ONCE])


def settle(nudge: Nudge, at: datetime) -> bool:
    """Settle one; True when this worker did."""
    if rules.is_late(at, nudge.planned_at, nudge.ends_at):
        return written(nudge, Verdict(EXPIRED, LATE_FOUND), at)
    if daily_plans.adjust(
        [nudge], at
    ):  # the family changed its day: it moved, or is not there any more
        return False
    look = SendContext(nudge, at)
    return written(nudge, reminded(look) if nudge.slot else decided(look), at, look)


def decided(look: SendContext) -> Verdict:
    """Let the engine decide, also where the rules say no: its record tells why."""
    nudge, why = look.nudge, look.why_not
    if why == rules.GONE:
        return Verdict(NOT_SENT, why)  # of somebody who left nothing more is written
    decision, made = decisions.decide_to_send(
        nudge.child,
        f"{PURPOSE}:{nudge.pk}",
        by=look.caregiver,
        situation=nudge.situation,
        standing=send_context.availability_of(look),
        past=send_context.past_of(look),
        zone=look.zone,
        at=look.at,
        planned=nudge.practice if nudge.planned else "",
    )
    return weighed(look, decision, made)


def weighed(look: SendContext, decision: Decision, made: learned.Decision) -> Verdict:
    reason = look.why_not or made.reason or ("" if made.sent else DICE)
    if reason or not made.sent:
        return Verdict(NOT_SENT, reason, made.slug or "", decision)
    return Verdict(SENT, "", made.slug or "", decision)


def reminded(look: SendContext) -> Verdict:
    """What was asked for, in ten minutes, needs no dice: the same thing comes again, unless something speaks against it."""
    nudge = look.nudge
    why = look.why_not
    if not why and not decisions.still_stands(
        nudge.practice, nudge.child, situation=nudge.situation, zone=look.zone, at=look.at
    ):
        why = UNFIT
    return Verdict(NOT_SENT if why else SENT, why, nudge.practice, nudge.decision)


def written(nudge: Nudge, verdict: Verdict, at: datetime, look: SendContext | None = None) -> bool:
    """Claim the row and write down what came of it, its decision and its letter: all of it, or nothing."""
    with transaction.atomic():
        handed = {"handed_at": at} if verdict.state == SENT else {}
        told = {"state": verdict.state, "reason": verdict.reason, **handed}
        if not Nudge.objects.filter(pk=nudge.pk, state=Nudge.State.PLANNED).update(**told):
            return False
        if verdict.decision is not None and verdict.decision._state.adding:
            verdict.decision.save(force_insert=True)
        if verdict.decision is not None:
            Nudge.objects.filter(pk=nudge.pk).update(
                decision=verdict.decision, practice=verdict.practice
            )
        if verdict.state == SENT and look is not None:
            write(look, verdict.practice)
    return True


def write(look: SendContext, practice: str) -> Notification:
    """Write the letter; what it says in the open is the purpose's to say, neutral unless they want more."""
    nudge, person = look.nudge, look.caregiver.person
    assert person is not None  # else there is nobody to write to, and it was not sent
    language = person.language
    with translation.override(language):
        title, body = in_words(practice, language)
        return notifications.write(
            person=person,
            purpose=PURPOSE,
            key=key_of(nudge),
            title=title,
            body=body,
            path=f"/{language}/now/?practice={practice}&nudge={nudge.pk}",
            at=look.at,
            expires_at=look.arrives_by,
        )


def key_of(nudge: Nudge) -> str:
    return f"{PURPOSE}:{nudge.pk}"


def in_words(practice: str, language: str) -> tuple[str, str]:
    """Give the name of a practice and its first step."""
    known = {one["slug"]: one for one in pockets.at_hand(language).get("practices", [])}
    if practice not in known:
        return _("A small moment"), ""
    steps = known[practice]["steps"]
    return known[practice]["title"][:120], steps[0] if steps else ""


def guard(letter: Notification, at: datetime) -> str | None:
    """Judge again right before a letter leaves; give the reason not to send it, which is final."""
    nudge = (
        Nudge.objects.filter(pk=letter.key.removeprefix(f"{PURPOSE}:"))
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
    reason = why_not_now(SendContext(nudge, at), letter)
    if reason:
        Nudge.objects.filter(pk=nudge.pk, state=SENT).update(
            state=Nudge.State.CANCELLED, reason=reason
        )
    return reason or None


def why_not_now(look: SendContext, letter: Notification) -> str:
    nudge = look.nudge
    if why := rules.why_not_leave(look, nudge.ends_at, letter.expires_at):
        return why
    fits = decisions.still_stands(
        nudge.practice, nudge.child, situation=nudge.situation, zone=look.zone, at=look.at
    )
    return "" if fits else UNFIT
