"""Decisions from opportunities: apply the rules, choose a practice, decide whether to send it.

Pure: the same values and seed give the same decisions. On any failure the decision falls back to a
known probability (uniform over E, sent with probability one half, or certainly where the person
asked) and says why in `fallback`. The rules run before anything that can fail.

E is the set of candidates the rules allow, k* the chosen one, pi the send probability.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from everyhour.engine.availability import unavailable_reason
from everyhour.engine.familiar import favor_familiar
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
from everyhour.engine.schedule import SLOTS, rotation_probabilities
from everyhour.engine.seeded_random import derive_seed, uniform_pair
from everyhour.engine.timing import Timing, mix_lane, send_probability
from everyhour.engine.values import Candidate, Decision, History, Opportunity

# Values of `Decision.fallback`; stored with decisions, so they never change.
NO_POSTERIOR, NOT_FINITE, BAD_FAMILY = "no belief", "not finite", "family belief"


@dataclass(frozen=True)
class Screened:
    """An opportunity after the rules: `reason` says why nothing can be sent, `kept` is E."""

    opportunity: Opportunity
    history: History
    reason: str | None
    kept: tuple[str, ...]
    excluded: Excluded


@dataclass(frozen=True)
class Draws:
    """Everything drawn for a batch. Axes: opportunity; p also candidate."""

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
    """Model columns of the chosen practice, kept until the outcome arrives."""

    x: np.ndarray  # SHARED
    z: np.ndarray  # Z
    g: np.ndarray  # G


class Decider:
    """A posterior and a send policy, prepared for many decisions.

    `seed` names the random stream and is part of the record. `favors_familiar`: practices that
    helped this family before get about seven draws in ten (familiar.py).
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
        self.posterior, self.timing, self.seed = posterior, timing, seed
        self.favors_familiar = favors_familiar
        self.sampler, self.defect = prepare_sampler(posterior, draw_scale)
        self._tables: dict[int, tuple[tuple[Candidate, ...], CandidateTable]] = {}

    def decide(
        self, opportunities: Sequence[Opportunity], histories: Sequence[History]
    ) -> list[Decision]:
        return [decision for decision, _ in self.decide_with_inputs(opportunities, histories)]

    def decide_with_inputs(
        self, opportunities: Sequence[Opportunity], histories: Sequence[History]
    ) -> list[tuple[Decision, ModelInputs | None]]:
        """Decide a batch; return the model inputs too, None where nothing was chosen or it failed.

        Opportunities that share one tuple of candidates are computed together.
        """
        screened = [screen(o, past) for o, past in zip(opportunities, histories, strict=True)]
        results: dict[int, tuple[Decision, ModelInputs | None]] = {}
        groups: dict[int, list[int]] = {}
        for n, one in enumerate(screened):
            if one.reason is None:
                groups.setdefault(id(one.opportunity.candidates), []).append(n)
            else:
                results[n] = (self._record_unavailable(one), None)
        for rows in groups.values():
            results |= zip(rows, self._decide_group([screened[n] for n in rows]), strict=True)
        return [results[n] for n in range(len(screened))]

    def table(self, candidates: tuple[Candidate, ...]) -> CandidateTable:
        """Return the table of these candidates, cached by identity."""
        cached = self._tables.get(id(candidates))
        if cached is None or cached[0] is not candidates:
            cached = self._tables[id(candidates)] = (candidates, CandidateTable(candidates))
        return cached[1]

    def batch(self, screened: Sequence[Screened]) -> tuple[CandidateTable, Batch]:
        table = self.table(screened[0].opportunity.candidates)
        return table, table.batch(
            [s.opportunity for s in screened],
            [s.history for s in screened],
            [s.kept for s in screened],
        )

    @property
    def _version(self) -> int:
        return self.posterior.version if self.posterior is not None else 0

    def _decide_group(
        self, screened: Sequence[Screened]
    ) -> list[tuple[Decision, ModelInputs | None]]:
        seeds = [derive_seed(self.seed, s.opportunity.key) for s in screened]
        uniforms = np.array([uniform_pair(seed) for seed in seeds])
        inputs: list[ModelInputs | None] = [None] * len(screened)
        try:
            table, batch = self.batch(screened)
            drawn = self._draw(screened, table, batch, np.array(seeds, dtype=np.uint64), uniforms)
            x, z = batch.x_of(drawn.chosen), batch.z_of(drawn.chosen)
            inputs = [ModelInputs(*columns) for columns in zip(x, z, batch.g, strict=True)]
        except Exception as error:  # any failure: known probabilities, and the record says why
            table = self.table(screened[0].opportunity.candidates)
            allowed = np.array([table.mask(s.kept) for s in screened])
            drawn = fallback_draws(allowed, uniforms, type(error).__name__, self.timing)
        return [
            (self._record(s, table, seed, drawn, row), inputs[row])
            for row, (s, seed) in enumerate(zip(screened, seeds, strict=True))
        ]

    def _draw(
        self,
        screened: Sequence[Screened],
        table: CandidateTable,
        batch: Batch,
        seeds: np.ndarray,
        uniforms: np.ndarray,
    ) -> Draws:
        if self.sampler is None or self.posterior is None:
            return fallback_draws(batch.allowed, uniforms, self.defect or NO_POSTERIOR, self.timing)
        families, defects = self._family_posteriors(screened)
        p = self._choice_probabilities(batch, table, families, seeds, screened)
        finite = np.isfinite(p).all(axis=1)
        p[~finite] = uniform(batch.allowed[~finite])
        chosen = pick(p, uniforms[:, 0])
        advantage, variance = self.sampler.advantage(
            table.slugs, batch.x_of(chosen), batch.z_of(chosen), families, chosen
        )
        finite &= np.isfinite(advantage) & np.isfinite(variance)
        fallback = [
            defect if ok else NOT_FINITE
            for ok, defect in zip(finite.tolist(), defects, strict=True)
        ]
        learned = [
            self._send_probability(*row)
            for row in zip(screened, advantage.tolist(), variance.tolist(), fallback, strict=True)
        ]
        learning = self.timing.mode == "learn"
        send = [mix_lane(pi, self.timing) for pi in learned] if learning else learned
        sent = [u < pi for u, pi in zip(uniforms[:, 1].tolist(), send, strict=True)]
        doubt = np.sqrt(np.maximum(variance, 0.0))
        return Draws(p, chosen, learned, send, sent, advantage, doubt, fallback)

    def _family_posteriors(
        self, screened: Sequence[Screened]
    ) -> tuple[list[FamilyPosterior], list[str | None]]:
        """Return each family's posterior and its defect; a corrupt one is replaced by a new one."""
        assert self.posterior is not None
        names = [s.opportunity.family for s in screened]
        known = {name: self.posterior.for_family(name) for name in dict.fromkeys(names)}
        defects = {
            name: None if is_valid_family(family) else BAD_FAMILY for name, family in known.items()
        }
        blank = new_family(self.posterior.population.spread, np.zeros(len(Z)))
        families = [blank if defects[name] else known[name] for name in names]
        return families, [defects[name] for name in names]

    def _choice_probabilities(
        self,
        batch: Batch,
        table: CandidateTable,
        families: Sequence[FamilyPosterior],
        seeds: np.ndarray,
        screened: Sequence[Screened],
    ) -> np.ndarray:
        assert self.sampler is not None
        histories = [s.history for s in screened]
        if self.timing.mode == "mrt":
            return uniform(batch.allowed)
        if self.timing.mode == "off":
            return rotation_probabilities(self.sampler, batch, table.slugs, histories)
        p = self.sampler.probabilities(batch, families, seeds)
        return favor_familiar(p, table.slugs, histories) if self.favors_familiar else p

    def _send_probability(
        self, screened: Screened, advantage: float, variance: float, fallback: str | None
    ) -> float:
        if self.timing.mode == "off":
            return float(screened.opportunity.slot in SLOTS)
        if self.timing.mode == "mrt":
            return 0.5
        if fallback == NOT_FINITE:
            return self.timing.default_probability
        return send_probability(advantage, variance, screened.history.dose, self.timing)

    def _record_unavailable(self, screened: Screened) -> Decision:
        o = screened.opportunity
        return Decision(
            key=o.key,
            family=o.family,
            at=o.at,
            reason=screened.reason,
            excluded=screened.excluded,
            dose=screened.history.dose,
            mode=self.timing.mode,
            belief=self._version,
        )

    def _record(
        self, screened: Screened, table: CandidateTable, seed: int, drawn: Draws, row: int
    ) -> Decision:
        o, k = screened.opportunity, int(drawn.chosen[row])
        return Decision(
            key=o.key,
            family=o.family,
            at=o.at,
            reason=None,
            excluded=screened.excluded,
            slugs=screened.kept,
            probabilities=tuple(drawn.p[row, table.mask(screened.kept)].tolist()),
            slug=table.slugs[k],
            domain=table.candidates[k].domain,
            probability=float(drawn.p[row, k]),
            learned=drawn.learned[row],
            send_probability=drawn.send[row],
            sent=drawn.sent[row],
            advantage=float(drawn.advantage[row]),
            doubt=float(drawn.doubt[row]),
            dose=screened.history.dose,
            lane=self.timing.lane if self.timing.mode == "learn" else 0.0,
            seed=seed,
            draws=self.sampler.draws if self.sampler else 0,
            mode=self.timing.mode,
            fallback=drawn.fallback[row],
            belief=self._version,
        )


