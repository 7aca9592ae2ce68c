"""Predictions from a few tries, in whole numbers.

Each try helped or did not; the prior is flat. After `helped` of `tried`, the number that help of
the next ten is beta-binomial with a = helped + 1, b = tried - helped + 1. The range shown runs
from its 1/6 quantile to its 5/6 quantile, so that "likely" is right at least two times in three
when tries are exchangeable. They are not quite, and the page says so.

Source: Laplace (1774), Mémoire sur la probabilité des causes par les événements; Gelman et al.,
Bayesian Data Analysis, 3rd ed. (2013), section 2.4 and exercise 2.3 (beta-binomial).
"""

from dataclasses import dataclass
from fractions import Fraction
from math import comb

NEXT = 10


@dataclass(frozen=True, order=True)
class Likely:
    """Bounds of how many of the next ten tries are likely to help."""

    low: int
    high: int


def chances(helped: int, tried: int, ahead: int = NEXT) -> list[Fraction]:
    """Return the exact probability that 0, 1, … of the tries ahead help.

    >>> [str(p) for p in chances(0, 0, 2)]
    ['1/3', '1/3', '1/3']
    """
    if not 0 <= helped <= tried:
        raise ValueError(f"{helped} of {tried}: expected 0 <= helped <= tried")
    # C(x+k, k) * C(m-x+n-k, n-k) / C(m+n+1, n+1): the beta-binomial with whole a and b.
    every = comb(ahead + tried + 1, tried + 1)
    return [
        Fraction(comb(x + helped, helped) * comb(ahead - x + tried - helped, tried - helped), every)
        for x in range(ahead + 1)
    ]


def likely(helped: int, tried: int, ahead: int = NEXT) -> Likely:
    """Return the central two thirds of the prediction for the next tries."""
    below, low, total = Fraction(1, 6), None, Fraction(0)
    for x, p in enumerate(chances(helped, tried, ahead)):
        total += p
        if low is None and total >= below:
            low = x
        if total >= 1 - below:
            return Likely(low or 0, x)
    raise AssertionError("probabilities add up to one")
