"""Why this, and why not that: the model is a sum, so an explanation is its terms, largest first, in codes a page can word.

Nothing is made up afterwards: the terms add up to the score, the tallies are counts, and the doubt is the belief's own.
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

# What a column speaks of. Codes are for pages; each has words there.
CODES = {
    **{f"{domain}:{mood}": "kind_now" for domain in DOMAINS for mood in MOODS},
    **dict.fromkeys(("energy", "energy:wobbly", "energy:storm"), "energy"),
    **dict.fromkeys(("effort", "effort:low"), "effort"),
    "age_misfit": "age",
    "suits": "suits",
    **dict.fromkeys(("recent_item", "recent_domain"), "lately"),
    "familiar": "helped_before",
}
# "likes": this child's taste. "practice": what families in general tell of this practice.
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
SMALL = 0.004  # reward; below this a term is not worth a word
MOSTLY, ALSO = 0.5, 0.2  # shares of all that speaks for it


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason: what it is about, how much it weighs, and for or against."""

    code: str
    about: str  # a domain or a slug
    value: float  # on the reward scale, beside the average of what could have been chosen
    strength: str  # mostly, also, a_little
    tally: Tally | None = None

    @property
    def speaks_for(self) -> bool:
        return self.value > 0


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a practice was offered: the reasons, and how sure that is."""

    slug: str
    reasons: tuple[Reason, ...]
    terms: dict[str, float]  # by code; they add up to `value`
    value: float  # beside the average of what could have been chosen
    gain: float  # what offering it is believed to add, on the reward scale
    doubt: float  # standard deviation of that belief
    tally: Tally

    @property
    def certainty(self) -> str:
        """Say honestly how sure: sure, fairly, a_guess."""
        if self.doubt <= 0:
            return "a_guess"
        chance = normal_cdf(abs(self.gain) / self.doubt)
        return "sure" if chance > 0.975 else "fairly" if chance > 0.8 else "a_guess"


@dataclass(frozen=True, slots=True)
class Alternative:
    """Why another practice was not offered."""

    slug: str
    rule: str | None  # the rule that left it out; then nothing below was weighed
    probability: float = 0.0  # it had; above 0 it was simply not drawn
    against: tuple[Reason, ...] = ()  # what speaks for the chosen one and against it
    chance_better: float = 0.0  # that it would have been the better one, as far as is known


def explain(decider: Decider, opportunity: Opportunity, history: History, slug: str) -> Explanation:
    """Explain why a practice of E is offered. Needs the belief, the opportunity and the past of the decision."""
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
    """Explain why another practice was not offered: a rule, or what speaks against it, or simply the draw."""
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
        if r.speaks_for
    )
    return Alternative(
        other, None, probability, against, _chance_better(decider, opportunity, history, a, b)
    )


def reasons_of(terms: dict[str, float], domain: str, slug: str, tally: Tally) -> tuple[Reason, ...]:
    """Put terms that weigh something into words' codes, the weightiest first."""
    total = sum(value for value in terms.values() if value > 0) or 1.0
    found = sorted(
        ((code, value) for code, value in terms.items() if abs(value) >= SMALL),
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
    """Give how often a practice was tried with this child, and how often it helped. A count, not a belief."""
    item = history.items.get(slug)
    return Tally(item.tried, item.helped) if item else Tally()


def _terms(
    decider: Decider, opportunity: Opportunity, history: History
) -> tuple[CandidateTable, Batch, dict[str, np.ndarray]]:
    """Give the terms that differ between candidates, by code, axes (candidate,)."""
    if decider.sampler is None or decider.posterior is None:
        raise ValueError(
            "Without a belief there is nothing to explain: the choice was even among what is safe."
        )
    asked = screen(opportunity, history)
    if asked.reason is not None:
        raise ValueError(f"Nothing was chosen here: {asked.reason}")
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
    """Give the chance that b is better than a, from the belief about their difference."""
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
    """Give the one or two reasons worth saying, those that speak for it."""
    return [reason for reason in explanation.reasons if reason.speaks_for][:most]
