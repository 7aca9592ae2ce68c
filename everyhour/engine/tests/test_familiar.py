"""About seven of ten draws go to what helped here before, with known probabilities; help never
lowers the probability of a practice.
"""

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


def history(reported: dict[str, tuple[int, int]]) -> History:
    return History(
        items={
            slug: ItemHistory(last_at=0.0, tried=tried, helped=min(tried, helped))
            for slug, (tried, helped) in reported.items()
        }
    )


def again(counts: list[int], reported: dict[str, tuple[int, int]]) -> np.ndarray:
    return favor_familiar(drawn(counts)[None], SLUGS, [history(reported)])[0]


@given(counts=weights, reported=records)
def test_probabilities_sum_to_one_above_floor(counts, reported):
    before, found = drawn(counts), again(counts, reported)

    assert found.sum() == pytest.approx(1)
    assert ((found > 0) == (before > 0)).all()
    assert (found[before > 0] >= FLOOR / (before > 0).sum() - 1e-12).all()


@given(counts=weights, reported=records)
def test_familiar_share_is_seven_in_ten(counts, reported):
    helped = np.array([slug in reported and min(reported[slug]) > 0 for slug in SLUGS]) & (
        np.array(counts) > 0
    )
    assume(0 < helped.sum() < (np.array(counts) > 0).sum())

    assert again(counts, reported)[helped].sum() == pytest.approx(FAMILIAR_SHARE, abs=FLOOR)


def test_unchanged_without_familiar():
    counts = [1, 2, 3, 4, 0, 0, 7, 9]

    assert (again(counts, {"practice-2": (5, 0)}) == drawn(counts)).all()


@given(counts=weights, reported=records, slug=st.sampled_from(SLUGS))
def test_success_never_lowers_a_familiar_practice(counts, reported, slug):
    tried, helped = reported.get(slug, (0, 0))
    assume(min(tried, helped) > 0)
    k = SLUGS.index(slug)

    assert (
        again(counts, {**reported, slug: (tried + 1, min(tried, helped) + 1)})[k]
        >= again(counts, reported)[k] - 1e-12
    )


@given(counts=weights, reported=records)
def test_candidate_order_does_not_matter(counts, reported):
    turned = favor_familiar(drawn(counts)[None, ::-1], SLUGS[::-1], [history(reported)])[0]

    assert (turned[::-1] == again(counts, reported)).all()


def test_rare_familiar_keeps_a_share():
    found = again([250, 3, 1, 1, 1, 0, 0, 0], {"practice-0": (9, 1), "practice-1": (14, 14)})

    assert found[1] > found[0] / 2
