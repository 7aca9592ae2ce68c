"""A fixed schedule with rotation, as a careful person would set it: study mode `off`.

At set times of the day, among the third of the candidates with the highest posterior mean, the one
not used for longest.
"""

from collections.abc import Sequence

import numpy as np

from everyhour.engine.features import SHARED, Batch
from everyhour.engine.sampling import PosteriorSampler
from everyhour.engine.values import History

SLOTS = ("after_school", "bedtime")  # after school and at bedtime most families ask for help


def rotation_probabilities(
    sampler: PosteriorSampler, batch: Batch, slugs: tuple[str, ...], histories: Sequence[History]
) -> np.ndarray:
    """Return probability 1 for the practice whose turn it is, axes (opportunity, candidate)."""
    items = np.array([sampler.item_mean(slug) for slug in slugs])
    scores = np.where(batch.allowed, batch.x @ sampler.mean[: len(SHARED)] + items, -np.inf)
    found = np.zeros(batch.allowed.shape)
    for row, history in enumerate(histories):
        best = np.argsort(-scores[row], kind="stable")[: max(1, int(batch.allowed[row].sum()) // 3)]
        found[
            row,
            min(
                best,
                key=lambda k: (
                    history.items[slugs[k]].last_at if slugs[k] in history.items else -np.inf,
                    slugs[k],
                ),
            ),
        ] = 1.0
    return found
