"""Predictions from a few tries, against exact counting and simulation."""

import doctest
import random
from fractions import Fraction
from itertools import pairwise

import pytest

from everyhour.features.helps import counting
from everyhour.features.helps.counting import Likely, chances, likely


def brute(helped: int, tried: int, ahead: int) -> list[Fraction]:
    """Return the chances try by try: the next helps with probability (helped + 1) / (tried + 2)."""
    ways = {helped: Fraction(1)}
    for n in range(tried, tried + ahead):
        after: dict[int, Fraction] = {}
        for k, p in ways.items():
            chance = Fraction(k + 1, n + 2)
            after[k + 1] = after.get(k + 1, Fraction(0)) + p * chance
            after[k] = after.get(k, Fraction(0)) + p * (1 - chance)
        ways = after
    return [ways[helped + x] for x in range(ahead + 1)]


def test_chances_match_sequential_counting():
    for tried in range(13):
        for helped in range(tried + 1):
            assert chances(helped, tried) == brute(helped, tried, 10)
            assert sum(chances(helped, tried)) == 1


def test_likely_range_covers_two_thirds():
    for tried in range(31):
        for helped in range(tried + 1):
            middle, predicted = likely(helped, tried), chances(helped, tried)

            assert sum(predicted[middle.low : middle.high + 1]) >= Fraction(2, 3)
            assert sum(predicted[: middle.low]) < Fraction(1, 6)
            assert sum(predicted[middle.high + 1 :]) <= Fraction(1, 6)


def test_likely_range_agrees_with_simulation():
    dice = random.Random(168)
    right = rounds = 0
    for _ in range(4000):
        chance = dice.random()
        helped = sum(dice.random() < chance for _ in range(8))
        ahead = sum(dice.random() < chance for _ in range(10))
        middle = likely(helped, 8)
        right += middle.low <= ahead <= middle.high
        rounds += 1

    assert right / rounds > 2 / 3


def test_likely_range_grows_with_successes():
    for tried in range(1, 25):
        ranges = [likely(helped, tried) for helped in range(tried + 1)]

        assert all(a.low <= b.low and a.high <= b.high for a, b in pairwise(ranges))


def test_chances_are_symmetric():
    for tried in range(13):
        for helped in range(tried + 1):
            assert chances(helped, tried) == chances(tried - helped, tried)[::-1]


@pytest.mark.parametrize(
    ("helped", "tried", "low", "high"),
    [(7, 9, 5, 9), (6, 7, 6, 10), (2, 2, 5, 10), (3, 4, 4, 9), (1, 6, 1, 4), (9, 11, 6, 9)],
)
def test_likely_ranges_match_the_design(helped, tried, low, high):
    assert likely(helped, tried) == Likely(low, high)


def test_more_successes_than_tries_raise():
    with pytest.raises(ValueError, match="3 of 2"):
        chances(3, 2)


def test_docstring_example():
    assert doctest.testmod(counting).failed == 0
