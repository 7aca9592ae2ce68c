"""A fixed schedule with a rota: what a careful person would set by hand. Study mode `off`, and the fallback of the fallback.

At set times of the day, the third of the practices that the prior thinks best here, and of these the one not used for longest.
"""

from collections.abc import Sequence

import numpy as np

from everyhour.engine.features import SHARED, Batch
from everyhour.engine.sampling import PosteriorSampler
from everyhour.engine.values import History

SLOTS = ("after_school", "bedtime")  # after school and at bedtime most families ask for help


def rota(
    sampler: PosteriorSampler, batch: Batch, slugs: tuple[str, ...], histories: Sequence[History]
) -> np.ndarray:
    """Give, for each opportunity, probability 1 to the practice whose turn it is."""
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