def prepare_sampler(
    posterior: Posterior | None, draw_scale: float
) -> tuple[PosteriorSampler | None, str | None]:
    """Return a sampler, or None and what is wrong with the posterior."""
    if posterior is None:
        return None, NO_POSTERIOR
    try:
        if defect := find_defect(posterior.population):
            return None, defect
        return PosteriorSampler(posterior.population, draw_scale=draw_scale), None
    except Exception as error:  # a stored posterior may hold anything
        return None, type(error).__name__


def screen(opportunity: Opportunity, history: History) -> Screened:
    """Apply the rules: may this family be reached now, and with which candidates."""
    reason = unavailable_reason(opportunity, history)
    kept, excluded = filter_candidates(opportunity, history) if reason is None else ((), {})
    reason = reason or (None if kept else "nothing_safe")
    return Screened(opportunity, history, reason, slugs_of(kept), excluded)


def fallback_draws(allowed: np.ndarray, uniforms: np.ndarray, why: str, timing: Timing) -> Draws:
    """Draw without a posterior: uniform over E, sent with the default probability."""
    n, send = len(allowed), timing.default_probability
    p, zero = uniform(allowed), np.zeros(n)
    sent = [u < send for u in uniforms[:, 1].tolist()]
    return Draws(p, pick(p, uniforms[:, 0]), [send] * n, [send] * n, sent, zero, zero, [why] * n)


def replay(
    decision: Decision, opportunity: Opportunity, history: History, decider: Decider
) -> bool:
    """Return whether deciding again gives the recorded decision.

    `advantage` and `doubt` may differ below 1e-9: nothing is drawn from their last digits.
    """
    again = decider.decide([opportunity], [history])[0]
    if max(abs(again.advantage - decision.advantage), abs(again.doubt - decision.doubt)) >= 1e-9:
        return False
    return replace(again, advantage=decision.advantage, doubt=decision.doubt) == decision
