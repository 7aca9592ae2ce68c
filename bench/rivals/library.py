"""Shared by all libraries: the same rules and limits, features and outcomes.

Whether to send is left to the library: "nothing" is one more arm. A nudge costs `cost` off its
reward, as in timing.py; without that, every library sends too much and families mute it.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from everyhour.engine.features import RECENT, Batch, CandidateTable
from everyhour.engine.history import after_outcome
from everyhour.engine.seeded_random import derive_seed
from everyhour.engine.simulation.baselines import NeverSend
from everyhour.engine.values import DOMAINS, Candidate, Decision, History, Opportunity, Outcome

COST = 0.08
ARMS = (*DOMAINS, "nothing")
NOTHING = len(DOMAINS)


class Library(NeverSend):
    """Builds features and folds histories, so that "familiar" is a column for the library too."""

    def __init__(
        self, answers: Mapping[str, Mapping[str, float]], seed: str, cost: float = COST
    ) -> None:
        super().__init__()
        self.answers, self.cost = answers, cost
        self.rng = np.random.Generator(np.random.PCG64(derive_seed("library", seed)))
        self.tables: dict[int, tuple[tuple[Candidate, ...], CandidateTable]] = {}
        self.sent: dict[str, Decision] = {}

    def table(self, candidates: tuple[Candidate, ...]) -> CandidateTable:
        return self.tables.setdefault(id(candidates), (candidates, CandidateTable(candidates)))[1]

    def laid_out(
        self, opportunities: Sequence[Opportunity], kept: Sequence[tuple[str, ...]]
    ) -> Batch:
        histories = [self.histories.get(o.family, History()) for o in opportunities]
        return self.table(opportunities[0].candidates).batch(opportunities, histories, kept)

    def said(self, family: str) -> np.ndarray:
        """Return onboarding answers by domain; 0 where missing."""
        answers = self.answers.get(family, {})
        return np.array([answers.get(domain, 0.5) - 0.5 for domain in DOMAINS])

    def decide(self, opportunities: Sequence[Opportunity]) -> list[Decision]:
        decisions = super().decide(opportunities)
        self.sent.update({d.key: d for d in decisions if d.sent})
        return decisions

    def observe(self, outcomes: Sequence[Outcome]) -> None:
        for outcome in outcomes:
            if (decision := self.sent.pop(outcome.key, None)) is not None:
                self.histories[outcome.family] = after_outcome(
                    self.histories[outcome.family], decision, outcome
                )
        self.learn([o for o in outcomes if o.reward is not None])

    def learn(self, outcomes: Sequence[Outcome]) -> None:
        raise NotImplementedError


class Arms(Library):
    """Base for libraries with one context and a model for each arm: six kinds and "nothing".

    Within a kind, the practice that rested longest is taken. With fifty practices as arms, each is
    sent so seldom that none is learned.
    """

    def __init__(
        self, answers: Mapping[str, Mapping[str, float]], seed: str, cost: float = COST
    ) -> None:
        super().__init__(answers, seed, cost)
        self.waiting: dict[str, tuple[np.ndarray, int]] = {}

    def choose(
        self, opportunities: Sequence[Opportunity], kept: Sequence[tuple[str, ...]]
    ) -> list[str | None]:
        if not opportunities:
            return []
        batch = self.laid_out(opportunities, kept)
        contexts = self.contexts(opportunities, batch)
        scores = self.scores(contexts)
        open_to = np.zeros(scores.shape, dtype=bool)
        open_to[:, NOTHING] = True
        for n, allowed in enumerate(batch.allowed):
            open_to[n, batch.domain[allowed]] = True
        arms = np.where(open_to, scores, -np.inf).argmax(axis=1).tolist()
        self.waiting.update(
            {
                o.key: (context, arm)
                for o, context, arm in zip(opportunities, contexts, arms, strict=True)
            }
        )
        return [
            self._rested(o, batch, n, arm)
            for n, (o, arm) in enumerate(zip(opportunities, arms, strict=True))
        ]

    def contexts(self, opportunities: Sequence[Opportunity], batch: Batch) -> np.ndarray:
        """Return window, answers, recent use by domain and age; axes (opportunity, column)."""
        said = np.array([self.said(o.family) for o in opportunities])
        first = [
            int(np.flatnonzero(batch.domain == kind)[0]) if (batch.domain == kind).any() else 0
            for kind in range(len(DOMAINS))
        ]
        used = batch.x[:, first, RECENT + 1]
        age = np.array([[(o.wishes.age or 8) / 16] for o in opportunities])
        return np.hstack([batch.g, said, used, age])

    def _rested(self, opportunity: Opportunity, batch: Batch, n: int, arm: int) -> str | None:
        if arm == NOTHING:
            return None
        items, slugs = self.histories.get(opportunity.family, History()).items, batch.table.slugs
        among = [slugs[k] for k in np.flatnonzero(batch.allowed[n] & (batch.domain == arm))]
        dice = self.rng.random(len(among))
        return min(
            zip(among, dice, strict=True),
            key=lambda one: (items[one[0]].last_at if one[0] in items else -np.inf, one[1]),
        )[0]

    def learn(self, outcomes: Sequence[Outcome]) -> None:
        rows = [
            (*self.waiting.pop(o.key), float(o.reward or 0.0))
            for o in outcomes
            if o.key in self.waiting
        ]
        if rows:
            contexts, arms, rewards = map(np.array, zip(*rows, strict=True))
            self.take_in(contexts, arms, rewards - self.cost * (arms != NOTHING))

    def scores(self, contexts: np.ndarray) -> np.ndarray:
        """Return the library's score of each arm, axes (opportunity, arm); the highest allowed
        one is taken.
        """
        raise NotImplementedError

    def take_in(self, contexts: np.ndarray, arms: np.ndarray, rewards: np.ndarray) -> None:
        raise NotImplementedError
