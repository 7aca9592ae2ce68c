"""Decisions: what to offer for a child, stored so that they can be replayed.

One decision per key, so a page opened twice offers the same; also when nothing is offered.
"""

import logging
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from django.db import DatabaseError, IntegrityError, transaction

from everyhour.domain.families.models import Caregiver, Child
from everyhour.domain.recommendations import (
    advisor,
    candidate_sets,
    context,
    observations,
    training,
)
from everyhour.domain.recommendations.advisor import learned, reasons
from everyhour.domain.recommendations.models import Decision, ModelVersion
from everyhour.foundation.lib import busy_timeout

logger = logging.getLogger("everyhour.decisions")

LEADS_FOR = timedelta(hours=12)
BEFORE = "calm"  # the state of a child before a hard part, not in it
PLANNED_FOR = (
    BEFORE,
    "alert",
    "alarm",
)  # what a family plans before a hard part may be meant for a child who is nearly in it
WAIT = 300  # milliseconds a page waits to write a decision down


def decide(
    child: Child,
    key: str,
    *,
    by: Caregiver,
    state: str,
    situation: str,
    standing: learned.Availability,
    zone: str,
    at: datetime,
    keep: bool = True,
) -> Decision:
    """Return the decision under this key, or make it; store it unless `keep` is False.

    A practice that the family has ruled out since is not offered from an old row: a new decision
    follows under the next number.
    """
    wishes = context.wishes(child, observations.year_and_month(zone, at))
    for turn in count(1):
        name = key if turn == 1 else f"{key}:{turn}"
        known = (
            Decision.objects.filter(child=child, key=name)
            .select_related("candidate_set")
            .defer("candidate_set__body")
            .first()
        )
        if known is None or _still_allowed(known, state, situation, wishes):
            break
    if known is not None:
        return known
    candidates = candidate_sets.current()
    decision, _made = _decide(
        child,
        name,
        by=by,
        state=state,
        situation=situation,
        standing=standing,
        zone=zone,
        at=at,
        candidates=candidates,
        past=observations.history_of(child, by.household),
    )
    return _store(decision, candidates) if keep else decision


def _still_allowed(kept: Decision, state: str, situation: str, wishes: advisor.Wishes) -> bool:
    if not kept.practice:
        return True
    candidate_set = (
        candidate_sets.load(kept.candidate_set.digest)
        if kept.candidate_set
        else candidate_sets.current()
    )
    candidate = next((c for c in candidate_set if c.slug == kept.practice), None)
    return (
        candidate is not None
        and reasons.gate(candidate, state=state, situation=situation, wishes=wishes) is None
    )


def decide_to_send(
    child: Child,
    key: str,
    *,
    by: Caregiver,
    situation: str,
    standing: learned.Availability,
    past: learned.History,
    zone: str,
    at: datetime,
    planned: str = "",
) -> tuple[Decision, learned.Decision]:
    """Decide whether to send a nudge, and with which practice. Not stored here: sending stores it.

    A practice planned here, if safe, is the only candidate, and sending it does not wear it out.
    """
    state = (
        _calmest_safe_state(planned, child, situation=situation, zone=zone, at=at)
        if planned
        else None
    )
    if state:
        alone = candidate_sets.single(planned)
        rested = {
            slug: replace(item, last_at=observations.LONG_AGO) if slug == planned else item
            for slug, item in past.items.items()
        }
        candidates, past = alone, replace(past, items=rested, run=())
    else:
        candidates = candidate_sets.current()
    decision, made = _decide(
        child,
        key,
        by=by,
        state=state or BEFORE,
        situation=situation,
        standing=standing,
        zone=zone,
        at=at,
        candidates=candidates,
        past=past,
        nudging=True,
    )
    decision.candidate_set = candidate_sets.store(candidates)
    return decision, made


def may_suggest(practice: str, child: Child, *, situation: str, zone: str, at: datetime) -> bool:
    """Return whether this practice may still be suggested for this child now."""
    return _calmest_safe_state(practice, child, situation=situation, zone=zone, at=at) is not None


