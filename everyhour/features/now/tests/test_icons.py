"""Inline icons and lines for every state, outcome and situation, and small template filters."""

import pytest

from everyhour.domain.practices.vocabulary import SITUATIONS, STATES
from everyhour.domain.recommendations.advisor import OUTCOMES
from everyhour.foundation.ui.templatetags import ui


@pytest.mark.parametrize("name", [*STATES, *OUTCOMES])
def test_every_state_and_outcome_has_its_line(name):
    assert ui.WAVES[name] in ui.wave(name)


@pytest.mark.parametrize("situation", SITUATIONS)
def test_every_situation_has_an_icon(situation):
    assert situation in ui.SITUATION_ICONS
    assert "<path" in ui.situation_icon(situation)


def test_unknown_situation_gets_the_icon_of_something_else():
    assert ui.situation_icon("any") == ui.situation_icon("swimming") == ui.icon("dots-three")


def test_week_of_dots_has_one_hour_of_therapy():
    drawn = str(ui.week_of_dots())

    assert drawn.count('class="t"') == 1
    assert drawn.count('class="z"') == 7
    lights = drawn.count('class="g"')
    assert lights > 7
    assert drawn.count('class="o"') == 7 * 17 - 1 - lights


def test_of_child_fills_in_the_child():
    assert (
        ui.of_child("{Child} is afraid. Stay by {child}.", ("your child", "Your child"))
        == "Your child is afraid. Stay by your child."
    )


def test_at_returns_an_empty_string_for_a_missing_key():
    assert (ui.at(None, "a"), ui.at({}, "a"), ui.at({"a": 1}, "a")) == ("", "", 1)
