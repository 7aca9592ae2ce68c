"""The offline rule: weights, probabilities, one drawn practice."""

import os
import subprocess
import sys
from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from everyhour.engine.choosing import (
    FAMILIAR_SHARE,
    FLOOR,
    Tally,
    chances,
    pick,
    shares,
    with_floor,
    without,
)
from everyhour.engine.tests import generated

anything = settings(deadline=None)


@anything
@given(generated.weighed_and_tried())
def test_probabilities_sum_to_one(known):
    weights, tries = known

    found = chances(weights, tries)

    assert sum(found.values()) == pytest.approx(1)
    assert list(found) == list(weights)


@anything
@given(generated.weighed_and_tried())
def test_every_candidate_keeps_the_floor(known):
    found = chances(*known)

    assert min(found.values()) >= min(FLOOR, 1 / len(found)) - 1e-12


@anything
@given(generated.weights)
def test_floor_keeps_the_order(weights):
    before = shares(weights)

    after = with_floor(before)

    assert all(
        after[a] <= after[b] + 1e-12
        for a in before
        for b in list(before)[:20]
        if before[a] <= before[b]
    )


@anything
@given(generated.weighed_and_tried(), st.randoms(use_true_random=False))
def test_candidate_order_does_not_matter(known, shuffled):
    weights, tries = known
    order = list(weights)
    shuffled.shuffle(order)

    found = chances({slug: weights[slug] for slug in order}, tries)

    assert found == pytest.approx(chances(weights, tries))


@anything
@given(generated.weighed_and_tried(), st.data())
def test_success_never_lowers_a_familiar_practice(known, data):
    weights, tries = known
    familiar = [slug for slug, reported in tries.items() if reported.helped]
    assume(familiar)
    slug = data.draw(st.sampled_from(familiar))
    again = {**tries, slug: Tally(tries[slug].tried + 1, tries[slug].helped + 1)}

    assert chances(weights, again)[slug] >= chances(weights, tries)[slug] - 1e-12


@anything
@given(generated.weighed_and_tried(), st.data())
def test_failure_never_raises_a_familiar_practice(known, data):
    weights, tries = known
    familiar = [slug for slug, reported in tries.items() if reported.helped]
    assume(familiar)
    slug = data.draw(st.sampled_from(familiar))
    again = {**tries, slug: replace(tries[slug], tried=tries[slug].tried + 1)}

    assert chances(weights, again)[slug] <= chances(weights, tries)[slug] + 1e-12


@anything
@given(st.integers(1, 4), st.integers(1, 4), st.data())
def test_familiar_share_seventy_percent(familiar, new, data):
    weights = {f"practice-{n}": data.draw(st.floats(1, 3)) for n in range(familiar + new)}
    tries = {
        f"practice-{n}": Tally(tried=3, helped=data.draw(st.integers(1, 3)))
        for n in range(familiar)
    }

    found = chances(weights, tries)

    assert sum(found[slug] for slug in tries) == pytest.approx(FAMILIAR_SHARE) == pytest.approx(0.7)


def test_all_familiar_share_everything():
    found = chances({"hum": 1, "walk": 1}, {"hum": Tally(2, 2), "walk": Tally(2, 1)})

    assert found == pytest.approx({"hum": 0.6, "walk": 0.4})


def test_tried_without_success_counts_as_new():
    found = chances({"hum": 1, "walk": 1}, {"hum": Tally(2, 0), "walk": Tally(2, 2)})

    assert found == pytest.approx({"hum": 0.3, "walk": 0.7})


def test_zero_weight_is_excluded():
    assert chances({"hum": 1.0, "walk": 0.0}) == {"hum": 1.0}


def test_no_candidates_give_no_choice():
    assert (
        chances({})
        == chances({"walk": 0.0})
        == shares({})
        == with_floor({})
        == without({}, ["walk"])
        == {}
    )
    assert pick({}, 0.5) is None


@anything
@given(generated.weights)
def test_draw_frequencies_match_probabilities(weights):
    found, draws = chances(weights), 2000
    counts = dict.fromkeys(found, 0)

    for n in range(draws):
        counts[pick(found, (n + 0.5) / draws).slug] += 1

    assert all(abs(counts[slug] - p * draws) <= 1.01 for slug, p in found.items())


@anything
@given(generated.weighed_and_tried(), st.floats(0, 1, exclude_max=True))
def test_choice_records_probability_and_count(known, draw):
    found = chances(*known)

    choice = pick(found, draw)

    assert (choice.probability, choice.among, choice.draw) == (found[choice.slug], len(found), draw)


@anything
@given(generated.weighed_and_tried())
def test_extreme_draws_pick_first_and_last(known):
    found = chances(*known)

    assert pick(found, 0.0).slug == next(iter(found))
    assert pick(found, 1 - 2**-53).slug == list(found)[-1]


def test_sum_just_below_one_still_chooses():
    assert pick({"hum": 0.333333, "walk": 0.333333, "tea": 0.333333}, 0.9999999).slug == "tea"


@anything
@given(generated.weighed_and_tried(), st.data())
def test_shown_probability_is_redistributed(known, data):
    found = chances(*known)
    seen = (
        data.draw(st.lists(st.sampled_from(list(found)), unique=True, max_size=len(found) - 1))
        if len(found) > 1
        else []
    )

    left = without(found, seen)

    rest = 1 - sum(found[slug] for slug in seen)
    assert set(left) == set(found) - set(seen)
    assert left == pytest.approx({slug: found[slug] / rest for slug in left})


@anything
@given(generated.weights)
def test_nothing_is_left_after_showing_all(weights):
    assert without(chances(weights), [*weights, "somewhere-else"]) == {}


@pytest.mark.parametrize("seed", ["0", "1", "168"])
def test_same_draw_is_identical_across_processes(seed):
    """Python orders sets differently in every process; a choice must not feel it."""
    tell = (
        "from everyhour.engine.choosing import *\n"
        "weights = {f'practice-{n}': 1 + n % 7 for n in range(40)}\n"
        "tries = {f'practice-{n}': Tally(n, n // 2) for n in range(1, 20)}\n"
        "left = without(chances(weights, tries), ['practice-3', 'practice-30'])\n"
        "print(pick(left, 0.168), sum(left.values()))"
    )

    reported = [run_program(tell, seed), run_program(tell, "2027")]

    assert reported[0] == reported[1] != ""


def run_program(program: str, seed: str) -> str:
    environment = {**os.environ, "PYTHONHASHSEED": seed}
    return subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
    ).stdout