def _calmest_safe_state(
    practice: str, child: Child, *, situation: str, zone: str, at: datetime
) -> str | None:
    """Return the calmest state in which this practice is safe before a hard part, or None."""
    alone, wishes = (
        candidate_sets.single(practice),
        context.wishes(child, observations.year_and_month(zone, at)),
    )
    model_versions = (
        state
        for state in PLANNED_FOR
        if reasons.gate(alone[0], state=state, situation=situation, wishes=wishes) is None
    )
    return next(model_versions, None) if alone else None


def _decide(
    child: Child,
    key: str,
    *,
    by: Caregiver,
    state: str,
    situation: str,
    standing: learned.Availability,
    zone: str,
    at: datetime,
    candidates: tuple[advisor.Candidate, ...],
    past: learned.History,
    nudging: bool = False,
) -> tuple[Decision, learned.Decision]:
    who = observations.unit_id(child.pk, by.household_id)
    asked = observations.build_opportunity(
        who,
        key,
        at=at,
        since=child.created_at,
        zone=zone,
        state=state,
        situation=situation,
        candidates=candidates,
        wishes=context.wishes(child, observations.year_and_month(zone, at)),
        standing=standing,
    )
    model_version = training.in_force()
    row = training.find_estimate(child.pk, by.household_id, model_version)
    decider, tastes = _decider(model_version, who, candidates)
    decider = learned.nudging(decider) if nudging else decider
    made = decider.decide([asked], [past])[0]
    why = _why(decider, asked, past, made, child, by)
    decision = Decision(
        family_id=child.family_id,
        child=child,
        household=by.household,
        caregiver=by,
        key=key,
        at=at,
        zone=zone,
        practice=(made.slug or "") if made.sent else "",
        model_version=model_version,
        estimate=row,
        body=encode(made, asked, past, tastes=tastes if made.slug else None, why=why),
    )
    return decision, made


def _decider(
    model_version: ModelVersion | None,
    who: str,
    candidates: tuple[advisor.Candidate, ...],
    tastes: learned.FamilyPosterior | None = None,
) -> tuple[learned.Decider, learned.FamilyPosterior | None]:
    """Return the decider and posterior for one child; without them when they cannot be read."""
    try:
        decider = training.decider(model_version, tuple(c.slug for c in candidates))
    except Exception:  # whatever is in the row; the decision says that it was made without a belief
        logger.exception(
            "Fit %s cannot be read. Each that may be offered is as likely.", model_version
        )
        return learned.asked(None), None
    try:
        known = tastes or (decider.posterior.for_family(who) if decider.posterior else None)
        return (reasons.about(decider, {who: known}) if known else decider), known
    except Exception:
        logger.exception("What is believed of a child cannot be read.")
        return decider, None


def _why(
    decider: learned.Decider,
    asked: learned.Opportunity,
    past: learned.History,
    made: learned.Decision,
    child: Child,
    by: Caregiver,
) -> dict[str, Any]:
    """Explain a decision, with the counts in this situation if the practice helped before."""
    told = reasons.why(decider, asked, past, made)
    if told.get("helped"):
        here = observations.with_outcome().filter(
            child=child, household=by.household_id, practice=made.slug, situation=asked.situation
        )
        outcomes = list(here.values_list("outcome", flat=True))
        told["here"] = {
            "helped": sum(outcome in observations.EASE for outcome in outcomes),
            "tried": len(outcomes),
        }
    return told


def _store(decision: Decision, candidates: tuple[advisor.Candidate, ...]) -> Decision:
    """Store a decision. If the database fails it stays unsaved; its seed gives the same again."""
    try:
        with busy_timeout.at_most(WAIT), transaction.atomic():
            decision.candidate_set = candidate_sets.store(candidates)
            decision.save(force_insert=True)
    except IntegrityError:  # somebody else asked in the same moment; theirs stands
        return (
            Decision.objects.filter(child=decision.child_id, key=decision.key).first() or decision
        )
    except DatabaseError as error:  # another writer for too long, or a disk that takes nothing more
        logger.warning("A decision was not written down: %s", error)
    return decision


