"""Facade of the engine: what to offer, and with what probability."""

from collections.abc import Iterable, Sequence

from everyhour.domain.practices.vocabulary import SITUATIONS, STATES
from everyhour.domain.recommendations.advisor import facts as of
from everyhour.engine import choosing
from everyhour.engine.choosing import (
    AGE_BOUND,
    OUTCOMES,
    PRESENCE_ONLY,
    Candidate,
    Choice,
    Wishes,
    allowed,
)
from everyhour.engine.dosing import Dose, Spacing, Week

__all__ = [
    "AGE_BOUND",
    "OUTCOMES",
    "PRESENCE_ONLY",
    "RULE",
    "Candidate",
    "Choice",
    "Dose",
    "Spacing",
    "Week",
    "Wishes",
    "allowed",
    "candidate",
    "chances",
    "drawn",
    "narrowed",
    "offer",
    "spacing",
]

RULE = choosing.RULE
DIGITS = 6  # probabilities travel as decimals of this many digits

# Cell: a state x situation -> probability of each practice, before anything is known of this child.
Chances = dict[str, dict[str, dict[str, float]]]


def candidate(slug: str, facts: dict) -> Candidate:
    """Build the engine's candidate from a practice's facts."""
    return Candidate(
        slug=slug,
        states=frozenset(facts["states"]),
        situations=frozenset(facts["situations"]),
        age=(facts["age"]["from"], facts["age"]["to"]),
        seconds=(facts["seconds"]["from"], facts["seconds"]["to"]),
        energy=facts["energy"],
        touch=facts["touch"],
        side_by_side=bool(facts.get("side_by_side")),
        presence=bool(facts.get("presence")),
        materials=len(facts.get("materials") or []),
        works_in=frozenset(facts.get("works_in") or ["home"]),
        cautions=frozenset(facts.get("cautions") or []),
        domain=of.kind(facts),
        effort=of.effort(facts),
        demanding=of.demanding(facts),
    )


def chances(candidates: Iterable[Candidate]) -> Chances:
    """Return the choice probabilities of every state and situation."""
    known = list(candidates)
    return {
        state: {situation: _cell(known, state, situation) for situation in (*SITUATIONS, "any")}
        for state in STATES
    }


def _cell(known: list[Candidate], state: str, situation: str) -> dict[str, float]:
    weights = {
        c.slug: choosing.weigh(c, state, situation)
        for c in known
        if state in c.states and (c.presence or state not in choosing.PRESENCE_ONLY)
    }
    return {slug: round(p, DIGITS) for slug, p in choosing.shares(weights).items()}


def narrowed(
    cell: dict[str, float], candidates: dict[str, Candidate], *, state: str, wishes: Wishes
) -> dict[str, float]:
    """Return the probabilities of what may be offered now, rescaled, none below the floor."""
    fitting = {
        slug: p for slug, p in cell.items() if choosing.allowed(candidates[slug], state, wishes)
    }
    return choosing.with_floor(choosing.shares(fitting))


def drawn(probabilities: dict[str, float], *, seen: list[str], draw: float) -> Choice | None:
    """Draw one of these, except those seen."""
    return choosing.pick(choosing.without(probabilities, seen), draw)


def offer(
    cell: dict[str, float],
    candidates: dict[str, Candidate],
    *,
    state: str,
    seen: list[str],
    wishes: Wishes,
    draw: float,
) -> Choice | None:
    """Draw one practice of a cell as the phone does; None when all were seen."""
    fitting = {
        slug: p for slug, p in cell.items() if choosing.allowed(candidates[slug], state, wishes)
    }
    return choosing.pick(choosing.without(choosing.chances(fitting), seen), draw)


def spacing(moments: Sequence[Dose], span: Week) -> Spacing:
    """Return the dosing figures of a week: count, spacing and rest."""
    return Spacing(moments, span)
