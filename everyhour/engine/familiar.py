"""Favor what helped: about seven draws in ten go to practices that helped this child, three to
others.

A two-point prior: with FAMILIAR_SHARE what helped before helps again, and only those practices are
considered; otherwise the model decides among the new ones. Among the familiar, a practice's own
success rate counts beside the square root of its model probability, so that a rare practice that
helps this child is not lost behind one that helps many. Where nothing helped yet, or everything
did, nothing changes. Used when a person asks; nudges use the model alone, which learns how much
familiarity matters.
"""

from collections.abc import Sequence
from math import fsum, sqrt

import numpy as np

from everyhour.engine.choosing import FAMILIAR_SHARE
from everyhour.engine.sampling import FLOOR
from everyhour.engine.values import History


def favor_familiar(p: np.ndarray, slugs: Sequence[str], histories: Sequence[History]) -> np.ndarray:
    """Reweight p, axes (opportunity, candidate); each candidate of E keeps at least FLOOR / |E|.

    Summed exactly (fsum), so the same history gives the same bits on every machine.
    """
    return np.array(
        [_reweight(row, slugs, history) for row, history in zip(p.tolist(), histories, strict=True)]
    )


def _reweight(row: list[float], slugs: Sequence[str], history: History) -> list[float]:
    among = [k for k, chance in enumerate(row) if chance > 0]
    helped = {k for k in among if (item := history.items.get(slugs[k])) and item.helped}
    if not helped or len(helped) == len(among):
        return row
    weight = {
        k: sqrt(row[k]) * _success_rate(history, slugs[k]) if k in helped else row[k] for k in among
    }
    known, new = fsum(weight[k] for k in helped), fsum(weight[k] for k in among if k not in helped)
    floor = FLOOR / len(among)
    p = [0.0] * len(row)
    for k in among:
        share = (
            FAMILIAR_SHARE * weight[k] / known
            if k in helped
            else (1 - FAMILIAR_SHARE) * weight[k] / new
        )
        p[k] = (1 - FLOOR) * share + floor
    return p


def _success_rate(history: History, slug: str) -> float:
    """Return the smoothed share of tries that helped, as in `choosing.chances`."""
    return (history.items[slug].helped + 1) / (history.items[slug].tried + 2)
