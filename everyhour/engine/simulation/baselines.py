"""Baseline policies, from sending nothing to a clairvoyant. All keep the same rules."""

from collections.abc import Mapping, Sequence

import numpy as np

from everyhour.engine.decisions import screen
from everyhour.engine.history import after_decision
from everyhour.engine.policy import Everyhour
from everyhour.engine.priors import FLAT, SHIPPED, Prior
from everyhour.engine.seeded_random import derive_seed
from everyhour.engine.simulation.world import Window, World
from everyhour.engine.timing import Timing
from everyhour.engine.values import (
    DOMAINS,
    LOW_CAPACITY,
    MOOD_OF,
    SLOTS,
    Decision,
    History,
    Opportunity,
    Outcome,
)

Answers = Mapping[str, Mapping[str, float]]
FULL_THOMPSON = Timing(lower=0.0, upper=1.0, softness=0.0, cost=0.0, cost_of_dose=0.0, lane=0.0)


class NeverSend:
    """Sends nothing and learns nothing. Base class of baselines that choose a practice or None."""

    def __init__(self) -> None:
        self.histories: dict[str, History] = {}

    def decide(self, opportunities: Sequence[Opportunity]) -> list[Decision]:
        asked = [screen(o, self.histories.get(o.family, History())) for o in opportunities]
        open_rows = [n for n, a in enumerate(asked) if a.reason is None]
        picks = dict(
            zip(
                open_rows,
                self.choose(
                    [opportunities[n] for n in open_rows], [asked[n].kept for n in open_rows]
                ),
                strict=True,
            )
        )
        decisions = []
        for n, (o, a) in enumerate(zip(opportunities, asked, strict=True)):
            slug = picks.get(n)
            domain = (
                next((c.domain for c in o.candidates if c.slug == slug), None) if slug else None
            )
            decision = Decision(
                o.key,
                o.family,
                o.at,
                a.reason,
                a.excluded,
                a.kept,
                (),
                slug,
                domain,
                sent=slug is not None,
            )
            self.histories[o.family] = after_decision(a.history, decision)
            decisions.append(decision)
        return decisions

    def choose(
        self, opportunities: Sequence[Opportunity], kept: Sequence[tuple[str, ...]]
    ) -> list[str | None]:
        return [None] * len(opportunities)

    def observe(self, outcomes: Sequence[Outcome]) -> None:
        pass

    def end_of_day(self, day: int) -> None:
        pass


class Clairvoyant(NeverSend):
    """Knows the true success probabilities of each window in advance, and what a nudge costs
    later (`cost`, tuned).
    """

    def __init__(self, world: World, cost: float = 0.08, cost_of_dose: float = 0.02) -> None:
        super().__init__()
        self.world, self.cost, self.cost_of_dose = world, cost, cost_of_dose
        self.window: Window | None = None
        self.slugs = np.array([c.slug for c in world.truth.candidates])

    def choose(
        self, opportunities: Sequence[Opportunity], kept: Sequence[tuple[str, ...]]
    ) -> list[str | None]:
        assert self.window is not None
        rows = np.array([self.world.row[o.family] for o in opportunities], dtype=int)
        if not len(rows):
            return []
        without, each = self.world.chance(self.window, rows)
        allowed = np.array([np.isin(self.slugs, slugs) for slugs in kept])
        gain = np.where(allowed, each - without[:, None], -np.inf)
        best = gain.argmax(axis=1)
        cost = self.cost + self.cost_of_dose * np.maximum(0, self.world.now.dose[rows] - 1.5)
        return [str(self.slugs[k]) if gain[n, k] > cost[n] else None for n, k in enumerate(best)]


