"""What suits gets more weight; what cannot be done here gets none."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from everyhour.engine.choosing import (
    CARE_SITUATIONS,
    DANGERS,
    PRESENCE_ONLY,
    STATES,
    Candidate,
    weigh,
)
from everyhour.engine.tests import generated

WALL = Candidate(
    "wall-push",
    states=frozenset(STATES),
    situations=frozenset({"homework"}),
    seconds=(60, 60),
    materials=1,
)


@settings(deadline=None)
@given(generated.candidates, generated.states, generated.situations)
def test_weight_is_never_negative(candidate, state, situation):
    assert weigh(candidate, state, situation) >= 0


@settings(deadline=None)
@given(generated.candidates, generated.situations)
def test_fear_and_terror_keep_only_what_is_for_now(candidate, situation):
    here = replace(candidate, situations=candidate.situations | {situation})
    elsewhere = replace(candidate, situations=candidate.situations - {situation, "any"})

    assert all(weigh(here, state, situation) > 0 for state in PRESENCE_ONLY)
    assert all(weigh(elsewhere, state, situation) == 0 for state in PRESENCE_ONLY)


@settings(deadline=None)
@given(generated.candidates, generated.states, generated.situations)
def test_what_is_for_an_event_weighs_nothing_at_other_times(candidate, state, situation):
    for_party = replace(candidate, situations=frozenset({"party"}))

    assert situation == "party" or weigh(for_party, state, situation) == 0


@settings(deadline=None)
@given(generated.candidates, generated.states, st.sampled_from(sorted(DANGERS)))
def test_danger_weighs_presence_only(candidate, state, danger):
    busy = replace(candidate, presence=False, situations=candidate.situations - {danger})

    assert weigh(busy, state, danger) == 0


@pytest.mark.parametrize("situation", sorted(CARE_SITUATIONS))
@pytest.mark.parametrize("touch", ["optional", "needed"])
def test_touch_is_no_default_at_dressing_bath_and_bed(situation, touch):
    hug = replace(WALL, materials=0, situations=frozenset({"any"}), touch=touch)

    assert weigh(hug, "alert", situation) == 0 < weigh(hug, "alert", "homework")
    assert weigh(replace(hug, situations=frozenset({situation})), "alert", situation) > 0


@pytest.mark.parametrize("lively", [{"energy": "up"}, {"cautions": frozenset({"competition"})}])
def test_nothing_lively_at_bath_and_bed_unless_made_for_it(lively):
    race = replace(WALL, situations=frozenset({"any"}), **lively)

    assert weigh(race, "alert", "bath") == weigh(race, "alert", "waking") == 0
    assert weigh(race, "alert", "homework") > 0
    assert weigh(replace(race, situations=frozenset({"bath"})), "alert", "bath") > 0


def test_specific_situation_outweighs_any_and_other():
    here, any_time, elsewhere = (
        replace(WALL, materials=0, situations=frozenset({s})) for s in ("homework", "any", "chores")
    )

    reported = [weigh(practice, "calm", "homework") for practice in (here, any_time, elsewhere)]

    assert reported == sorted(reported, reverse=True)
    assert len(set(reported)) == 3


def test_materials_exclude_other_places():
    at_home = replace(WALL, works_in=frozenset({"home"}))

    assert weigh(at_home, "alert", "car") == 0
    assert weigh(replace(at_home, materials=0), "alert", "car") == 0
    assert weigh(replace(at_home, materials=0, works_in=frozenset({"car"})), "alert", "car") > 0


@pytest.mark.parametrize("state", ["alert", "alarm", "drifting", "shutdown"])
def test_no_materials_weighs_more_outside_calm(state):
    assert weigh(replace(WALL, materials=0), state, "homework") > weigh(WALL, state, "homework")


def test_side_by_side_weighs_more_in_alarm():
    beside = replace(WALL, side_by_side=True)

    assert weigh(beside, "alarm", "homework") > weigh(WALL, "alarm", "homework")
    assert weigh(beside, "calm", "homework") == weigh(WALL, "calm", "homework")


def test_long_practices_weigh_less():
    long = replace(WALL, seconds=(240, 600))

    assert weigh(long, "alarm", "homework") < weigh(WALL, "alarm", "homework")
    assert weigh(long, "calm", "homework") == weigh(WALL, "calm", "homework")


def test_energy_direction_fits_the_state():
    up, down = replace(WALL, energy="up"), replace(WALL, energy="down")

    assert weigh(down, "alarm", "homework") > weigh(up, "alarm", "homework")
    assert weigh(up, "drifting", "homework") > weigh(down, "drifting", "homework")
