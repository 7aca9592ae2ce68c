"""What the page says of one practice never contradicts itself."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from everyhour.domain.recommendations.estimates import ALIKE, LESS, MORE
from everyhour.domain.recommendations.wording import RULES
from everyhour.features.helps import tries
from everyhour.features.helps.verdict import (
    CARDS,
    ENOUGH,
    FINDING,
    GOOD,
    HEADINGS,
    LEAVE,
    NOTES,
    SOMETIMES,
    decide,
    group_of,
)

COUNTS = st.integers(0, 300).flatmap(lambda tried: st.tuples(st.integers(0, tried), st.just(tried)))
SAYS = st.sampled_from(["", MORE, LESS, ALIKE, *RULES, "another rule"])


@pytest.mark.parametrize(
    ("helped", "tried", "where"),
    [
        (7, 9, GOOD),
        (4, 4, FINDING),
        (5, 5, GOOD),
        (1, 6, LEAVE),
        (0, 4, FINDING),
        (4, 8, SOMETIMES),
        (32, 59, SOMETIMES),
        (0, 0, FINDING),
    ],
)
def test_tries_are_grouped(helped, tried, where):
    assert group_of(helped, tried) == where


@given(COUNTS)
def test_group_fits_the_count(counted):
    helped, tried = counted
    where = group_of(helped, tried)

    assert (where == FINDING) == (tried < ENOUGH)
    assert where != GOOD or helped * 2 > tried
    assert where != LEAVE or helped * 2 < tried
    assert where != SOMETIMES or 0 < helped < tried


@given(COUNTS, SAYS, st.sampled_from(["", "at bedtime"]))
def test_sentences_fit_the_group(counted, says, when):
    said = decide(*counted, says=says, when=when, child="Wren")

    assert said.group in HEADINGS
    assert not (said.group == GOOD and "less often" in said.suggestion)
    assert not (said.group == LEAVE and "more often" in said.suggestion)
    assert ("luck" in said.note) == (counted[1] < ENOUGH)
    assert ("either way" in said.note) == (said.group == SOMETIMES)
    assert bool(said.note) == (said.group in NOTES)
    assert when or "at bedtime" not in said.suggestion


@given(COUNTS)
def test_one_more_success_never_lowers_the_group(counted):
    helped, tried = counted
    order = [LEAVE, SOMETIMES, GOOD]
    here, after = group_of(helped, tried), group_of(helped + 1, tried + 1)

    assert FINDING in (here, after) or order.index(after) >= order.index(here)


def test_cards_are_three_in_this_order():
    assert CARDS == (GOOD, SOMETIMES, FINDING)
    assert [str(HEADINGS[key]) for key in CARDS] == [
        "Usually works",
        "Sometimes works",
        "Still finding out",
    ]


def a_try(situation: str) -> tries.Try:
    return tries.Try("wall-push", "alarm", situation, "settled", at=None)


def test_situation_is_named_only_when_all_tries_share_it():
    assert tries.row("wall-push", [a_try("bedtime")] * 3, "Wall push").when == "at bedtime"
    mixed = tries.row("wall-push", [a_try("bedtime"), a_try("bedtime"), a_try("car")], "Wall push")
    assert (mixed.when, mixed.situation) == ("", "any")
