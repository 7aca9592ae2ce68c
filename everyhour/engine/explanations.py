"""Explanations of a decision: the terms of the linear score, largest first, as codes that pages
word.

The terms add up to the score, tallies are counts, and the uncertainty is the posterior's own.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from everyhour.engine.decisions import Decider, screen
from everyhour.engine.features import PER_CANDIDATE, SHARED, TASTES, Batch, CandidateTable
from everyhour.engine.posterior import ITEM_SPREAD
from everyhour.engine.timing import normal_cdf
from everyhour.engine.values import DOMAINS, MOODS, History, Opportunity, Tally

# Reason code of each column; pages have the wording.
CODES = {
    **{f"{domain}:{mood}": "kind_now" for domain in DOMAINS for mood in MOODS},
    **dict.fromkeys(("energy", "energy:wobbly", "energy:storm"), "energy"),
    **dict.fromkeys(("effort", "effort:low"), "effort"),
    "age_misfit": "age",
    "suits": "suits",
    **dict.fromkeys(("recent_item", "recent_domain"), "lately"),
    "familiar": "helped_before",
}
# "likes": this child's taste. "practice": the effect of this practice for all families.
ALL_CODES = (
    "kind_now",
    "energy",
    "effort",
    "age",
    "suits",
    "lately",
    "helped_before",
    "practice",
    "likes",
)
MIN_TERM = 0.004  # reward; smaller terms are not reported
MOSTLY, ALSO = 0.5, 0.2  # shares of the positive terms


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason: its subject, its weight and its sign."""

    code: str
    about: str  # a domain or a slug
    value: float  # reward over the average of E; in an alternative, over the other practice
    strength: str  # mostly, also, a_little
    tally: Tally | None = None

    @property
    def is_positive(self) -> bool:
        return self.value > 0


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a practice was offered, and how certain that is."""

    slug: str
    reasons: tuple[Reason, ...]
    terms: dict[str, float]  # by code; they add up to `value`
    value: float  # over the average of E
    gain: float  # posterior mean of what offering it adds, on the reward scale
    doubt: float  # its standard deviation
    tally: Tally

    @property
    def certainty(self) -> str:
        """Return sure, fairly or a_guess."""
        if self.doubt <= 0:
            return "a_guess"
        chance = normal_cdf(abs(self.gain) / self.doubt)
        return "sure" if chance > 0.975 else "fairly" if chance > 0.8 else "a_guess"


@dataclass(frozen=True, slots=True)
class Alternative:
    """Why another practice was not offered."""

    slug: str
    rule: str | None  # the rule that excluded it; then the fields below stay at their defaults
    probability: float = 0.0  # above 0: it was possible and not drawn
    against: tuple[Reason, ...] = ()  # terms in favor of the chosen one
    chance_better: float = 0.0  # posterior probability that it would have been better


def explain(decider: Decider, opportunity: Opportunity, history: History, slug: str) -> Explanation:
    """Explain why a practice was offered, from the posterior, opportunity and history of the
    decision.

    Raises ValueError without a posterior or where nothing could be sent; KeyError for an unknown
    slug.
    """
    table, batch, terms = _terms(decider, opportunity, history)
    among = np.flatnonzero(batch.allowed[0])
    k = table.place[slug]
    beside = {code: float(values[k] - values[among].mean()) for code, values in terms.items()}
    assert decider.sampler is not None and decider.posterior is not None
    families = [decider.posterior.for_family(opportunity.family)]
    gain, variance = decider.sampler.advantage(
        table.slugs, batch.x_of([k]), batch.z_of([k]), families, [k]
    )
    tally = get_tally(history, slug)
    return Explanation(
        slug=slug,
        reasons=reasons_of(beside, table.candidates[k].domain, slug, tally),
        terms=beside,
        value=sum(beside.values()),
        gain=float(gain[0]),
        doubt=math.sqrt(float(variance[0])),
        tally=tally,
    )


def explain_alternative(
    decider: Decider, opportunity: Opportunity, history: History, chosen: str, other: str
) -> Alternative:
    """Explain why another practice was not offered: a rule, the terms against it, or the draw."""
    asked = screen(opportunity, history)
    if other not in asked.kept:
        return Alternative(other, asked.excluded.get(other, asked.reason or "unknown"))
    table, _, terms = _terms(decider, opportunity, history)
    a, b = table.place[chosen], table.place[other]
    gap = {code: float(values[a] - values[b]) for code, values in terms.items()}
    decision = decider.decide([opportunity], [history])[0]
    probability = dict(zip(decision.slugs, decision.probabilities, strict=True)).get(other, 0.0)
    against = tuple(
        r
        for r in reasons_of(gap, table.candidates[b].domain, other, get_tally(history, other))
        if r.is_positive
    )
    return Alternative(
        other, None, probability, against, _chance_better(decider, opportunity, history, a, b)
    )


def reasons_of(terms: dict[str, float], domain: str, slug: str, tally: Tally) -> tuple[Reason, ...]:
    """Convert terms to reasons, largest first; terms below MIN_TERM are left out."""
    total = sum(value for value in terms.values() if value > 0) or 1.0
    found = sorted(
        ((code, value) for code, value in terms.items() if abs(value) >= MIN_TERM),
        key=lambda term: -abs(term[1]),
    )
    return tuple(
        Reason(
            code=code,
            about=slug if code in ("practice", "helped_before", "lately") else domain,
            value=value,
            strength="mostly"
            if abs(value) / total >= MOSTLY
            else "also"
            if abs(value) / total >= ALSO
            else "a_little",
            tally=tally if code == "helped_before" else None,
        )
        for code, value in found
    )


def get_tally(history: History, slug: str) -> Tally:
    """Return how often a practice was tried with this child and how often it helped."""
    item = history.items.get(slug)
    return Tally(item.tried, item.helped) if item else Tally()


def _terms(
    decider: Decider, opportunity: Opportunity, history: History
) -> tuple[CandidateTable, Batch, dict[str, np.ndarray]]:
    """Return the terms that differ between candidates, by code, axes (candidate,)."""
    if decider.sampler is None or decider.posterior is None:
        raise ValueError(
            "There is no posterior to explain: the choice was uniform over what is safe."
        )
    asked = screen(opportunity, history)
    if asked.reason is not None:
        raise ValueError(f"Nothing was chosen: {asked.reason}")
    table, batch = decider.batch([asked])
    families = decider.posterior.for_family(opportunity.family).mean
    terms = {code: np.zeros(len(table.slugs)) for code in ALL_CODES}
    for column, name in enumerate(SHARED[:PER_CANDIDATE]):
        terms[CODES[name]] += batch.x[0, :, column] * decider.sampler.mean[column]
    terms["practice"] += [decider.sampler.item_mean(slug) for slug in table.slugs]
    terms["likes"] += families[:TASTES][table.domain]
    return table, batch, terms


def _chance_better(
    decider: Decider, opportunity: Opportunity, history: History, a: int, b: int
) -> float:
    """Return the posterior probability that b is better than a."""
    assert decider.sampler is not None and decider.posterior is not None
    table, batch = decider.batch([screen(opportunity, history)])
    families = decider.posterior.for_family(opportunity.family)
    x = decider.sampler.columns(table.slugs, batch.x[0, [a, b]], [a, b])
    z = batch.z[0, [a, b], :-1]
    gap = float(
        (x[1] - x[0]) @ decider.sampler.mean[: x.shape[1]] + (z[1] - z[0]) @ families.mean[:-1]
    )
    unknown = sum(
        slug not in decider.sampler.population.items for slug in (table.slugs[a], table.slugs[b])
    )
    variance = unknown * ITEM_SPREAD**2 + float(
        (((x[1] - x[0]) @ decider.sampler.nudge_factor) ** 2).sum()
        + (((z[1] - z[0]) @ families.factor[:-1, :-1]) ** 2).sum()
    )
    return normal_cdf(gap / math.sqrt(variance)) if variance > 0 else float(gap > 0)


def top_reasons(explanation: Explanation, most: int = 2) -> Sequence[Reason]:
    """Return the largest reasons in favor, at most `most`."""
    return [reason for reason in explanation.reasons if reason.is_positive][:most]
