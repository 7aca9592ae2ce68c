"""WHEN: a smooth probability that is never 0 or 1, and less when there was much of late."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from everyhour.engine.decisions import Decider
from everyhour.engine.tests.generated_posteriors import believing, usual
from everyhour.engine.timing import DIGITS, Timing, mix_lane, normal_cdf, send_probability
from everyhour.engine.values import History

gains = st.floats(-2, 2)
variances = st.floats(0, 1)
doses = st.floats(0, 7)


@given(gains, variances, doses, st.floats(0, 0.4), st.floats(0, 0.2))
def test_what_is_drawn_with_keeps_its_bounds_lane_and_all(gain, variance, dose, lower, lane):
    timing = Timing(lower=lower, lane=lane)

    drawn_with = mix_lane(send_probability(gain, variance, dose, timing), timing)

    assert max(lower, lane / 2) - 2e-6 <= drawn_with <= timing.upper + 2e-6


@given(gains, gains, variances, doses)
def test_more_expected_help_never_lowers_it(one, other, variance, dose):
    low, high = sorted([one, other])

    assert send_probability(low, variance, dose, Timing()) <= send_probability(
        high, variance, dose, Timing()
    )


@given(gains, variances, doses, doses)
def test_more_nudges_of_late_never_raise_it(gain, variance, one, other):
    less, more = sorted([one, other])

    assert send_probability(gain, variance, more, Timing()) <= send_probability(
        gain, variance, less, Timing()
    )


def test_the_closed_form_is_the_mean_over_draws():
    timing, gain, sd = Timing(), 0.11, 0.04
    draws = np.random.default_rng(1).normal(gain, sd, 200_000)

    soft = np.mean([normal_cdf((d - timing.cost) / timing.softness) for d in draws])

    lower, upper = timing.unmixed_bounds
    expected = lower + (upper - lower) * soft
    assert send_probability(gain, sd**2, 0.0, timing) == pytest.approx(expected, abs=2e-3)


@given(st.floats(0, 1), st.floats(0, 1))
def test_the_lane_pulls_towards_one_half(pi, lane):
    assert mix_lane(pi, Timing(lane=lane)) == pytest.approx(
        (1 - lane) * pi + lane / 2, abs=10**-DIGITS
    )


def test_what_is_logged_is_what_was_drawn_with():
    crowd = [usual(key=f"k{n}") for n in range(4000)]
    decisions = Decider(believing()).decide(crowd, [History()] * len(crowd))

    z = sum(d.sent - d.send_probability for d in decisions) / math.sqrt(
        sum(d.send_probability * (1 - d.send_probability) for d in decisions)
    )

    assert abs(z) < 4
    assert all(d.send_probability == mix_lane(d.learned, Timing()) for d in decisions)


@pytest.mark.parametrize("pi", [0.0, 1.0])
def test_bounds_of_zero_and_one_are_a_choice_that_can_be_made(pi):
    decision = Decider(believing(), Timing(lower=pi, upper=pi, lane=0)).decide(
        [usual()], [History()]
    )[0]

    assert decision.send_probability == pi
    assert decision.sent == bool(pi)


def test_the_fixed_schedule_sends_at_its_hours_and_goes_round():
    decider = Decider(believing(), Timing(mode="off"))

    waking, bedtime = decider.decide(
        [usual(slot="waking"), usual(slot="bedtime")], [History(), History()]
    )

    assert (waking.send_probability, bedtime.send_probability) == (0.0, 1.0)
    assert bedtime.probability == 1.0


@pytest.mark.parametrize(
    "told", [{"mode": "sometimes"}, {"lower": 0.9}, {"upper": 1.2}, {"lane": -1}]
)
def test_settings_that_make_no_sense_are_refused(told):
    with pytest.raises(ValueError, match=r"mode|bounds"):
        Timing(**told)


@given(st.floats(0, 1), st.floats(0, 1))
def test_when_nothing_can_be_believed_one_half_is_kept_within_the_bounds(one, other):
    lower, upper = sorted([one, other])

    default_probability = Timing(lower=lower, upper=upper).default_probability

    assert lower <= default_probability <= upper
    assert default_probability == 0.5 or not lower <= 0.5 <= upper


def test_what_is_asked_for_is_given_also_when_nothing_can_be_believed():
    decision = Decider(None, Timing(lower=1.0, upper=1.0, lane=0.0)).decide([usual()], [History()])[
        0
    ]

    assert decision.fallback and decision.sent
    assert (decision.learned, decision.send_probability) == (1.0, 1.0)
