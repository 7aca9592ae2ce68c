"""Icons and body-state lines are drawn inline, for every state and every situation we know."""

import pytest

from everyhour.domain.practices.vocabulary import SITUATIONS, STATES
from everyhour.domain.recommendations.advisor import OUTCOMES
from everyhour.foundation.ui.templatetags import ui


@pytest.mark.parametrize("name", [*STATES, *OUTCOMES])
def test_every_state_and_outcome_has_a_line_of_its_own(name):
    assert ui.WAVES[name] in ui.wave(name)


@pytest.mark.parametrize("situation", SITUATIONS)
def test_every_situation_has_an_icon(situation):
    assert situation in ui.SITUATION_ICONS
    assert "<path" in ui.situation_icon(situation)


def test_an_unknown_situation_gets_the_icon_of_something_else():
    assert ui.situation_icon("any") == ui.situation_icon("swimming") == ui.icon("dots-three")


def test_a_week_is_drawn_with_its_one_hour_of_therapy():
    drawn = str(ui.week_of_dots())

    assert drawn.count('class="t"') == 1
    assert drawn.count('class="z"') == 7
    lights = drawn.count('class="g"')
    assert lights > 7
    assert drawn.count('class="o"') == 7 * 17 - 1 - lights


def test_the_child_is_put_into_a_sentence():
    assert (
        ui.of_child("{Child} is afraid. Stay by {child}.", ("your child", "Your child"))
        == "Your child is afraid. Stay by your child."
    )


def test_looking_up_in_nothing_gives_nothing():
    assert (ui.at(None, "a"), ui.at({}, "a"), ui.at({"a": 1}, "a")) == ("", "", 1)
