"""Decisions: what to offer for a child, stored so that they can be replayed.

One decision per key, so a page opened twice offers the same. A decision to offer nothing is stored
too.
"""

import logging
from dataclasses import replace
from datetime import datetime
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

BEFORE = "calm"  # the state assumed before a hard part
# What a family plans before a hard part may be meant for a child who is nearly in it.
PLANNED_FOR = (BEFORE, "alert", "alarm")
WAIT = 300  # milliseconds a page waits for the database to store a decision


def decide(
    child: Child,
    key: str,
    *,
    by: Caregiver,
    state: str,
    situation: str,
    availability: learned.Availability,
    zone: str,
    at: datetime,
    keep: bool = True,
    seen: frozenset[str] = frozenset(),
) -> Decision:
    """Return the decision under this key, or make it; store a new one unless `keep` is False.

    What was seen already, and passed over, is excluded before anything is weighed: for this one
    decision it counts as a wish never to suggest it, so the stored inputs repeat the draw.

    A stored practice that is no longer allowed for this child is not offered again: the decision
    under "key:2", and so on, replaces it.
    """
    wishes = _wishes(child, zone, at, seen)
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
        availability=availability,
        zone=zone,
        at=at,
        candidates=candidates,
        past=observations.history_of(child, by.household),
        seen=seen,
    )
    return _store(decision, candidates) if keep else decision


def _wishes(child: Child, zone: str, at: datetime, seen: frozenset[str]) -> advisor.Wishes:
    wishes = context.wishes(child, observations.year_and_month(zone, at))
    return replace(wishes, never=wishes.never | seen)


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
        and reasons.excluding_rule(candidate, state=state, situation=situation, wishes=wishes)
        is None
    )


def decide_to_send(
    child: Child,
    key: str,
    *,
    by: Caregiver,
    situation: str,
    availability: learned.Availability,
    past: learned.History,
    zone: str,
    at: datetime,
    planned: str = "",
) -> tuple[Decision, learned.Decision]:
    """Decide whether to send a nudge, and with which practice.

    Stores the candidate set; the caller stores the decision. A practice the family planned, if
    safe, is the only candidate, as if it had not been used recently.
    """
    state = None
    if planned:
        state = _calmest_safe_state(planned, child, situation=situation, zone=zone, at=at)
    if state is None:
        candidates = candidate_sets.current()
    else:
        candidates = candidate_sets.single(planned)
        items = {
            slug: replace(item, last_at=observations.LONG_AGO) if slug == planned else item
            for slug, item in past.items.items()
        }
        past = replace(past, items=items, run=())
    decision, made = _decide(
        child,
        key,
        by=by,
        state=state or BEFORE,
        situation=situation,
        availability=availability,
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
    candidate = next(iter(candidate_sets.single(practice)), None)
    if candidate is None:
        return None
    wishes = context.wishes(child, observations.year_and_month(zone, at))
    safe = (
        state
        for state in PLANNED_FOR
        if reasons.excluding_rule(candidate, state=state, situation=situation, wishes=wishes)
        is None
    )
    return next(safe, None)


def _decide(
    child: Child,
    key: str,
    *,
    by: Caregiver,
    state: str,
    situation: str,
    availability: learned.Availability,
    zone: str,
    at: datetime,
    candidates: tuple[advisor.Candidate, ...],
    past: learned.History,
    nudging: bool = False,
    seen: frozenset[str] = frozenset(),
) -> tuple[Decision, learned.Decision]:
    unit = observations.unit_id(child.pk, by.household_id)
    asked = observations.build_opportunity(
        unit,
        key,
        at=at,
        since=child.created_at,
        zone=zone,
        state=state,
        situation=situation,
        candidates=candidates,
        wishes=_wishes(child, zone, at, seen),
        availability=availability,
    )
    model_version = training.in_force()
    estimate = training.find_estimate(child.pk, by.household_id, model_version)
    decider, posterior = _decider(model_version, unit, candidates)
    decider = learned.for_nudges(decider) if nudging else decider
    made = decider.decide([asked], [past])[0]
    why = _explain(decider, asked, past, made, child, by)
    if seen and why.get("others"):  # passed over just now: the family knows why it is not there
        why["others"] = [one for one in why["others"] if one["slug"] not in seen]
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
        estimate=estimate,
        body=encode(made, asked, past, posterior=posterior if made.slug else None, why=why),
    )
    return decision, made


