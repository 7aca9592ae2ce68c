"""Facade of the engine: what to offer, and with what probability."""

from collections.abc import Iterable

from everyhour.domain.practices.vocabulary import SITUATIONS, STATES
from everyhour.domain.recommendations.advisor import facts as derived
from everyhour.domain.recommendations.advisor.facts import TEEN, months, real_age
from everyhour.engine import choosing
from everyhour.engine.choosing import (
    AGE_BOUND,
    GATES,
    NO_CARE_TOUCH_FROM,
    OUTCOMES,
    PRESENCE_ONLY,
    RULE,
    Candidate,
    Choice,
    Wishes,
    allowed,
    may_touch,
    suits_any_age,
)
from everyhour.engine.dosing import Dose, Spacing, Week

__all__ = [
    "AGE_BOUND",
    "GATES",
    "NO_CARE_TOUCH_FROM",
    "OUTCOMES",
    "PRESENCE_ONLY",
    "RULE",
    "TEEN",
    "Candidate",
    "Choice",
    "Dose",
    "Spacing",
    "Week",
    "Wishes",
    "allowed",
    "build_candidate",
    "build_cells",
    "draw_from",
    "may_touch",
    "months",
    "offer",
    "real_age",
    "restrict",
    "suits_any_age",
]

DIGITS = 6  # of a probability in a bundle

# State -> situation -> practice -> probability, for a child of whom nothing is known.
Cells = dict[str, dict[str, dict[str, float]]]


def build_candidate(slug: str, facts: dict) -> Candidate:
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
        domain=derived.kind(facts),
        effort=derived.effort(facts),
        demanding=derived.demanding(facts),
        real_age=real_age(facts),
        months=months(facts),
        bodies=frozenset(facts.get("bodies", choosing.BODIES)),
    )


def build_cells(candidates: Iterable[Candidate]) -> Cells:
    """Return the choice probabilities of every state and situation."""
    candidates = list(candidates)
    return {
        state: {
            situation: _cell(candidates, state, situation) for situation in (*SITUATIONS, "any")
        }
        for state in STATES
    }


def _cell(candidates: list[Candidate], state: str, situation: str) -> dict[str, float]:
    weights = {
        c.slug: choosing.weigh(c, state, situation)
        for c in candidates
        if state in c.states and (c.presence or state not in choosing.PRESENCE_ONLY)
    }
    return {slug: round(p, DIGITS) for slug, p in choosing.shares(weights).items()}


def restrict(
    cell: dict[str, float],
    candidates: dict[str, Candidate],
    *,
    state: str,
    situation: str,
    wishes: Wishes,
) -> dict[str, float]:
    """Return the probabilities of what may be offered now, rescaled to sum to one, with a floor."""
    fitting = _fitting(cell, candidates, state, situation, wishes)
    return choosing.with_floor(choosing.shares(fitting))


def draw_from(probabilities: dict[str, float], *, seen: list[str], draw: float) -> Choice | None:
    """Draw one practice that was not seen; None when all were."""
    return choosing.pick(choosing.without(probabilities, seen), draw)


def offer(
    cell: dict[str, float],
    candidates: dict[str, Candidate],
    *,
    state: str,
    situation: str,
    seen: list[str],
    wishes: Wishes,
    draw: float,
) -> Choice | None:
    """Draw one practice of a cell as the phone does; None when all that are allowed were seen."""
    fitting = _fitting(cell, candidates, state, situation, wishes)
    return choosing.pick(choosing.without(choosing.chances(fitting), seen), draw)


def _fitting(
    cell: dict[str, float],
    candidates: dict[str, Candidate],
    state: str,
    situation: str,
    wishes: Wishes,
) -> dict[str, float]:
    return {
        slug: p for slug, p in cell.items() if allowed(candidates[slug], state, wishes, situation)
    }
