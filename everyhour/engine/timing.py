"""Whether to send: a closed-form send probability, smooth in the posterior and never 0 or 1 by
default.

pi = L + (U - L) Phi((mu - eta) / sqrt(s2 + tau^2)), where mu and s2 are the posterior mean and
variance of what sending k* adds and eta is the cost of a nudge, higher after many recent nudges. A
draw d ~ N(mu, s2) compared softly with eta has the same mean, E Phi((d - eta) / tau), so this is
posterior sampling without sampling. L and U are set so that the probability drawn with, after
mixing in the randomized lane, stays within .1 and .8.
"""

import math
from dataclasses import dataclass

from everyhour.engine.values import MODES

DIGITS = (
    6  # sent and logged with this many, so that the last digit of a library's erf does not matter
)


@dataclass(frozen=True, slots=True)
class Timing:
    """Send policy. The bounds hold for the probability drawn with, lane included, so effects
    stay estimable.
    """

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
            raise ValueError(f"mode must be one of {', '.join(MODES)}, not {self.mode!r}")
        if not 0 <= self.lower <= self.upper <= 1 or not 0 <= self.lane <= 1:
            raise ValueError(
                "bounds and lane must be between 0 and 1, the lower bound not above the upper"
            )

    @property
    def unmixed_bounds(self) -> tuple[float, float]:
        """Return the bounds before the lane is mixed in; it pulls towards one half, so these are
        wider.
        """
        share = 1 - self.lane
        if not share:
            return self.lower, self.upper
        return max(0.0, (self.lower - self.lane / 2) / share), min(
            1.0, (self.upper - self.lane / 2) / share
        )

    @property
    def default_probability(self) -> float:
        """Return the send probability without a posterior: one half, clipped to the bounds."""
        return min(max(0.5, self.lower), self.upper)


def send_probability(advantage: float, variance: float, dose: float, timing: Timing) -> float:
    """Return pi, before the lane is mixed in."""
    cost = timing.cost + timing.cost_of_dose * max(0.0, dose - timing.dose_free)
    z = (advantage - cost) / math.sqrt(variance + timing.softness**2)
    lower, upper = timing.unmixed_bounds
    return round(lower + (upper - lower) * normal_cdf(z), DIGITS)


def mix_lane(probability: float, timing: Timing) -> float:
    """Return (1 - q) pi + q / 2: the probability drawn with and logged."""
    return round((1 - timing.lane) * probability + timing.lane / 2, DIGITS)


def normal_cdf(value: float) -> float:
    return 0.5 * math.erfc(-value / math.sqrt(2.0))
