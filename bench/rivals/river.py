"""river: disjoint LinUCB over Bayesian linear regressions. Reports no choice probability."""

import numpy as np
from river.linear_model import BayesianLinearRegression

from bench.rivals.library import ARMS, Arms
from everyhour.engine.simulation.world import World

WIDTH = 0.5  # standard deviations added; river's own LinUCBDisjoint adds a whole one, which tries too much for too long


class River(Arms):
    """The regressions of river.bandit.LinUCBDisjoint, queried one by one to skip arms outside E
    and set the width.
    """

    width = WIDTH

    def __init__(self, *told: object, **more: object) -> None:
        super().__init__(*told, **more)  # type: ignore[arg-type]
        self.models = [
            BayesianLinearRegression(alpha=1.0, beta=7.0) for _ in ARMS
        ]  # beta: one over the variance of an outcome

    def scores(self, contexts: np.ndarray) -> np.ndarray:
        found = []
        for context in contexts.tolist():
            told = dict(enumerate(context))
            each = [model.predict_one(told, with_dist=True) for model in self.models]
            found.append([one.mu + self.width * one.sigma for one in each])
        return np.array(found)

    def take_in(self, contexts: np.ndarray, arms: np.ndarray, rewards: np.ndarray) -> None:
        for context, arm, reward in zip(
            contexts.tolist(), arms.tolist(), rewards.tolist(), strict=True
        ):
            self.models[arm].learn_one(dict(enumerate(context)), reward)


def policy(world: World) -> River:
    return River(world.answers, "river")
