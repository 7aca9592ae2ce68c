"""Hard gates of the offline rule."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from everyhour.engine.choosing import (
    AGE_BOUND,
    BODIES,
    CARE_SITUATIONS,
    EVENTS,
    GATES,
    PRESENCE_ONLY,
    STATES,
    Candidate,
    Wishes,
    allowed,
)
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
        assert not allowed(candidate, state, replace(wishes, age=age, months=None))


@pytest.mark.parametrize(("age", "fits"), [(3, False), (4, True), (10, True), (11, False)])
def test_age_range_is_inclusive(age, fits):
    assert allowed(replace(HUM, age=(4, 10)), "calm", Wishes(age=age)) is fits


@pytest.mark.parametrize(
    ("real_age", "acts", "fits"), [(12, 3, True), (13, 3, False), (None, 3, True), (9, 5, False)]
)
def test_both_ages_must_fit(real_age, acts, fits):
    rocking = replace(HUM, age=(0, 4), real_age=(0, 12))

    assert allowed(rocking, "calm", Wishes(age=acts, real_age=real_age)) is fits


@pytest.mark.parametrize(("months", "fits"), [(2, False), (3, True), (9, True), (10, False)])
def test_months_decide_for_a_baby(months, fits):
    floor = replace(HUM, age=(5, 9), months=(3, 9))

    assert allowed(floor, "calm", Wishes(age=0, real_age=0, months=months)) is fits


def test_practice_without_months_fits_a_baby_by_years():
    wishes = Wishes(age=0, real_age=0, months=2)

    assert allowed(replace(HUM, age=(0, 3)), "calm", wishes)
    assert not allowed(replace(HUM, age=(1, 3)), "calm", wishes)


@pytest.mark.parametrize(
    ("facts", "fits"),
    [
        ({"age": (0, 99)}, True),
        ({"age": (6, 9)}, True),
        ({"age": (7, 99)}, False),
        ({"age": (0, 8)}, False),
        ({"real_age": (13, 99)}, False),
        ({"months": (0, 35)}, False),
        ({"cautions": frozenset({"balloon"})}, False),
    ],
)
def test_unknown_age_gets_what_suits_most_children(facts, fits):
    assert allowed(replace(HUM, **facts), "calm", Wishes(gates=GATES)) is fits


@anywhere
@given(generated.candidates, generated.states, generated.wishes, st.sampled_from(BODIES))
def test_body_without_a_way_is_excluded(candidate, state, wishes, body):
    wished = replace(wishes, bodies=wishes.bodies | {body})

    assert not allowed(replace(candidate, bodies=candidate.bodies - {body}), state, wished)


def test_every_body_needs_a_way():
    looking = replace(HUM, bodies=frozenset({"seated", "deaf"}))

    assert allowed(looking, "calm", Wishes(bodies=frozenset({"seated", "deaf"})))
    assert not allowed(looking, "calm", Wishes(bodies=frozenset({"seated", "blind"})))


@pytest.mark.parametrize("situation", sorted(CARE_SITUATIONS))
def test_touch_undressed_needs_a_yes(situation):
    hug = replace(HUM, touch="needed")

    assert not allowed(hug, "calm", Wishes(care_touch=False), situation)
    assert allowed(hug, "calm", Wishes(care_touch=True), situation)
    assert not allowed(hug, "calm", Wishes(touch=False, care_touch=True), situation)
    assert allowed(hug, "calm", Wishes(care_touch=False), "homework")


@pytest.mark.parametrize("event", sorted(EVENTS))
def test_what_is_for_an_event_is_excluded_at_other_times(event):
    made_for_it = replace(HUM, situations=frozenset({event}))

    assert allowed(made_for_it, "calm", Wishes(gates=GATES, age=8), event)
    assert not allowed(made_for_it, "calm", Wishes(gates=GATES, age=8), "homework")
    assert allowed(made_for_it, "calm", Wishes(age=8), "homework")  # as decided before version 2


@anywhere
@given(generated.candidates, generated.states, generated.wishes, generated.situations)
def test_gates_agree_with_a_clinicians_list(candidate, state, wishes, situation):
    """The rule agrees with a clinician's list of gates on every generated practice."""
    made_for_it = situation in candidate.situations
    by_months = wishes.months is not None and candidate.months is not None
    real = wishes.age if wishes.real_age is None else wishes.real_age
    shut = [
        state not in candidate.states,
        state in ("fear", "terror") and not candidate.presence,
        candidate.slug in wishes.never,
        candidate.touch == "needed" and not wishes.touch,
        candidate.touch == "needed"
        and not wishes.care_touch
        and situation in ("dressing", "pyjamas", "bath", "bedtime", "night"),
        bool(wishes.bodies - candidate.bodies),
    ]
    if wishes.age is None:
        shut.append(bool(candidate.cautions & {"choking", "balloon", "small_parts", "weight"}))
        if wishes.gates == 2:
            shut += [
                candidate.age[0] > 6 or candidate.age[1] < 9,
                candidate.months is not None,
                candidate.real_age[0] > 0,
            ]
    elif by_months:
        shut.append(not candidate.months[0] <= wishes.months <= candidate.months[1])
    else:
        shut += [
            not candidate.age[0] <= wishes.age <= candidate.age[1],
            not candidate.real_age[0] <= real <= candidate.real_age[1],
        ]
    if wishes.gates == 2 and not made_for_it:
        shut += [
            candidate.situations <= {"party", "being_hit"},
            situation == "being_hit" and not candidate.presence,
            state in ("fear", "terror") and "any" not in candidate.situations,
            candidate.energy == "up" and situation in ("bedtime", "bath"),
        ]

    assert allowed(candidate, state, wishes, situation) is not any(shut)
