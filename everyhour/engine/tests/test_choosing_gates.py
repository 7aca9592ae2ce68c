"""Hard gates of the offline rule."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from everyhour.engine.choosing import AGE_BOUND, PRESENCE_ONLY, STATES, Candidate, Wishes, allowed
from everyhour.engine.tests import generated

anywhere = settings(deadline=None)
HUM = Candidate("low-hum", states=frozenset(STATES), situations=frozenset({"any"}), presence=True)


@pytest.mark.parametrize("state", STATES)
def test_ungated_practice_is_allowed(state):
    assert allowed(HUM, state)


@anywhere
@given(generated.candidates, generated.states, generated.wishes)
def test_other_state_is_excluded(candidate, state, wishes):
    elsewhere = replace(candidate, states=candidate.states - {state})

    assert not allowed(elsewhere, state, wishes)


@anywhere
@given(generated.candidates, generated.states, generated.wishes)
def test_never_is_excluded(candidate, state, wishes):
    refused = replace(wishes, never=wishes.never | {candidate.slug})

    assert not allowed(candidate, state, refused)


@anywhere
@given(generated.candidates, st.sampled_from(sorted(PRESENCE_ONLY)), generated.wishes)
def test_fear_and_terror_allow_presence_only(candidate, state, wishes):
    busy = replace(candidate, presence=False)

    assert not allowed(busy, state, wishes)


@anywhere
@given(generated.candidates, generated.states, generated.wishes)
def test_needed_touch_is_excluded(candidate, state, wishes):
    hug = replace(candidate, touch="needed")

    assert not allowed(hug, state, replace(wishes, touch=False))


@pytest.mark.parametrize("touch", ["none", "optional"])
def test_optional_touch_stays_allowed(touch):
    assert allowed(replace(HUM, touch=touch), "calm", Wishes(touch=False))


@anywhere
@given(generated.candidates, generated.states, generated.wishes, st.sampled_from(sorted(AGE_BOUND)))
def test_age_dangers_are_excluded_at_unknown_age(candidate, state, wishes, danger):
    dangerous = replace(candidate, cautions=candidate.cautions | {danger})

    assert not allowed(dangerous, state, replace(wishes, age=None))


def test_balloon_is_excluded_at_unknown_age():
    balloon = replace(HUM, age=(8, 12), cautions=frozenset({"balloon"}))

    assert not allowed(balloon, "calm")
    assert allowed(balloon, "calm", Wishes(age=8))


@anywhere
@given(generated.candidates, generated.states, generated.wishes, st.integers(0, 30))
def test_outside_age_range_is_excluded(candidate, state, wishes, age):
    youngest, oldest = candidate.age

    if not youngest <= age <= oldest:
        assert not allowed(candidate, state, replace(wishes, age=age))


@pytest.mark.parametrize(("age", "fits"), [(3, False), (4, True), (10, True), (11, False)])
def test_age_range_is_inclusive(age, fits):
    assert allowed(replace(HUM, age=(4, 10)), "calm", Wishes(age=age)) is fits


@anywhere
@given(generated.candidates, generated.states, generated.wishes)
def test_failed_gate_returns_its_reason(candidate, state, wishes):
    """The rule agrees with a clinician's list of gates on every generated practice."""
    shut = [
        state not in candidate.states,
        state in ("fear", "terror") and not candidate.presence,
        candidate.slug in wishes.never,
        candidate.touch == "needed" and not wishes.touch,
        wishes.age is None
        and bool(candidate.cautions & {"choking", "balloon", "small_parts", "weight"}),
        wishes.age is not None and wishes.age < candidate.age[0],
        wishes.age is not None and wishes.age > candidate.age[1],
    ]

    assert allowed(candidate, state, wishes) is not any(shut)
