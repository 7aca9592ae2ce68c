"""Reasons for a decision as plain values, stored with it: codes and counts, no sentences.

There are none without a usable estimate; a failed explanation never stops a decision.
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

__all__ = [
    "FAMILY_RULES",
    "Explanation",
    "excluding_rule",
    "explain",
    "explain_alternative",
    "explain_decision",
    "with_posteriors",
]

logger = logging.getLogger("everyhour.decisions")

# Rules that follow from a family's answers; the others concern the state or the place.
FAMILY_RULES = (
    *("never", "body", "touch", "avoid", "allergy", "allergy_unknown", "age", "age_unknown"),
)
DIGITS = 6
HELPED_BEFORE = "helped_before"


def excluding_rule(
    candidate: Candidate, *, state: str, situation: str, wishes: Wishes
) -> str | None:
    """Return the rule that excludes a practice for this child, or None."""
    return safety.failed_gate(candidate, state, "steady", situation, "home", wishes)


def with_posteriors(decider: Decider, families: Mapping[str, FamilyPosterior]) -> Decider:
    """Return a copy of the decider with these posteriors, so that they are read only once."""
    known = copy.copy(decider)
    known.posterior = decider.posterior and Posterior(decider.posterior.population, families)
    return known


def explain_decision(
    decider: Decider, asked: Opportunity, past: History, made: Decision
) -> dict[str, Any]:
    """Explain a decision: reasons, certainty, number of candidates, and up to two alternatives.

    Empty when nothing was chosen, or when the explanation fails.
    """
    if made.slug is None:
        return {}
    tally = get_tally(past, made.slug)
    counts: dict[str, Any] = {
        "among": len(made.slugs),
        "probability": round(made.probability, DIGITS),
        "helped": tally.helped,
        "tried": tally.tried,
    }
    if made.fallback:
        return {**counts, "reasons": [], "sureness": "even", "others": []}
    try:
        found = explain(decider, asked, past, made.slug)
        reasons = [_plain(reason) for reason in top_reasons(found)]
        if decider.favors_familiar and tally.helped:
            # Seven draws in ten are among what helped before; the posterior decides the rest.
            others = [one for one in reasons if one["code"] != HELPED_BEFORE]
            reasons = [
                {"code": HELPED_BEFORE, "about": made.slug, "strength": "mostly"},
                *({**one, "strength": "a_little"} for one in others[:1]),
            ]
        return {
            **counts,
            "reasons": reasons,
            "sureness": found.certainty,
            "others": _others(decider, asked, past, made, made.slug),
        }
    except Exception:  # an offer without reasons is better than none
        logger.exception("A decision could not be explained; it is stored without reasons.")
        return {}


def _plain(reason: Reason) -> dict[str, Any]:
    return {"code": reason.code, "about": reason.about, "strength": reason.strength}


def _others(
    decider: Decider, asked: Opportunity, past: History, made: Decision, chosen: str
) -> list[dict[str, Any]]:
    """Return the likeliest alternative, and one practice that a family's answer excluded."""
    probable = dict(zip(made.slugs, made.probabilities, strict=True))
    likeliest = max(
        (slug for slug in made.slugs if slug != chosen),
        key=lambda slug: (probable[slug], slug),
        default=None,
    )
    refused = [
        c
        for c in asked.candidates
        if made.excluded.get(c.slug) in FAMILY_RULES and asked.state in c.states
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
        for slug in (likeliest, missed and missed.slug)
        if slug
    ]
    return [
        {"slug": one.slug, "rule": one.rule or "", "probability": round(one.probability, DIGITS)}
        for one in found
    ]
