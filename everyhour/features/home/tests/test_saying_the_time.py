"""The clock in words, in each language, to the nearest five minutes."""

import pytest
from django.utils import translation

from everyhour.features.home.words_of_time import clock


@pytest.mark.parametrize(
    ("hour", "minute", "said"),
    [
        (17, 40, "twenty to six"),
        (18, 15, "a quarter past six"),
        (0, 0, "midnight"),
        (23, 58, "midnight"),
        (12, 2, "noon"),
        (11, 58, "noon"),
        (12, 30, "half past twelve"),
        (12, 33, "twenty-five to one"),
        (0, 35, "twenty-five to one"),
        (6, 58, "seven o’clock"),
        (9, 7, "five past nine"),
        (9, 8, "ten past nine"),
        (23, 50, "ten to twelve"),
    ],
)
def test_in_english(hour, minute, said):
    with translation.override("en"):
        assert clock(hour * 60 + minute) == said


@pytest.mark.parametrize(
    ("hour", "minute", "said"),
    [
        (17, 40, "veinte para las seis"),
        (12, 45, "un cuarto para la una"),
        (13, 0, "la una en punto"),
        (18, 15, "las seis y cuarto"),
        (12, 0, "mediodía"),
        (0, 1, "medianoche"),
        (7, 30, "las siete y media"),
    ],
)
def test_in_spanish(hour, minute, said):
    with translation.override("es"):
        assert clock(hour * 60 + minute) == said


def test_every_minute_of_the_day_has_words():
    said = {clock(minute) for minute in range(24 * 60)}

    assert (
        len(said) == 2 + 12 * 12 - 1
    )  # noon and midnight take the place of one of the twelve o’clocks
    assert not any("{" in words for words in said)
