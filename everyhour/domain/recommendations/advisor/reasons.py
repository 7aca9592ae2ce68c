"""Reasons for a decision as plain values, stored with it: codes and counts, no sentences.

Without an estimate there are none: an explanation is never worth an error.
"""

import copy
import logging
from collections.abc import Mapping
from typing import Any

from everyhour.domain.recommendations.advisor.learned import (
    Candidate,
    Decider,
    Decision,
    FamilyPosterior,
    History,
    Opportunity,
    Posterior,
)
from everyhour.engine import choosing, safety
from everyhour.engine.choosing import Wishes
from everyhour.engine.explanations import (
    Explanation,
    Reason,
    explain,
    explain_alternative,
    get_tally,
    top_reasons,
)

__all__ = ["FAMILYS_NO", "Explanation", "about", "explain", "explain_alternative", "gate", "why"]

logger = logging.getLogger("everyhour.decisions")

# Rules that follow from a family's answers; the others concern the state or the place.
FAMILYS_NO = ("never", "touch", "avoid", "allergy", "allergy_unknown", "age", "age_unknown")
DIGITS = 6
REPEATED = {"code": "helped_before", "about": "", "strength": "mostly"}


def gate(candidate: Candidate, *, state: str, situation: str, wishes: Wishes) -> str | None:
    """Return the rule that excludes a practice for this child, or None."""
    return safety.failed_gate(candidate, state, "steady", situation, "home", wishes)


def about(decider: Decider, tastes: Mapping[str, FamilyPosterior]) -> Decider:
    """Return a copy of the decider with these posteriors, to save looking them up again."""
    known = copy.copy(decider)
    known.posterior = decider.posterior and Posterior(decider.posterior.population, tastes)
    return known


def why(decider: Decider, asked: Opportunity, past: History, made: Decision) -> dict[str, Any]:
    """Explain a decision: reasons, certainty, number of candidates, and up to two alternatives."""
    if made.slug is None:
        return {}
    tally = get_tally(past, made.slug)
    told: dict[str, Any] = {
        "among": len(made.slugs),
        "probability": round(made.probability, DIGITS),
        "helped": tally.helped,
        "tried": tally.tried,
    }
    if made.fallback:
        return {**told, "reasons": [], "sureness": "even", "others": []}
    try:
        found = explain(decider, asked, past, made.slug)
        reasons = [_plain(reason) for reason in top_reasons(found)]
        if (
            decider.favors_familiar and tally.helped
        ):  # seven of ten draws were about what helped before; the belief spoke for the rest
            reasons = [
                REPEATED,
                *(
                    {**one, "strength": "a_little"}
                    for one in reasons
                    if one["code"] != REPEATED["code"]
                ),
            ][:2]
            reasons[0] = {**REPEATED, "about": made.slug}
        return {
            **told,
            "reasons": reasons,
            "sureness": found.certainty,
            "others": _others(decider, asked, past, made, made.slug),
        }
    except Exception:  # the offer stands by itself
        logger.exception("A decision could not be explained.")
        return {}


def _plain(reason: Reason) -> dict[str, Any]:
    return {"code": reason.code, "about": reason.about, "strength": reason.strength}


def _others(
    decider: Decider, asked: Opportunity, past: History, made: Decision, chosen: str
) -> list[dict[str, Any]]:
    """Return the likeliest alternative, and the practice a family's own answer ruled out."""
    probable = dict(zip(made.slugs, made.probabilities, strict=True))
    near = max(
        (slug for slug in made.slugs if slug != chosen),
        key=lambda slug: (probable[slug], slug),
        default=None,
    )
    refused = [
        c
        for c in asked.candidates
        if made.excluded.get(c.slug) in FAMILYS_NO and asked.state in c.states
    ]
    missed = max(
        refused,
        key=lambda c: (
            get_tally(past, c.slug).tried,
            choosing.weigh(c, asked.state, asked.situation),
            c.slug,
        ),
        default=None,
    )
    found = [
        explain_alternative(decider, asked, past, chosen, slug)
        for slug in (near, missed and missed.slug)
        if slug
    ]
    return [
        {"slug": one.slug, "rule": one.rule or "", "probability": round(one.probability, DIGITS)}
        for one in found
    ]
