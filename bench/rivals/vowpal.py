"""Vowpal Wabbit as usually set up: one model over features of window and practice
(cb_explore_adf).

The only one of these that reports the probability of its choice.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import vowpalwabbit

from bench.rivals.library import COST, Library
from everyhour.engine.features import PER_CANDIDATE, SHARED, G
from everyhour.engine.simulation.world import World
from everyhour.engine.values import DOMAINS, Opportunity, Outcome

OPTIONS = "--cb_explore_adf --cb_type mtr --softmax --lambda 10 -q sa --quiet --random_seed 168"
SCENE = [name.replace(":", "_") for name in G]
COLUMNS = [name.replace(":", "_") for name in SHARED[:PER_CANDIDATE]]


class Vowpal(Library):
    """ "nothing" is the first action; then the practices of E."""

    def __init__(
        self, answers: Mapping[str, Mapping[str, float]], options: str = OPTIONS, cost: float = COST
    ) -> None:
        super().__init__(answers, "vowpal", cost)
        self.vw = vowpalwabbit.Workspace(options)
        self.waiting: dict[str, tuple[list[str], int, float]] = {}

    def choose(
        self, opportunities: Sequence[Opportunity], kept: Sequence[tuple[str, ...]]
    ) -> list[str | None]:
        if not opportunities:
            return []
        batch = self.laid_out(opportunities, kept)
        slugs, found = batch.table.slugs, []
        for n, o in enumerate(opportunities):
            among = np.flatnonzero(batch.allowed[n])
            said = self.said(o.family)[batch.domain[among]]
            kinds = [DOMAINS[kind] for kind in batch.domain[among]]
            lines = example(
                batch.g[n],
                batch.x[n, among, :PER_CANDIDATE],
                [slugs[k] for k in among],
                kinds,
                said,
                o.family,
            )
            chances = np.array(self.vw.predict(lines))
            arm = int(
                min(
                    np.searchsorted(
                        np.cumsum(chances), self.rng.random() * chances.sum(), side="right"
                    ),
                    len(among),
                )
            )
            self.waiting[o.key] = (lines, arm, float(chances[arm]))
            found.append(slugs[among[arm - 1]] if arm else None)
        return found

    def learn(self, outcomes: Sequence[Outcome]) -> None:
        for outcome in outcomes:
            if (waited := self.waiting.pop(outcome.key, None)) is not None:
                lines, arm, chance = waited
                cost = self.cost * (arm > 0) - float(outcome.reward or 0.0)
                labelled = [
                    *lines[: arm + 1],
                    f"0:{cost}:{chance} {lines[arm + 1]}",
                    *lines[arm + 2 :],
                ]
                self.vw.learn(labelled)


def example(
    g: np.ndarray,
    x: np.ndarray,
    slugs: Sequence[str],
    kinds: Sequence[str],
    said: np.ndarray,
    family: str,
) -> list[str]:
    """Format a window and its practices as Vowpal Wabbit text, without zero features."""
    shared = "shared |s " + " ".join(
        f"{name}:{value:.4g}" for name, value in zip(SCENE, g.tolist(), strict=True) if value
    )
    actions = [
        f"|a {slug} {kind} said:{answer:.3g} "
        + " ".join(f"{COLUMNS[c]}:{row[c]:.4g}" for c in range(PER_CANDIDATE) if row[c])
        for slug, kind, answer, row in zip(slugs, kinds, said.tolist(), x.tolist(), strict=True)
    ]
    return [shared, "|a nothing", *actions]


def policy(world: World) -> Vowpal:
    return Vowpal(world.answers)
