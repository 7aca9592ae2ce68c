"""Why this, and why not that: the model is a sum, so an explanation is its terms, largest first, in codes a page can word.

Nothing is made up afterwards: the terms add up to the score, the tallies are counts, and the doubt is the belief's own.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from everyhour.engine.beliefs import ITEM_SPREAD
from everyhour.engine.deciding import Decider, ask
from everyhour.engine.features import PER_CANDIDATE, SHARED, TASTES, Batch, Sheet
from everyhour.engine.timing import normal_cdf
from everyhour.engine.values import DOMAINS, MOODS, Opportunity, Past, Tries

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
    tally: Tries | None = None

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
    tally: Tries

    @property
    def sureness(self) -> str:
        """Say honestly how sure: sure, fairly, a_guess."""
        if self.doubt <= 0:
            return "a_guess"
        chance = normal_cdf(abs(self.gain) / self.doubt)
        return "sure" if chance > 0.975 else "fairly" if chance > 0.8 else "a_guess"


@dataclass(frozen=True, slots=True)
class WhyNot:
    """Why another practice was not offered."""

    slug: str
    rule: str | None  # the rule that left it out; then nothing below was weighed
    probability: float = 0.0  # it had; above 0 it was simply not drawn
    against: tuple[Reason, ...] = ()  # what speaks for the chosen one and against it
    chance_better: float = 0.0  # that it would have been the better one, as far as is known


def explain(decider: Decider, opportunity: Opportunity, past: Past, slug: str) -> Explanation:
    """Explain why a practice of E is offered. Needs the belief, the opportunity and the past of the decision."""
    sheet, batch, terms = _terms(decider, opportunity, past)
    among = np.flatnonzero(batch.allowed[0])
    k = sheet.place[slug]
    beside = {code: float(values[k] - values[among].mean()) for code, values in terms.items()}
    assert decider.ready is not None and decider.belief is not None
    tastes = [decider.belief.of(opportunity.family)]
    gain, variance = decider.ready.advantage(
        sheet.slugs, batch.x_of([k]), batch.z_of([k]), tastes, [k]
    )
    tally = tally_of(past, slug)
    return Explanation(
        slug=slug,
        reasons=reasons_of(beside, sheet.candidates[k].domain, slug, tally),
        terms=beside,
        value=sum(beside.values()),
        gain=float(gain[0]),
        doubt=math.sqrt(float(variance[0])),
        tally=tally,
    )


def why_not(
    decider: Decider, opportunity: Opportunity, past: Past, chosen: str, other: str
) -> WhyNot:
    """Explain why another practice was not offered: a rule, or what speaks against it, or simply the draw."""
    asked = ask(opportunity, past)
    if other not in asked.kept:
        return WhyNot(other, asked.excluded.get(other, asked.reason or "unknown"))
    sheet, _, terms = _terms(decider, opportunity, past)
    a, b = sheet.place[chosen], sheet.place[other]
    gap = {code: float(values[a] - values[b]) for code, values in terms.items()}
    decision = decider.decide([opportunity], [past])[0]
    probability = dict(zip(decision.slugs, decision.probabilities, strict=True)).get(other, 0.0)
    against = tuple(
        r
        for r in reasons_of(gap, sheet.candidates[b].domain, other, tally_of(past, other))
        if r.speaks_for
    )
    return WhyNot(
        other, None, probability, against, _chance_better(decider, opportunity, past, a, b)
    )


def reasons_of(terms: dict[str, float], domain: str, slug: str, tally: Tries) -> tuple[Reason, ...]:
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


def tally_of(past: Past, slug: str) -> Tries:
    """Give how often a practice was tried with this child, and how often it helped. A count, not a belief."""
    item = past.items.get(slug)
    return Tries(item.tried, item.helped) if item else Tries()


def _terms(
    decider: Decider, opportunity: Opportunity, past: Past
) -> tuple[Sheet, Batch, dict[str, np.ndarray]]:
    """Give the terms that differ between candidates, by code, axes (candidate,)."""
    if decider.ready is None or decider.belief is None:
        raise ValueError(
            "Without a belief there is nothing to explain: the choice was even among what is safe."
        )
    asked = ask(opportunity, past)
    if asked.reason is not None:
        raise ValueError(f"Nothing was chosen here: {asked.reason}")
    sheet, batch = decider.batch([asked])
    tastes = decider.belief.of(opportunity.family).mean
    terms = {code: np.zeros(len(sheet.slugs)) for code in ALL_CODES}
    for column, name in enumerate(SHARED[:PER_CANDIDATE]):
        terms[CODES[name]] += batch.x[0, :, column] * decider.ready.mean[column]
    terms["practice"] += [decider.ready.item_mean(slug) for slug in sheet.slugs]
    terms["likes"] += tastes[:TASTES][sheet.domain]
    return sheet, batch, terms


def _chance_better(decider: Decider, opportunity: Opportunity, past: Past, a: int, b: int) -> float:
    """Give the chance that b is better than a, from the belief about their difference."""
    assert decider.ready is not None and decider.belief is not None
    sheet, batch = decider.batch([ask(opportunity, past)])
    tastes = decider.belief.of(opportunity.family)
    x = decider.ready.columns(sheet.slugs, batch.x[0, [a, b]], [a, b])
    z = batch.z[0, [a, b], :-1]
    gap = float((x[1] - x[0]) @ decider.ready.mean[: x.shape[1]] + (z[1] - z[0]) @ tastes.mean[:-1])
    unknown = sum(
        slug not in decider.ready.population.items for slug in (sheet.slugs[a], sheet.slugs[b])
    )
    variance = unknown * ITEM_SPREAD**2 + float(
        (((x[1] - x[0]) @ decider.ready.nudge_factor) ** 2).sum()
        + (((z[1] - z[0]) @ tastes.factor[:-1, :-1]) ** 2).sum()
    )
    return normal_cdf(gap / math.sqrt(variance)) if variance > 0 else float(gap > 0)


def in_short(explanation: Explanation, most: int = 2) -> Sequence[Reason]:
    """Give the one or two reasons worth saying, those that speak for it."""
    return [reason for reason in explanation.reasons if reason.speaks_for][:most]
