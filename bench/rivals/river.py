"""river: disjoint LinUCB over Bayesian linear regressions. Reports no choice probability."""

import numpy as np
from river.linear_model import BayesianLinearRegression

from bench.rivals.library import ARMS, Arms
from everyhour.engine.simulation.world import World

# Standard deviations added. River's own LinUCBDisjoint adds 1, which explores too much, too long.
WIDTH = 0.5


class River(Arms):
    """The regressions of river.bandit.LinUCBDisjoint, queried one by one to skip arms outside E
    and set the width.
    """

    width = WIDTH

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]
        # beta: one over the variance of an outcome
        self.models = [BayesianLinearRegression(alpha=1.0, beta=7.0) for _ in ARMS]

    def scores(self, contexts: np.ndarray) -> np.ndarray:
        found = []
        for context in contexts.tolist():
            row = dict(enumerate(context))
            each = [model.predict_one(row, with_dist=True) for model in self.models]
            found.append([one.mu + self.width * one.sigma for one in each])
        return np.array(found)

    def take_in(self, contexts: np.ndarray, arms: np.ndarray, rewards: np.ndarray) -> None:
        for context, arm, reward in zip(
            contexts.tolist(), arms.tolist(), rewards.tolist(), strict=True
        ):
            self.models[arm].learn_one(dict(enumerate(context)), reward)


def policy(world: World) -> River:
    return River(world.answers, "river")
