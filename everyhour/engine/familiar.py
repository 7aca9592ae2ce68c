"""Repeat what helped: about seven draws of ten go to what helped this child before, three to what is new here.

A prior with two points: with REPEATED "what helped here helps again", and then only that is in the running; else the common belief
speaks about what is new. Among what helped, its own record counts beside the square root of the common belief, so that a rare
practice that helps this child is not drowned by one that helps many. Where nothing helped yet, or everything did, nothing changes.
For somebody who asks; a nudge is drawn by the common belief alone, which learns how much it matters that something helped.
"""

from collections.abc import Sequence
from math import fsum, sqrt

import numpy as np

from everyhour.engine.sampling import FLOOR
from everyhour.engine.values import History

REPEATED = 0.7


def repeating(p: np.ndarray, slugs: Sequence[str], histories: Sequence[History]) -> np.ndarray:
    """Give p anew, axes (opportunity, candidate), each candidate of E still at least FLOOR / |E|.

    Summed exactly (fsum), so that the same past gives the same bits on every machine.
    """
    return np.array(
        [_row(row, slugs, history) for row, history in zip(p.tolist(), histories, strict=True)]
    )


def _row(row: list[float], slugs: Sequence[str], history: History) -> list[float]:
    among = [k for k, chance in enumerate(row) if chance > 0]
    helped = {k for k in among if (item := history.items.get(slugs[k])) and item.helped}
    if not helped or len(helped) == len(among):
        return row
    weight = {
        k: sqrt(row[k]) * _record(history, slugs[k]) if k in helped else row[k] for k in among
    }
    known, new = fsum(weight[k] for k in helped), fsum(weight[k] for k in among if k not in helped)
    floor = FLOOR / len(among)
    found = [0.0] * len(row)
    for k in among:
        share = REPEATED * weight[k] / known if k in helped else (1 - REPEATED) * weight[k] / new
        found[k] = (1 - FLOOR) * share + floor
    return found


def _record(history: History, slug: str) -> float:
    """Give the share of tries that helped, as in `choosing.chances`: one more that helped raises it, one more that did not lowers it."""
    return (history.items[slug].helped + 1) / (history.items[slug].tried + 2)
