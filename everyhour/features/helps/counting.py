"""What a few tries can say, and what they cannot. Whole numbers in, whole numbers out; nothing is estimated twice.

Each try helped or did not. Before the first, every chance of helping is held as likely as any other (a flat prior). After
`helped` of `tried`, the number that would help of the next ten follows the beta-binomial distribution with a = helped + 1,
b = tried - helped + 1. We tell its middle: from the smallest number that at least a sixth of the probability lies at or
below, to the smallest for which five sixths do, so that "likely" is right at least two times in three, when tries are
alike and none hangs on the one before. They are not quite, and the page says so.

Source: Laplace (1774), Mémoire sur la probabilité des causes par les événements; Gelman et al., Bayesian Data Analysis,
3rd ed. (2013), section 2.4 and exercise 2.3 (beta-binomial).
"""

from dataclasses import dataclass
from fractions import Fraction
from math import comb

NEXT = 10
ENOUGH = 5  # tries; fewer can be luck
GOOD, SOON, LEAVE = "good", "soon", "leave"


@dataclass(frozen=True, order=True)
class Likely:
    """Of the next ten tries, likely so many would help."""

    low: int
    high: int


def chances(helped: int, tried: int, ahead: int = NEXT) -> list[Fraction]:
    """Give the probability that 0, 1, … of the tries ahead help; exact.

    >>> [str(p) for p in chances(0, 0, 2)]
    ['1/3', '1/3', '1/3']
    """
    if not 0 <= helped <= tried:
        raise ValueError(f"{helped} of {tried}")
    # C(x+k, k) * C(m-x+n-k, n-k) / C(m+n+1, n+1): the beta-binomial with whole a and b.
    every = comb(ahead + tried + 1, tried + 1)
    return [
        Fraction(comb(x + helped, helped) * comb(ahead - x + tried - helped, tried - helped), every)
        for x in range(ahead + 1)
    ]


def likely(helped: int, tried: int, ahead: int = NEXT) -> Likely:
    """Give the middle two thirds of what the next tries may bring."""
    below, low, total = Fraction(1, 6), None, Fraction(0)
    for x, p in enumerate(chances(helped, tried, ahead)):
        total += p
        if low is None and total >= below:
            low = x
        if total >= 1 - below:
            return Likely(low or 0, x)
    raise AssertionError("probabilities add up to one")


def group(helped: int, tried: int) -> str:
    """Put a practice where it belongs: likely to help at least half of the time, or less than half, or nobody can tell yet."""
    middle = likely(helped, tried)
    if tried < ENOUGH:
        return SOON
    if middle.low * 2 >= NEXT:
        return GOOD
    return LEAVE if middle.high * 2 < NEXT else SOON