def find_for_moment(
    practice: str, *, child: str, by: Caregiver, at: datetime
) -> list[dict[str, Any]]:
    """Return the decision that probably led to this moment, in a list, else an empty list.

    That is the newest for this practice in this household in the twelve hours before.
    """
    if not practice or not child or not by.can(Caregiver.SEE_WEEK):
        return []
    shown = Decision.objects.filter(
        family=by.family_id, child=child, household=by.household_id, practice=practice
    )
    kept = (
        shown.filter(at__lte=at, at__gte=at - LEADS_FOR)
        .select_related("candidate_set")
        .defer("candidate_set__body")
        .order_by("-at")
        .first()
    )
    return [_summary(kept)] if kept else []


def _summary(kept: Decision) -> dict[str, Any]:
    made, asked = decode(kept), kept.body["opportunity"]
    return {
        "decision": kept.pk,
        "practice": kept.practice,
        "rule": learned.RULE,
        "probability": made.probability,
        "among": len(made.slugs),
        "belief": made.belief,
        "shelf": kept.candidate_set.digest if kept.candidate_set else "",
        "state": asked["state"],
        "situation": asked["situation"],
        "offered_at": kept.at.isoformat(timespec="seconds"),
    }


def encode(
    made: learned.Decision,
    asked: learned.Opportunity,
    past: learned.History,
    *,
    tastes: learned.FamilyPosterior | None = None,
    why: dict[str, Any] | None = None,
) -> dict:
    """Return the decision's body: the decision, its inputs without the candidates, and reasons."""
    return {
        "decision": learned.to_plain(made),
        "opportunity": learned.to_plain(replace(asked, candidates=())),
        "past": learned.to_plain(past),
        "tastes": learned.to_plain(tastes) if tastes else None,
        "why": why or {},
    }


def decode(kept: Decision) -> learned.Decision:
    return learned.from_plain(learned.Decision, kept.body["decision"])


def is_valid(body: object) -> bool:
    """Check that this is a body as `written` returns it; asked of imported decisions."""
    kinds = {
        "decision": learned.Decision,
        "opportunity": learned.Opportunity,
        "past": learned.History,
    }
    try:
        return isinstance(body, dict) and all(
            _same(learned.to_plain(learned.from_plain(kind, body[name])), body[name])
            for name, kind in kinds.items()
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        return False


def _same(now: dict[str, Any], kept: dict[str, Any]) -> bool:
    """Compare with a row from before the reason for unavailability was part of it."""
    if "standing" in kept:
        kept = kept | {"standing": {"unavailable": None} | kept["standing"]}
    return now == kept


def replays_same(kept: Decision) -> bool:
    """Return whether replaying from the rows alone gives the same decision."""
    return learned.replay(*load_inputs(kept))


def load_inputs(
    kept: Decision,
) -> tuple[learned.Decision, learned.Opportunity, learned.History, learned.Decider]:
    """Return a decision and its inputs, read from the rows alone; raises OtherServerError."""
    if kept.candidate_set is None:
        raise OtherServerError("A decision of another server is decided again there.")
    candidates = candidate_sets.load(kept.candidate_set.digest)
    asked = replace(
        learned.from_plain(learned.Opportunity, kept.body["opportunity"]), candidates=candidates
    )
    past = learned.from_plain(learned.History, kept.body["past"])
    tastes = (
        learned.from_plain(learned.FamilyPosterior, kept.body["tastes"])
        if kept.body.get("tastes")
        else None
    )
    decider, _known = _decider(
        kept.model_version,
        observations.unit_id(kept.child_id, kept.household_id),
        candidates,
        tastes,
    )
    made = decode(kept)
    return made, asked, past, learned.nudging(decider) if learned.nudged(made) else decider


class OtherServerError(ValueError):
    """The decision was imported, and its candidate set is on the server it was made on."""
