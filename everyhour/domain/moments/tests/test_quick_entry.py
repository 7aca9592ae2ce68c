"""Quick entry reads a line of text; words it does not understand stay in the text."""

import doctest
from datetime import datetime

import pytest

from everyhour.domain.moments.quick_entry import read, reading

MONDAY = datetime(2026, 11, 23, 18, 0)  # local time
TITLES = {
    "wall-push": "Push the wall",
    "rocking-chair-or-glide": "Rocking chair or glide",
    "empujar": "Empujar la pared",
}
PEOPLE = {"children": {"w": "Wren", "f": "Finn"}, "givers": {"n": "Nana", "a": "Ada"}}


def read_line(line: str):
    return read(line, now=MONDAY, titles=TITLES, **PEOPLE)


def test_doctest_passes():
    assert doctest.testmod(reading).failed == 0


@pytest.mark.parametrize(
    ("line", "wall"),
    [
        ("hummed", None),
        ("hummed yesterday at 6", "2026-11-22T18:00"),
        ("hummed at 7:15 am", "2026-11-23T07:15"),
        ("hummed at 9 pm", "2026-11-22T21:00"),
        ("hummed at 8.30 pm on friday", "2026-11-20T20:30"),
        ("monday after school we hummed", "2026-11-16T15:30"),
        ("hummed last night", "2026-11-22T20:30"),
        ("hummed 2 hours ago", "2026-11-23T16:00"),
        ("hummed 3 days ago at noon", "2026-11-20T12:00"),
        ("hummed 7pm", "2026-11-22T19:00"),
        ("hummed 5:30 pm", "2026-11-23T17:30"),
        ("hummed 17:15", "2026-11-23T17:15"),
        ("hummed 9 pm last night", "2026-11-22T21:00"),
        ("2026-11-20 hummed 19h30", "2026-11-20T19:30"),
        ("hummed on November 3rd at 6", "2026-11-03T18:00"),
        ("hummed 24 dec 8 pm", "2025-12-24T20:00"),
        ("cantamos el 5 de octubre 7 pm", "2026-10-05T19:00"),
        ("cantamos ayer a las 6", "2026-11-22T18:00"),
        ("cantamos anoche", "2026-11-22T20:30"),
        ("cantamos hace 20 minutos", "2026-11-23T17:40"),
        ("cantamos anteayer por la mañana", "2026-11-21T08:30"),
        ("cantamos el sábado", "2026-11-21T18:00"),
        ("cantamos esta tarde", "2026-11-23T15:00"),
    ],
)
def test_reads_the_time(line, wall):
    entry = read_line(line)

    assert (entry.wall and f"{entry.wall:%Y-%m-%dT%H:%M}") == wall
    assert entry.text in ("hummed", "we hummed", "cantamos")


@pytest.mark.parametrize(
    ("line", "outcome"),
    [
        ("hummed, settled", "settled"),
        ("hummed, not settled", "not_yet"),
        ("hummed, it didn't help", "not_yet"),
        ("hummed, a bit better", "a_bit"),
        ("hummed, it got unsafe", "unsafe"),
        ("cantamos, se calmó", "settled"),
        ("cantamos, no se calmó", "not_yet"),
        ("cantamos, un poco mejor", "a_bit"),
        ("cantamos, todavía no", "not_yet"),
        ("hummed", ""),
        ("bitter melon", ""),
    ],
)
def test_reads_the_outcome(line, outcome):
    assert read_line(line).outcome == outcome


def test_reads_a_terse_line():
    evening = datetime(2026, 11, 23, 20, 0)

    entry = read("push the wall 7pm helped", now=evening, titles=TITLES, **PEOPLE)

    assert (entry.practice, entry.outcome, f"{entry.wall:%a %H:%M}", entry.text) == (
        "wall-push",
        "settled",
        "Mon 19:00",
        "push the wall",
    )


def test_reads_people_minutes_practice_and_kind():
    one = read_line("Nana pushed the wall with Wren for 5 min, homework")
    two = read_line("Wren and Finn sang")

    assert (one.giver, one.children, one.minutes, one.practice, one.situation) == (
        "n",
        ("w",),
        5,
        "wall-push",
        "homework",
    )
    assert (two.children, two.text) == (("w", "f"), "Wren and Finn sang")
    assert read_line("empujamos la pared 10 minutos").practice == "empujar"
    assert read_line("sat with tea, for me").kind == "got"
    assert read_line("drew with the therapist").kind == "professional"


@pytest.mark.parametrize(
    "line",
    [
        "",
        "   ",
        "12",
        "settled",
        "🎈🎈",
        "yesterday",
        "at 99:99",
        "99:99 pm",
        "feb 30",
        "0000-99-99",
        "0 min",
        "שלום לכם",
        "x" * 400,
        "(((",
        "at at at",
    ],
)
def test_no_line_loses_all_of_its_text(line):
    assert read_line(line).text or not line.strip()


def test_words_not_understood_stay_in_the_text():
    entry = read_line("her blanket, the blue one, rocked yesterday")

    assert entry.text == "her blanket, the blue one, rocked"
    assert read_line("hummed feb 30 at 99:99").text == "hummed feb 30 at 99:99"
