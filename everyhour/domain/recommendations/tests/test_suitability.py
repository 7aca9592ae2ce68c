"""Whether a planned practice suits this child, and which answer of the family excludes it."""

from datetime import UTC, date, datetime

import pytest

from everyhour.domain.recommendations import suitability
from everyhour.domain.recommendations.advisor import reasons
from everyhour.domain.recommendations.wording import RULES, not_suggested
from testing import make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("library")]
NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)


@pytest.fixture
def wren():
    return make.child(make.family(), born_in=date(2019, 5, 1))


def is_suitable(child, practice, situation="any"):
    return suitability.is_suitable(child, practice, situation=situation, zone="UTC", at=NOW)


def answer(child, practice, situation="any"):
    asked = [(practice, situation)]
    found = suitability.excluding_answers(child, asked, zone="UTC", at=NOW)
    return found.get((practice, situation))


@pytest.mark.parametrize(
    ("body", "practice", "situation"),
    [
        ("blind", "pop-the-bubble", "bath"),
        ("senses", "foil-hand", "homework"),
        ("deaf", "lyric-or-word-song-game", "car"),
    ],
)
def test_practice_without_a_way_for_the_body_is_not_suitable(wren, body, practice, situation):
    wren.functions_like_age = 10 if body == "deaf" else None
    assert is_suitable(wren, practice, situation) and answer(wren, practice, situation) is None

    wren.bodies = [body]

    assert not is_suitable(wren, practice, situation)
    assert answer(wren, practice, situation) == "body"


def test_never_comes_before_other_answers(wren):
    wren.bodies, wren.never = ["blind"], ["pop-the-bubble"]

    assert answer(wren, "pop-the-bubble") == "never"


def test_touch_is_an_answer_only_where_it_is_needed(wren):
    assert is_suitable(wren, "wheelbarrow-walk", "chores")
    wren.no_touch = True

    assert answer(wren, "wheelbarrow-walk", "chores") == "touch"
    assert is_suitable(wren, "foil-hand", "homework")  # it has a way without touch


def test_practice_outside_the_library_is_not_suitable_and_has_no_answer(wren):
    assert not is_suitable(wren, "gone-since")
    assert answer(wren, "gone-since") is None


def test_every_answer_has_its_sentence():
    assert set(reasons.FAMILY_RULES) == set(RULES)
    assert not_suggested("body", "Wren") == "Not suggested: It has no way that fits Wren’s body."
