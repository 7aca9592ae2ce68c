"""An interval that stays valid however often it is looked at.

The asymptotic confidence sequence of Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas (2024, Annals
of Statistics 52:2613): mean +- sd sqrt(2 (n r + 1) / (n^2 r) log(sqrt(n r + 1) / alpha)), r > 0. An
ordinary interval looked at every week finds absent effects far more often than one time in twenty.
Asymptotic: do not look before there are some points.
"""

import math
from dataclasses import dataclass

import numpy as np

from everyhour.engine.evaluation.study import Floats, UnusableData

SHARPNESS = 1 / 500  # r: narrowest near 4,000 points at alpha = 0.05
LOOKED_AT_FROM = 100  # points; ours


@dataclass(frozen=True)
class Bounds:
    """Running mean and its bounds after each point."""

    mean: Floats
    low: Floats
    high: Floats

    def first_apart_from(self, value: float = 0.0, *, since: int = LOOKED_AT_FROM) -> int | None:
        """Return after how many points the interval first excluded a value, or None."""
        apart = np.flatnonzero((self.low[since - 1 :] > value) | (self.high[since - 1 :] < value))
        return int(apart[0]) + since if len(apart) else None


def confidence_sequence(
    values: Floats, *, alpha: float = 0.05, sharpness: float = SHARPNESS
) -> Bounds:
    """Return mean and bounds after each value, in order of arrival."""
    values = np.asarray(values, float)
    if not len(values):
        raise UnusableData("There are no values yet.")
    n = np.arange(1, len(values) + 1)
    centre = values.mean()  # subtracting it only keeps digits
    mean = np.cumsum(values - centre) / n
    spread = np.sqrt(np.maximum(np.cumsum((values - centre) ** 2) / n - mean**2, 0))
    reach = n * sharpness + 1
    width = spread * np.sqrt(2 * reach / (n**2 * sharpness) * np.log(np.sqrt(reach) / alpha))
    return Bounds(mean + centre, mean + centre - width, mean + centre + width)


def sharpest_at(points: int, alpha: float = 0.05) -> float:
    """Return the r that is narrowest at this number of points; choose it before looking."""
    log = -2 * math.log(alpha)
    return (log + math.log(log + 1)) / points
