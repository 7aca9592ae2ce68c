"""Opportunities in, decisions out: rules first, then WHICH, then WHEN. Pure: the same values and seed give the same answer.

Whatever goes wrong on the way, the answer is safe and its probability known: uniform over E, sent with one half (what somebody
asks for is sent), and the decision says why (`fallback`). The rules stand before everything that could go wrong.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from everyhour.engine.availability import why_not
from everyhour.engine.beliefs import Belief, Tastes, newcomer, sound, sound_tastes
from everyhour.engine.dice import pair, seed_of
from everyhour.engine.drawing import BOLDNESS, Ready, pick, uniform
from everyhour.engine.features import Batch, Sheet, Z
from everyhour.engine.repeating import repeating
from everyhour.engine.safety import Excluded, sieve, slugs_of
from everyhour.engine.schedule import SLOTS, rota
from everyhour.engine.timing import Timing, in_lane, learned_probability
from everyhour.engine.values import Candidate, Decision, Opportunity, Past

NO_BELIEF = "no belief"


@dataclass(frozen=True)
class Asked:
    """One opportunity after the rules."""

    opportunity: Opportunity
    past: Past
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
class Seen:
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
        belief: Belief | None,
        timing: Timing = Timing(),
        seed: str = "everyhour",
        boldness: float = BOLDNESS,
        *,
        repeats: bool = False,
    ) -> None:
        self.belief, self.timing, self.seed, self.repeats = belief, timing, seed, repeats
        self.ready, self.trouble = prepared(belief, boldness)
        self.sheets: dict[int, tuple[tuple[Candidate, ...], Sheet]] = {}

    def decide(self, opportunities: Sequence[Opportunity], pasts: Sequence[Past]) -> list[Decision]:
        """Decide a batch."""
        return [decision for decision, _ in self.consider(opportunities, pasts)]

    def consider(
        self, opportunities: Sequence[Opportunity], pasts: Sequence[Past]
    ) -> list[tuple[Decision, Seen | None]]:
        """Decide a batch, and tell what was seen. Opportunities that share one tuple of candidates are worked out together."""
        asked = [ask(o, past) for o, past in zip(opportunities, pasts, strict=True)]
        found: list[tuple[Decision, Seen | None] | None] = [
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

    def sheet(self, candidates: tuple[Candidate, ...]) -> Sheet:
        held = self.sheets.get(id(candidates))
        if held is None or held[0] is not candidates:
            held = self.sheets[id(candidates)] = (candidates, Sheet(candidates))
        return held[1]

    def batch(self, asked: Sequence[Asked]) -> tuple[Sheet, Batch]:
        sheet = self.sheet(asked[0].opportunity.candidates)
        return sheet, sheet.batch(
            [a.opportunity for a in asked], [a.past for a in asked], [a.kept for a in asked]
        )

    def _silent(self, asked: Asked) -> Decision:
        o = asked.opportunity
        return Decision(
            o.key,
            o.family,
            o.at,
            asked.reason,
            asked.excluded,
            dose=asked.past.dose,
            mode=self.timing.mode,
            belief=self._version,
        )

    @property
    def _version(self) -> int:
        return self.belief.version if self.belief is not None else 0

    def _together(self, asked: Sequence[Asked]) -> list[tuple[Decision, Seen | None]]:
        seeds = [seed_of(self.seed, a.opportunity.key) for a in asked]
        dice = np.array([pair(seed) for seed in seeds])
        slugs = self.sheet(asked[0].opportunity.candidates).slugs
        seen: list[Seen | None] = [None] * len(asked)
        try:
            sheet, batch = self.batch(asked)
            drawn, x, z = self._draw(asked, sheet, batch, np.array(seeds, dtype=np.uint64), dice)
            seen = [Seen(*columns) for columns in zip(x, z, batch.g, strict=True)]
        except (
            Exception
        ) as trouble:  # whatever it is, families get the safe answer and the record says so
            drawn = safe_answer(self._allowed(asked), dice, type(trouble).__name__, self.timing)
        return [
            (self._record(a, slugs, seed, drawn, row), seen[row])
            for row, (a, seed) in enumerate(zip(asked, seeds, strict=True))
        ]

    def _allowed(self, asked: Sequence[Asked]) -> np.ndarray:
        sheet = self.sheet(asked[0].opportunity.candidates)
        return np.array([sheet.mask(a.kept) for a in asked])

    def _draw(
        self,
        asked: Sequence[Asked],
        sheet: Sheet,
        batch: Batch,
        seeds: np.ndarray,
        dice: np.ndarray,
    ) -> tuple[Drawn, np.ndarray, np.ndarray]:
        """Draw, and give the columns x and z of what was chosen."""
        if self.ready is None or self.belief is None:
            drawn = safe_answer(batch.allowed, dice, self.trouble or NO_BELIEF, self.timing)
            return drawn, batch.x_of(drawn.chosen), batch.z_of(drawn.chosen)
        tastes, trouble = self._tastes(asked)
        p = self._which(batch, sheet, tastes, seeds, asked)
        fine = np.isfinite(p).all(axis=1)
        if not fine.all():
            p[~fine] = uniform(batch.allowed[~fine])
        chosen = pick(p, dice[:, 0])
        x, z = batch.x_of(chosen), batch.z_of(chosen)
        advantage, variance = self.ready.advantage(sheet.slugs, x, z, tastes, chosen)
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

    def _tastes(self, asked: Sequence[Asked]) -> tuple[list[Tastes], list[str | None]]:
        """Give what is believed of each family; one whose belief is corrupt is taken as a newcomer."""
        assert self.belief is not None
        known = {
            family: self.belief.of(family)
            for family in dict.fromkeys(a.opportunity.family for a in asked)
        }
        told = [known[a.opportunity.family] for a in asked]
        fine = [sound_tastes(one) for one in told]
        if all(fine):
            return told, [None] * len(told)
        new = newcomer(self.belief.population.spread, np.zeros(len(Z)))
        return [one if ok else new for one, ok in zip(told, fine, strict=True)], [
            None if ok else "family belief" for ok in fine
        ]

    def _which(
        self,
        batch: Batch,
        sheet: Sheet,
        tastes: Sequence[Tastes],
        seeds: np.ndarray,
        asked: Sequence[Asked],
    ) -> np.ndarray:
        assert self.ready is not None
        if self.timing.mode == "mrt":
            return uniform(batch.allowed)
        if self.timing.mode == "off":
            return rota(self.ready, batch, sheet.slugs, [a.past for a in asked])
        p = self.ready.probabilities(batch, tastes, seeds)
        return repeating(p, sheet.slugs, [a.past for a in asked]) if self.repeats else p

    def _when(self, asked: Asked, advantage: float, variance: float, fallback: str | None) -> float:
        if self.timing.mode == "off":
            return float(asked.opportunity.slot in SLOTS)
        if self.timing.mode == "mrt":
            return 0.5
        if fallback == "not finite":
            return self.timing.unknowing
        return learned_probability(advantage, variance, asked.past.dose, self.timing)

    def _record(
        self, asked: Asked, slugs: tuple[str, ...], seed: int, drawn: Drawn, row: int
    ) -> Decision:
        o, k = asked.opportunity, int(drawn.chosen[row])
        among = np.flatnonzero(self.sheet(o.candidates).mask(asked.kept))
        return Decision(
            key=o.key,
            family=o.family,
            at=o.at,
            reason=None,
            excluded=asked.excluded,
            slugs=asked.kept,
            probabilities=tuple(drawn.p[row, among].tolist()),
            slug=slugs[k],
            domain=self.sheet(o.candidates).candidates[k].domain,
            probability=float(drawn.p[row, k]),
            learned=drawn.learned[row],
            send_probability=drawn.send[row],
            sent=drawn.sent[row],
            advantage=float(drawn.advantage[row]),
            doubt=float(drawn.doubt[row]),
            dose=asked.past.dose,
            lane=self.timing.lane if self.timing.mode == "learn" else 0.0,
            seed=seed,
            draws=self.ready.draws if self.ready else 0,
            mode=self.timing.mode,
            fallback=drawn.fallback[row],
            belief=self._version,
        )


def prepared(belief: Belief | None, boldness: float) -> tuple[Ready | None, str | None]:
    """Make a belief ready, or say what is wrong with it."""
    if belief is None:
        return None, NO_BELIEF
    try:
        trouble = sound(belief.population)
        return (None, trouble) if trouble else (Ready(belief.population, boldness=boldness), None)
    except (
        Exception
    ) as unforeseen:  # a file from anywhere; whatever is in it, families get the safe answer
        return None, type(unforeseen).__name__


def ask(opportunity: Opportunity, past: Past) -> Asked:
    """Apply the rules: may this family be reached, and with what."""
    reason = why_not(opportunity, past)
    kept, excluded = sieve(opportunity, past) if reason is None else ((), {})
    reason = reason or (None if kept else "nothing_safe")
    return Asked(opportunity, past, reason, slugs_of(kept), excluded)


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


def replay(decision: Decision, opportunity: Opportunity, past: Past, decider: Decider) -> bool:
    """Tell whether deciding again gives the recorded decision, but for the last digits of what is not drawn from."""
    again = decider.decide([opportunity], [past])[0]
    near = (
        abs(again.advantage - decision.advantage) < 1e-9
        and abs(again.doubt - decision.doubt) < 1e-9
    )
    return near and replace(again, advantage=decision.advantage, doubt=decision.doubt) == decision
