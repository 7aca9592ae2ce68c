"""About seven draws of ten go to what helped here before; every probability stays known, and help never speaks against a practice."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from everyhour.engine.familiar import FAMILIAR_SHARE, favor_familiar
from everyhour.engine.sampling import FLOOR
from everyhour.engine.values import History, ItemHistory

SLUGS = tuple(f"practice-{n}" for n in range(8))
weights = st.lists(st.integers(0, 256), min_size=len(SLUGS), max_size=len(SLUGS)).filter(any)
records = st.dictionaries(
    st.sampled_from(SLUGS), st.tuples(st.integers(1, 20), st.integers(0, 20)), max_size=len(SLUGS)
)


def drawn(counts: list[int]) -> np.ndarray:
    """Probabilities as they come from draws: a zero is what may not be offered."""
    allowed = np.array(counts) > 0
    return np.where(
        allowed, (1 - FLOOR) * np.array(counts) / sum(counts) + FLOOR / allowed.sum(), 0.0
    )


def history(told: dict[str, tuple[int, int]]) -> History:
    return History(
        items={
            slug: ItemHistory(last_at=0.0, tried=tried, helped=min(tried, helped))
            for slug, (tried, helped) in told.items()
        }
    )


def again(counts: list[int], told: dict[str, tuple[int, int]]) -> np.ndarray:
    return favor_familiar(drawn(counts)[None], SLUGS, [history(told)])[0]


@given(counts=weights, told=records)
def test_probabilities_sum_to_one_and_each_keeps_its_floor(counts, told):
    before, found = drawn(counts), again(counts, told)

    assert found.sum() == pytest.approx(1)
    assert ((found > 0) == (before > 0)).all()
    assert (found[before > 0] >= FLOOR / (before > 0).sum() - 1e-12).all()


@given(counts=weights, told=records)
def test_what_helped_takes_about_seven_of_ten(counts, told):
    helped = np.array([slug in told and min(told[slug]) > 0 for slug in SLUGS]) & (
        np.array(counts) > 0
    )
    assume(0 < helped.sum() < (np.array(counts) > 0).sum())

    assert again(counts, told)[helped].sum() == pytest.approx(FAMILIAR_SHARE, abs=FLOOR)


def test_where_nothing_helped_yet_the_common_belief_stands():
    counts = [1, 2, 3, 4, 0, 0, 7, 9]

    assert (again(counts, {"practice-2": (5, 0)}) == drawn(counts)).all()


@given(counts=weights, told=records, slug=st.sampled_from(SLUGS))
def test_helping_once_more_never_lowers_what_helped_before(counts, told, slug):
    tried, helped = told.get(slug, (0, 0))
    assume(min(tried, helped) > 0)
    k = SLUGS.index(slug)

    assert (
        again(counts, {**told, slug: (tried + 1, min(tried, helped) + 1)})[k]
        >= again(counts, told)[k] - 1e-12
    )


@given(counts=weights, told=records)
def test_the_order_of_candidates_does_not_matter(counts, told):
    turned = favor_familiar(drawn(counts)[None, ::-1], SLUGS[::-1], [history(told)])[0]

    assert (turned[::-1] == again(counts, told)).all()


def test_a_rare_practice_that_helps_this_child_is_not_drowned_by_a_common_one():
    found = again([250, 3, 1, 1, 1, 0, 0, 0], {"practice-0": (9, 1), "practice-1": (14, 14)})

    assert found[1] > found[0] / 2