class FamilyThompson(NeverSend):
    """Thompson sampling per family: a linear model of domain x mood, slot and capacity, without
    pooling.
    """

    D_G, SD, NOISE = 8, 0.15, 0.14

    def __init__(self, seed: str = "family-thompson") -> None:
        super().__init__()
        self.seed, self.place = seed, dict[str, int]()
        self.d = self.D_G + 6 * 3 + 5
        self.precision = np.zeros((0, self.d, self.d))
        self.aim = np.zeros((0, self.d))
        self.mean, self.factor = np.zeros((0, self.d)), np.zeros((0, self.d, self.d))
        self.pending: dict[str, np.ndarray] = {}

    def choose(
        self, opportunities: Sequence[Opportunity], kept: Sequence[tuple[str, ...]]
    ) -> list[str | None]:
        self._add_unknown([o.family for o in opportunities])
        found: list[str | None] = []
        for o, slugs in zip(opportunities, kept, strict=True):
            rng = np.random.Generator(np.random.PCG64(derive_seed(self.seed, o.key)))
            n = self.place[o.family]
            drawn = self.mean[n] + self.factor[n] @ rng.standard_normal(self.d)
            known = {c.slug: c.domain for c in o.candidates}
            options = {
                domain: self._row(o, domain) for domain in sorted({known[slug] for slug in slugs})
            }
            gains = {
                domain: float(row[self.D_G :] @ drawn[self.D_G :])
                for domain, row in options.items()
            }
            best = max(gains, key=lambda domain: gains[domain])
            send = gains[best] > 0
            among = [slug for slug in slugs if known[slug] == best]
            row = options[best].copy()
            row[self.D_G :] *= send
            self.pending[o.key] = row
            found.append(among[int(rng.integers(len(among)))] if send else None)
        return found

    def _row(self, o: Opportunity, domain: str) -> np.ndarray:
        mood, slot, low = MOOD_OF[o.state], SLOTS.index(o.slot), float(o.caregiver in LOW_CAPACITY)
        row = np.zeros(self.d)
        row[[0, 1 + slot]] = 1.0
        row[6:8] = mood == 1, mood == 2
        row[self.D_G + 3 * DOMAINS.index(domain) + mood] = 1.0
        if slot:
            row[self.D_G + 18 + slot - 1] = 1.0
        row[-1] = low
        return row

    def _add_unknown(self, families: Sequence[str]) -> None:
        new = [family for family in dict.fromkeys(families) if family not in self.place]
        if new:
            self.place.update({family: len(self.place) + n for n, family in enumerate(new)})
            start = np.zeros(self.d)
            start[0] = 0.3
            self.precision = np.concatenate(
                [self.precision, np.tile(np.eye(self.d) / self.SD**2, (len(new), 1, 1))]
            )
            self.aim = np.concatenate([self.aim, np.tile(start / self.SD**2, (len(new), 1))])
            self._solve()

    def _solve(self) -> None:
        covariance = np.linalg.inv(self.precision)
        self.mean = np.einsum("fij,fj->fi", covariance, self.aim)
        self.factor = np.linalg.cholesky(covariance)

    def observe(self, outcomes: Sequence[Outcome]) -> None:
        for outcome in outcomes:
            row = self.pending.pop(outcome.key, None)
            if row is not None and outcome.reward is not None:
                n = self.place[outcome.family]
                self.precision[n] += np.outer(row, row) / self.NOISE
                self.aim[n] += row * outcome.reward / self.NOISE

    def end_of_day(self, day: int) -> None:
        if len(self.place):
            self._solve()


def at_random(seed: str = "random") -> Everyhour:
    """Any practice of E, sent with one half."""
    return Everyhour(timing=Timing(mode="mrt"), seed=seed)


def by_schedule() -> Everyhour:
    """A fixed schedule with rotation: the best third under the shipped prior, after school and
    at bedtime.
    """
    return _Unlearning(timing=Timing(mode="off"), prior=SHIPPED)


def pooled_thompson(seed: str = "pooled") -> Everyhour:
    """Thompson sampling with one model for all families: all features, full-width draws."""
    alike = Prior("pooled", FLAT.columns, tuple([1e-8] * len(FLAT.spread)))
    return Everyhour(prior=alike, timing=FULL_THOMPSON, seed=seed, draw_scale=1.0)


def everyhour(answers: Answers | None = None, seed: str = "everyhour") -> Everyhour:
    """The recommended policy as shipped."""
    return Everyhour(answers=answers, seed=seed)


def not_asked_again(answers: Answers | None = None, seed: str = "everyhour") -> Everyhour:
    """The recommended policy without new answers after a big change."""
    return _NotAsked(answers=answers, seed=seed)


class _NotAsked(Everyhour):
    def report_change(self, family: str, answers: Mapping[str, float] | None = None) -> None:
        super().report_change(family)


class _Unlearning(Everyhour):
    def observe(self, outcomes: Sequence[Outcome]) -> None:
        pass

    def end_of_day(self, day: int) -> None:
        self.today = []
        self.pending = {}
