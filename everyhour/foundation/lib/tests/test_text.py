"""Text from outside is cleaned and bounded, and no text raises an error."""

import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from everyhour.foundation.lib.text import clean

anything = settings(deadline=None)
odd = st.text(
    st.characters() | st.sampled_from("\x00\x1b\x7f\u202e\u200b\u200d\ufeff \n\t\u2028"),
    max_size=300,
)
bounds = st.integers(0, 120)


@anything
@given(odd, bounds)
def test_cleaned_text_is_no_longer_than_before_or_the_limit(text, most):
    assert len(clean(text, most=most)) <= min(most, len(text))


@anything
@given(odd, bounds)
def test_no_invisible_characters_remain_except_joiners(text, most):
    left = clean(text, most=most)

    hidden = {character for character in left if unicodedata.category(character)[0] == "C"}
    assert hidden <= {"\u200d", "\u200c"}


@anything
@given(odd, bounds)
def test_cleaning_is_idempotent(text, most):
    once = clean(text, most=most)

    assert clean(once, most=most) == once


@anything
@given(odd, bounds)
def test_white_space_is_single_and_inside(text, most):
    left = clean(text, most=most)

    assert left == left.strip()
    assert not any(a.isspace() and b.isspace() for a, b in pairwise(left))


@anything
@given(st.lists(st.text("abcñé’", min_size=1, max_size=8), max_size=6).map(" ".join))
def test_plain_words_are_unchanged(text):
    assert clean(text, most=100) == text


@pytest.mark.parametrize(
    ("text", "most", "left"),
    [
        ("Wren\x00  \u202eis   here", 8, "Wren is"),
        ("  a\nb\tc ", 10, "a b c"),
        ("👩\u200d👧 hola", 20, "👩\u200d👧 hola"),
        ("می\u200cروم", 20, "می\u200cروم"),
        ("\ud800", 20, ""),
        ("", 20, ""),
    ],
)
def test_cleans_known_texts(text, most, left):
    assert clean(text, most=most) == left


def test_very_long_text_is_cut():
    assert clean("x" * 100_000, most=100) == "x" * 100


def test_words_after_many_hidden_characters_are_dropped():
    assert clean("\u200b" * 100_000 + "Wren", most=100) == ""
