"""MABWiser: linear Thompson sampling, a model per arm. Reports no choice probability."""

import numpy as np
from mabwiser.mab import MAB, LearningPolicy

from bench.rivals.library import ARMS, Arms
from everyhour.engine.simulation.world import World

ALPHA = 0.5  # width of the draws


class MABWiser(Arms):
    mab: MAB | None = None
    alpha = ALPHA

    def scores(self, contexts: np.ndarray) -> np.ndarray:
        if self.mab is None:  # it cannot be asked before its first outcome
            return self.rng.random((len(contexts), len(ARMS)))
        found = self.mab.predict_expectations(contexts)
        found = [found] if isinstance(found, dict) else found
        return np.array([[one[arm] for arm in range(len(ARMS))] for one in found])

    def take_in(self, contexts: np.ndarray, arms: np.ndarray, rewards: np.ndarray) -> None:
        if self.mab is None:
            self.mab = MAB(
                list(range(len(ARMS))),
                LearningPolicy.LinTS(alpha=self.alpha, l2_lambda=1.0),
                seed=168,
            )
            self.mab.fit(arms, rewards, contexts)
        else:
            self.mab.partial_fit(arms, rewards, contexts)


def policy(world: World) -> MABWiser:
    return MABWiser(world.answers, "mabwiser")
