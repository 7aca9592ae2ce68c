"""Opportunities in, decisions out: rules first, then WHICH, then WHEN. Pure: the same values and seed give the same answer.

Whatever goes wrong on the way, the answer is safe and its probability known: uniform over E, sent with one half (what somebody
asks for is sent), and the decision says why (`fallback`). The rules stand before everything that could go wrong.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from everyhour.engine.availability import unavailable_reason
from everyhour.engine.familiar import repeating
from everyhour.engine.features import Batch, CandidateTable, Z
from everyhour.engine.posterior import (
    FamilyPosterior,
    Posterior,
    find_defect,
    is_valid_family,
    new_family,
)
from everyhour.engine.safety import Excluded, filter_candidates, slugs_of
from everyhour.engine.sampling import DRAW_SCALE, PosteriorSampler, pick, uniform
from everyhour.engine.schedule import SLOTS, rota
from everyhour.engine.seeded_random import derive_seed, pair
from everyhour.engine.timing import Timing, in_lane, learned_probability
from everyhour.engine.values import Candidate, Decision, History, Opportunity

NO_BELIEF = "no belief"


@dataclass(frozen=True)
class Screened:
    """One opportunity after the rules."""

    opportunity: Opportunity
    history: History
    reason: str | None
    kept: tuple[str, ...]
    excluded: Excluded


@dataclass(frozen=True)
class Drawn:
    """What was drawn for a batch. Axes: opportunity; p also candidate."""

    p: np.ndarray
    chosen: np.ndarray
    learned: Sequence[float]
    send: Sequence[float]
    sent: Sequence[bool]
    advantage: np.ndarray
    doubt: np.ndarray
    fallback: Sequence[str | None]


@dataclass(frozen=True)
class ModelInputs:
    """What the model saw of a decision: the columns of what was chosen. Kept until the outcome comes."""

    x: np.ndarray  # SHARED
    z: np.ndarray  # Z
    g: np.ndarray  # G


class Decider:
    """A belief and the way of timing, ready to decide many times. `seed` names the dice; it is part of the record.

    `repeats`: what helped this family before takes about seven draws of ten (repeating.py).
    """

    def __init__(
        self,
        posterior: Posterior | None,
        timing: Timing = Timing(),
        seed: str = "everyhour",
        draw_scale: float = DRAW_SCALE,
        *,
        favors_familiar: bool = False,
    ) -> None:
        self.posterior, self.timing, self.seed, self.favors_familiar = (
            posterior,
            timing,
            seed,
            favors_familiar,
        )
        self.sampler, self.trouble = prepared(posterior, draw_scale)
        self.tables: dict[int, tuple[tuple[Candidate, ...], CandidateTable]] = {}

    def decide(
        self, opportunities: Sequence[Opportunity], histories: Sequence[History]
    ) -> list[Decision]:
        """Decide a batch."""
        return [decision for decision, _ in self.consider(opportunities, histories)]

    def consider(
        self, opportunities: Sequence[Opportunity], histories: Sequence[History]
    ) -> list[tuple[Decision, ModelInputs | None]]:
        """Decide a batch, and tell what was seen. Opportunities that share one tuple of candidates are worked out together."""
        asked = [screen(o, history) for o, history in zip(opportunities, histories, strict=True)]
        found: list[tuple[Decision, ModelInputs | None] | None] = [
            None if a.reason is None else (self._silent(a), None) for a in asked
        ]
        groups: dict[int, list[int]] = {}
        for n, one in enumerate(asked):
            if one.reason is None:
                groups.setdefault(id(one.opportunity.candidates), []).append(n)
        for rows in groups.values():
            for n, answer in zip(rows, self._together([asked[n] for n in rows]), strict=True):
                found[n] = answer
        return [answer for answer in found if answer is not None]

    def table(self, candidates: tuple[Candidate, ...]) -> CandidateTable:
        held = self.tables.get(id(candidates))
        if held is None or held[0] is not candidates:
            held = self.tables[id(candidates)] = (candidates, CandidateTable(candidates))
        return held[1]

    def batch(self, asked: Sequence[Screened]) -> tuple[CandidateTable, Batch]:
        table = self.table(asked[0].opportunity.candidates)
        return table, table.batch(
            [a.opportunity for a in asked], [a.history for a in asked], [a.kept for a in asked]
        )

    def _silent(self, asked: Screened) -> Decision:
        o = asked.opportunity
        return Decision(
            o.key,
            o.family,
            o.at,
            asked.reason,
            asked.excluded,
            dose=asked.history.dose,
            mode=self.timing.mode,
            belief=self._version,
        )

    @property
    def _version(self) -> int:
        return self.posterior.version if self.posterior is not None else 0

    def _together(self, asked: Sequence[Screened]) -> list[tuple[Decision, ModelInputs | None]]:
        seeds = [derive_seed(self.seed, a.opportunity.key) for a in asked]
        dice = np.array([pair(seed) for seed in seeds])
        slugs = self.table(asked[0].opportunity.candidates).slugs
        seen: list[ModelInputs | None] = [None] * len(asked)
        try:
            table, batch = self.batch(asked)
            drawn, x, z = self._draw(asked, table, batch, np.array(seeds, dtype=np.uint64), dice)
            seen = [ModelInputs(*columns) for columns in zip(x, z, batch.g, strict=True)]
        except (
            Exception
        ) as trouble:  # whatever it is, families get the safe answer and the record says so
            drawn = safe_answer(self._allowed(asked), dice, type(trouble).__name__, self.timing)
        return [
            (self._record(a, slugs, seed, drawn, row), seen[row])
            for row, (a, seed) in enumerate(zip(asked, seeds, strict=True))
        ]

    def _allowed(self, asked: Sequence[Screened]) -> np.ndarray:
        table = self.table(asked[0].opportunity.candidates)
        return np.array([table.mask(a.kept) for a in asked])

    def _draw(
        self,
        asked: Sequence[Screened],
        table: CandidateTable,
        batch: Batch,
        seeds: np.ndarray,
        dice: np.ndarray,
    ) -> tuple[Drawn, np.ndarray, np.ndarray]:
        """Draw, and give the columns x and z of what was chosen."""
        if self.sampler is None or self.posterior is None:
            drawn = safe_answer(batch.allowed, dice, self.trouble or NO_BELIEF, self.timing)
            return drawn, batch.x_of(drawn.chosen), batch.z_of(drawn.chosen)
        families, trouble = self._tastes(asked)
        p = self._which(batch, table, families, seeds, asked)
        fine = np.isfinite(p).all(axis=1)
        if not fine.all():
            p[~fine] = uniform(batch.allowed[~fine])
        chosen = pick(p, dice[:, 0])
        x, z = batch.x_of(chosen), batch.z_of(chosen)
        advantage, variance = self.sampler.advantage(table.slugs, x, z, families, chosen)
        clear = fine & np.isfinite(advantage) & np.isfinite(variance)
        fallback = [
            why if ok else "not finite" for ok, why in zip(clear.tolist(), trouble, strict=True)
        ]
        learned = [
            self._when(*one)
            for one in zip(asked, advantage.tolist(), variance.tolist(), fallback, strict=True)
        ]
        mixed = (
            [in_lane(pi, self.timing) for pi in learned] if self.timing.mode == "learn" else learned
        )
        sent = [die < pi for die, pi in zip(dice[:, 1].tolist(), mixed, strict=True)]
        return (
            Drawn(
                p,
                chosen,
                learned,
                mixed,
                sent,
                advantage,
                np.sqrt(np.maximum(variance, 0.0)),
                fallback,
            ),
            x,
            z,
        )

    def _tastes(self, asked: Sequence[Screened]) -> tuple[list[FamilyPosterior], list[str | None]]:
        """Give what is believed of each family; one whose belief is corrupt is taken as a new_family."""
        assert self.posterior is not None
        known = {
            family: self.posterior.for_family(family)
            for family in dict.fromkeys(a.opportunity.family for a in asked)
        }
        told = [known[a.opportunity.family] for a in asked]
        fine = [is_valid_family(one) for one in told]
        if all(fine):
            return told, [None] * len(told)
        new = new_family(self.posterior.population.spread, np.zeros(len(Z)))
        return [one if ok else new for one, ok in zip(told, fine, strict=True)], [
            None if ok else "family belief" for ok in fine
        ]

    def _which(
        self,
        batch: Batch,
        table: CandidateTable,
        families: Sequence[FamilyPosterior],
        seeds: np.ndarray,
        asked: Sequence[Screened],
    ) -> np.ndarray:
        assert self.sampler is not None
        if self.timing.mode == "mrt":
            return uniform(batch.allowed)
        if self.timing.mode == "off":
            return rota(self.sampler, batch, table.slugs, [a.history for a in asked])
        p = self.sampler.probabilities(batch, families, seeds)
        return repeating(p, table.slugs, [a.history for a in asked]) if self.favors_familiar else p

    def _when(
        self, asked: Screened, advantage: float, variance: float, fallback: str | None
    ) -> float:
        if self.timing.mode == "off":
            return float(asked.opportunity.slot in SLOTS)
        if self.timing.mode == "mrt":
            return 0.5
        if fallback == "not finite":
            return self.timing.unknowing
        return learned_probability(advantage, variance, asked.history.dose, self.timing)

    def _record(
        self, asked: Screened, slugs: tuple[str, ...], seed: int, drawn: Drawn, row: int
    ) -> Decision:
        o, k = asked.opportunity, int(drawn.chosen[row])
        among = np.flatnonzero(self.table(o.candidates).mask(asked.kept))
        return Decision(
            key=o.key,
            family=o.family,
            at=o.at,
            reason=None,
            excluded=asked.excluded,
            slugs=asked.kept,
            probabilities=tuple(drawn.p[row, among].tolist()),
            slug=slugs[k],
            domain=self.table(o.candidates).candidates[k].domain,
            probability=float(drawn.p[row, k]),
            learned=drawn.learned[row],
            send_probability=drawn.send[row],
            sent=drawn.sent[row],
            advantage=float(drawn.advantage[row]),
            doubt=float(drawn.doubt[row]),
            dose=asked.history.dose,
            lane=self.timing.lane if self.timing.mode == "learn" else 0.0,
            seed=seed,
            draws=self.sampler.draws if self.sampler else 0,
            mode=self.timing.mode,
            fallback=drawn.fallback[row],
            belief=self._version,
        )


def prepared(
    posterior: Posterior | None, draw_scale: float
) -> tuple[PosteriorSampler | None, str | None]:
    """Make a belief ready, or say what is wrong with it."""
    if posterior is None:
        return None, NO_BELIEF
    try:
        trouble = find_defect(posterior.population)
        return (
            (None, trouble)
            if trouble
            else (PosteriorSampler(posterior.population, draw_scale=draw_scale), None)
        )
    except (
        Exception
    ) as unforeseen:  # a file from anywhere; whatever is in it, families get the safe answer
        return None, type(unforeseen).__name__


def screen(opportunity: Opportunity, history: History) -> Screened:
    """Apply the rules: may this family be reached, and with what."""
    reason = unavailable_reason(opportunity, history)
    kept, excluded = filter_candidates(opportunity, history) if reason is None else ((), {})
    reason = reason or (None if kept else "nothing_safe")
    return Screened(opportunity, history, reason, slugs_of(kept), excluded)


def safe_answer(allowed: np.ndarray, dice: np.ndarray, why: str, timing: Timing) -> Drawn:
    """Answer without any belief: uniform over E, sent with one half, or as near to it as the bounds are."""
    n = len(allowed)
    p, send, zero = uniform(allowed), timing.unknowing, np.zeros(n)
    return Drawn(
        p,
        pick(p, dice[:, 0]),
        [send] * n,
        [send] * n,
        [die < send for die in dice[:, 1].tolist()],
        zero,
        zero,
        [why] * n,
    )


def replay(
    decision: Decision, opportunity: Opportunity, history: History, decider: Decider
) -> bool:
    """Tell whether deciding again gives the recorded decision, but for the last digits of what is not drawn from."""
    again = decider.decide([opportunity], [history])[0]
    near = (
        abs(again.advantage - decision.advantage) < 1e-9
        and abs(again.doubt - decision.doubt) < 1e-9
    )
    return near and replace(again, advantage=decision.advantage, doubt=decision.doubt) == decision
