"""What suits gets more weight; what cannot be done here gets none."""

from dataclasses import replace

import pytest
from hypothesis import given, settings

from everyhour.engine.choosing import PRESENCE_ONLY, STATES, Candidate, weigh
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
def test_a_weight_is_never_below_nothing(candidate, state, situation):
    assert weigh(candidate, state, situation) >= 0


@settings(deadline=None)
@given(generated.candidates, generated.situations)
def test_presence_never_loses_all_its_weight_at_fear_and_terror(candidate, situation):
    assert all(weigh(candidate, state, situation) > 0 for state in PRESENCE_ONLY)


def test_made_for_this_outweighs_made_for_any_outweighs_made_for_elsewhere():
    here, any_time, elsewhere = (
        replace(WALL, materials=0, situations=frozenset({s})) for s in ("homework", "any", "chores")
    )

    told = [weigh(practice, "calm", "homework") for practice in (here, any_time, elsewhere)]

    assert told == sorted(told, reverse=True)
    assert len(set(told)) == 3


def test_what_must_be_fetched_at_home_is_not_weighed_in_the_car():
    at_home = replace(WALL, works_in=frozenset({"home"}))

    assert weigh(at_home, "alert", "car") == 0
    assert weigh(replace(at_home, materials=0), "alert", "car") == 0
    assert weigh(replace(at_home, materials=0, works_in=frozenset({"car"})), "alert", "car") > 0


@pytest.mark.parametrize("state", ["alert", "alarm", "drifting", "shutdown"])
def test_nothing_to_fetch_weighs_more_once_it_is_hard(state):
    assert weigh(replace(WALL, materials=0), state, "homework") > weigh(WALL, state, "homework")


def test_side_by_side_weighs_more_when_the_alarm_is_up():
    beside = replace(WALL, side_by_side=True)

    assert weigh(beside, "alarm", "homework") > weigh(WALL, "alarm", "homework")
    assert weigh(beside, "calm", "homework") == weigh(WALL, "calm", "homework")


def test_what_takes_too_long_for_the_state_weighs_less():
    long = replace(WALL, seconds=(240, 600))

    assert weigh(long, "alarm", "homework") < weigh(WALL, "alarm", "homework")
    assert weigh(long, "calm", "homework") == weigh(WALL, "calm", "homework")


def test_a_fast_body_is_offered_what_settles_and_a_drifting_one_what_wakes():
    up, down = replace(WALL, energy="up"), replace(WALL, energy="down")

    assert weigh(down, "alarm", "homework") > weigh(up, "alarm", "homework")
    assert weigh(up, "drifting", "homework") > weigh(down, "drifting", "homework")
