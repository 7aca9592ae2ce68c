"""WHEN: the probability of sending what was chosen, in closed form, smooth in what was learned, and never 0 or 1.

pi = L + (U - L) Phi((mu - eta) / sqrt(s2 + tau^2)), with mu and s2 the belief in what a nudge with k* adds and eta what a nudge
costs: more, the more nudges there were of late. A draw d ~ N(mu, s2) compared softly with eta gives the same in the mean
(E Phi((d - eta) / tau)), so this is posterior sampling without the sampling. L and U lie so that what is drawn with, the
always-on lane mixed in, keeps the bounds .1 and .8.
"""

import math
from dataclasses import dataclass

from everyhour.engine.values import MODES

DIGITS = (
    6  # sent and logged with this many, so that the last digit of a library's erf does not matter
)


@dataclass(frozen=True, slots=True)
class Timing:
    """How readily is sent. The bounds hold for what is drawn with, lane and all, and keep it usable for an estimate afterwards."""

    mode: str = "learn"
    lower: float = 0.1
    upper: float = 0.8
    softness: float = 0.02  # tau
    cost: float = 0.08  # eta0, of one nudge, on the reward scale
    cost_of_dose: float = 0.02  # eta1, for each of dose above `dose_free`
    dose_free: float = 1.5
    lane: float = 0.1  # q: this share of decision points is randomised evenly, always

    def __post_init__(self) -> None:
        if self.mode not in MODES:
            raise ValueError(f"mode is one of {', '.join(MODES)}, not {self.mode!r}")
        if not 0 <= self.lower <= self.upper <= 1 or not 0 <= self.lane <= 1:
            raise ValueError("bounds lie between 0 and 1, the lower one below the upper one")

    @property
    def inner(self) -> tuple[float, float]:
        """Give the bounds before the lane is mixed in; the lane pulls towards one half, so these lie a little further out."""
        share = 1 - self.lane
        if not share:
            return self.lower, self.upper
        return max(0.0, (self.lower - self.lane / 2) / share), min(
            1.0, (self.upper - self.lane / 2) / share
        )

    @property
    def unknowing(self) -> float:
        """Give what is sent with when nothing can be believed: one half, or the bound that is nearest. What is asked for stays certain."""
        return min(max(0.5, self.lower), self.upper)


def learned_probability(advantage: float, variance: float, dose: float, timing: Timing) -> float:
    """Give pi: what the belief alone would send with."""
    cost = timing.cost + timing.cost_of_dose * max(0.0, dose - timing.dose_free)
    surprise = (advantage - cost) / math.sqrt(variance + timing.softness**2)
    lower, upper = timing.inner
    return round(lower + (upper - lower) * normal_cdf(surprise), DIGITS)


def in_lane(probability: float, timing: Timing) -> float:
    """Mix in the always-on lane: (1 - q) pi + q / 2 is what is drawn with and what is logged."""
    return round((1 - timing.lane) * probability + timing.lane / 2, DIGITS)


def normal_cdf(value: float) -> float:
    return 0.5 * math.erfc(-value / math.sqrt(2.0))
