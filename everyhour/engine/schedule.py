"""A fixed schedule with a rota: what a careful person would set by hand. Study mode `off`, and the fallback of the fallback.

At set times of the day, the third of the practices that the prior thinks best here, and of these the one not used for longest.
"""

from collections.abc import Sequence

import numpy as np

from everyhour.engine.drawing import Ready
from everyhour.engine.features import SHARED, Batch
from everyhour.engine.values import Past

SLOTS = ("after_school", "bedtime")  # after school and at bedtime most families ask for help


def rota(ready: Ready, batch: Batch, slugs: tuple[str, ...], pasts: Sequence[Past]) -> np.ndarray:
    """Give, for each opportunity, probability 1 to the practice whose turn it is."""
    items = np.array([ready.item_mean(slug) for slug in slugs])
    scores = np.where(batch.allowed, batch.x @ ready.mean[: len(SHARED)] + items, -np.inf)
    found = np.zeros(batch.allowed.shape)
    for row, past in enumerate(pasts):
        best = np.argsort(-scores[row], kind="stable")[: max(1, int(batch.allowed[row].sum()) // 3)]
        found[
            row,
            min(
                best,
                key=lambda k: (
                    past.items[slugs[k]].last_at if slugs[k] in past.items else -np.inf,
                    slugs[k],
                ),
            ),
        ] = 1.0
    return found
