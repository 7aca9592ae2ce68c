"""WHEN: a smooth probability that is never 0 or 1, and less when there was much of late."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from everyhour.engine.decisions import Decider
from everyhour.engine.tests.generated_posteriors import make_opportunity, make_posterior
from everyhour.engine.timing import DIGITS, Timing, mix_lane, normal_cdf, send_probability
from everyhour.engine.values import History

gains = st.floats(-2, 2)
variances = st.floats(0, 1)
doses = st.floats(0, 7)


@given(gains, variances, doses, st.floats(0, 0.4), st.floats(0, 0.2))
def test_mixed_probability_stays_within_bounds(gain, variance, dose, lower, lane):
    timing = Timing(lower=lower, lane=lane)

    drawn_with = mix_lane(send_probability(gain, variance, dose, timing), timing)

    assert max(lower, lane / 2) - 2e-6 <= drawn_with <= timing.upper + 2e-6


@given(gains, gains, variances, doses)
def test_higher_advantage_never_lowers_it(one, other, variance, dose):
    low, high = sorted([one, other])

    assert send_probability(low, variance, dose, Timing()) <= send_probability(
        high, variance, dose, Timing()
    )


@given(gains, variances, doses, doses)
def test_higher_dose_never_raises_it(gain, variance, one, other):
    less, more = sorted([one, other])

    assert send_probability(gain, variance, more, Timing()) <= send_probability(
        gain, variance, less, Timing()
    )


def test_closed_form_equals_mean_over_draws():
    timing, gain, sd = Timing(), 0.11, 0.04
    draws = np.random.default_rng(1).normal(gain, sd, 200_000)

    soft = np.mean([normal_cdf((d - timing.cost) / timing.softness) for d in draws])

    lower, upper = timing.unmixed_bounds
    expected = lower + (upper - lower) * soft
    assert send_probability(gain, sd**2, 0.0, timing) == pytest.approx(expected, abs=2e-3)


@given(st.floats(0, 1), st.floats(0, 1))
def test_lane_pulls_towards_one_half(pi, lane):
    assert mix_lane(pi, Timing(lane=lane)) == pytest.approx(
        (1 - lane) * pi + lane / 2, abs=10**-DIGITS
    )


def test_logged_probability_matches_frequency():
    crowd = [make_opportunity(key=f"k{n}") for n in range(4000)]
    decisions = Decider(make_posterior()).decide(crowd, [History()] * len(crowd))

    z = sum(d.sent - d.send_probability for d in decisions) / math.sqrt(
        sum(d.send_probability * (1 - d.send_probability) for d in decisions)
    )

    assert abs(z) < 4
    assert all(d.send_probability == mix_lane(d.learned, Timing()) for d in decisions)


@pytest.mark.parametrize("pi", [0.0, 1.0])
def test_bounds_of_zero_and_one_are_allowed(pi):
    decision = Decider(make_posterior(), Timing(lower=pi, upper=pi, lane=0)).decide(
        [make_opportunity()], [History()]
    )[0]

    assert decision.send_probability == pi
    assert decision.sent == bool(pi)


def test_fixed_schedule_sends_in_its_slots_and_rotates():
    decider = Decider(make_posterior(), Timing(mode="off"))

    waking, bedtime = decider.decide(
        [make_opportunity(slot="waking"), make_opportunity(slot="bedtime")], [History(), History()]
    )

    assert (waking.send_probability, bedtime.send_probability) == (0.0, 1.0)
    assert bedtime.probability == 1.0


@pytest.mark.parametrize(
    "reported", [{"mode": "sometimes"}, {"lower": 0.9}, {"upper": 1.2}, {"lane": -1}]
)
def test_invalid_settings_raise(reported):
    with pytest.raises(ValueError, match=r"mode|bounds"):
        Timing(**reported)


@given(st.floats(0, 1), st.floats(0, 1))
def test_default_probability_stays_within_bounds(one, other):
    lower, upper = sorted([one, other])

    default_probability = Timing(lower=lower, upper=upper).default_probability

    assert lower <= default_probability <= upper
    assert default_probability == 0.5 or not lower <= 0.5 <= upper


def test_requests_are_certain_without_posterior():
    decision = Decider(None, Timing(lower=1.0, upper=1.0, lane=0.0)).decide(
        [make_opportunity()], [History()]
    )[0]

    assert decision.fallback and decision.sent
    assert (decision.learned, decision.send_probability) == (1.0, 1.0)