def _decider(
    model_version: ModelVersion | None,
    unit: str,
    candidates: tuple[advisor.Candidate, ...],
    posterior: learned.FamilyPosterior | None = None,
) -> tuple[learned.Decider, learned.FamilyPosterior | None]:
    """Return the decider for one child, and the child's posterior: the one passed in, else stored.

    Whatever cannot be read is logged and left out; then the engine uses a fallback.
    """
    try:
        decider = training.decider(model_version, tuple(c.slug for c in candidates))
    except Exception:  # a damaged row; the decision records that it was made without a posterior
        logger.exception(
            "Model version %s cannot be read. All allowed practices are equally likely.",
            model_version,
        )
        return learned.build_decider(None), None
    try:
        if posterior is None and decider.posterior:
            posterior = decider.posterior.for_family(unit)
        if posterior is None:
            return decider, None
        return reasons.with_posteriors(decider, {unit: posterior}), posterior
    except Exception:
        logger.exception("The estimate for a child cannot be read. The decision is made without.")
        return decider, None


def _explain(
    decider: learned.Decider,
    asked: learned.Opportunity,
    past: learned.History,
    made: learned.Decision,
    child: Child,
    by: Caregiver,
) -> dict[str, Any]:
    """Explain a decision, with the counts in this situation if the practice helped before."""
    why = reasons.explain_decision(decider, asked, past, made)
    if why.get("helped"):
        here = observations.with_outcome().filter(
            child=child, household=by.household_id, practice=made.slug, situation=asked.situation
        )
        outcomes = list(here.values_list("outcome", flat=True))
        why["here"] = {
            "helped": sum(outcome in observations.EASE for outcome in outcomes),
            "tried": len(outcomes),
        }
    return why


def _store(decision: Decision, candidates: tuple[advisor.Candidate, ...]) -> Decision:
    """Store a decision and its candidate set; return the stored decision.

    Of two stored under one key at once, the first wins. If the database fails, the decision stays
    unsaved: the draw follows from the key, so the next request decides the same.
    """
    try:
        with busy_timeout.at_most(WAIT), transaction.atomic():
            decision.candidate_set = candidate_sets.store(candidates)
            decision.save(force_insert=True)
    except IntegrityError:
        first = Decision.objects.filter(child=decision.child_id, key=decision.key).first()
        return first or decision
    except DatabaseError as error:  # another writer for too long, or a full disk
        logger.warning("A decision was not stored: %s", error)
    return decision


def encode(
    made: learned.Decision,
    asked: learned.Opportunity,
    past: learned.History,
    *,
    posterior: learned.FamilyPosterior | None = None,
    why: dict[str, Any] | None = None,
) -> dict:
    """Return the decision's body: the decision, its inputs without the candidates, and reasons."""
    return {
        "decision": learned.to_plain(made),
        "opportunity": learned.to_plain(replace(asked, candidates=())),
        "past": learned.to_plain(past),
        "tastes": learned.to_plain(posterior) if posterior else None,
        "why": why or {},
    }


def decode(kept: Decision) -> learned.Decision:
    return learned.from_plain(learned.Decision, kept.body["decision"])


def is_valid(body: object) -> bool:
    """Return whether the engine's part of an imported body is as `encode` writes it."""
    types = {
        "decision": learned.Decision,
        "opportunity": learned.Opportunity,
        "past": learned.History,
    }
    try:
        return isinstance(body, dict) and all(
            _is_same(learned.to_plain(learned.from_plain(type_, body[name])), body[name])
            for name, type_ in types.items()
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        return False


def _is_same(encoded: dict[str, Any], stored: dict[str, Any]) -> bool:
    """Compare with a stored value, which may be older than some fields."""
    older = {"standing": {"unavailable": None}, "wishes": context.BEFORE_GATES_2}
    more = {name: older[name] | stored[name] for name in older if name in stored}
    return encoded == stored | more


def replays_same(kept: Decision) -> bool:
    """Return whether replaying from the rows alone gives the same decision."""
    return learned.replay(*load_inputs(kept))


def load_inputs(
    kept: Decision,
) -> tuple[learned.Decision, learned.Opportunity, learned.History, learned.Decider]:
    """Return a decision and its inputs, read from the rows alone.

    Raises OtherServerError for an imported decision.
    """
    if kept.candidate_set is None:
        raise OtherServerError("A decision can be replayed only on the server that made it.")
    candidates = candidate_sets.load(kept.candidate_set.digest)
    asked = replace(
        learned.from_plain(learned.Opportunity, kept.body["opportunity"]), candidates=candidates
    )
    past = learned.from_plain(learned.History, kept.body["past"])
    tastes = kept.body.get("tastes")
    posterior = learned.from_plain(learned.FamilyPosterior, tastes) if tastes else None
    unit = observations.unit_id(kept.child_id, kept.household_id)
    decider, _posterior = _decider(kept.model_version, unit, candidates, posterior)
    made = decode(kept)
    return made, asked, past, learned.for_nudges(decider) if learned.is_nudge(made) else decider


class OtherServerError(ValueError):
    """The decision was imported; its candidate set is on the server that made it."""
