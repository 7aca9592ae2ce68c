"""contextualbandits: linear UCB, a model per arm. Reports no choice probability."""

import numpy as np
from contextualbandits.online import LinUCB

from bench.rivals.library import ARMS, Arms
from everyhour.engine.simulation.world import World

ALPHA = 0.1  # how much an arm's doubt counts for it


class Contextual(Arms):
    model: LinUCB | None = None
    alpha = ALPHA

    def scores(self, contexts: np.ndarray) -> np.ndarray:
        if self.model is None:
            return self.rng.random((len(contexts), len(ARMS)))
        return np.asarray(self.model.decision_function(contexts), dtype=float)

    def take_in(self, contexts: np.ndarray, arms: np.ndarray, rewards: np.ndarray) -> None:
        if self.model is None:
            self.model = LinUCB(
                nchoices=len(ARMS),
                alpha=self.alpha,
                lambda_=1.0,
                use_float=False,
                ucb_from_empty=False,
                beta_prior=None,
                random_state=168,
            )
        self.model.partial_fit(contexts, arms, rewards)


def policy(world: World) -> Contextual:
    return Contextual(world.answers, "contextual")
