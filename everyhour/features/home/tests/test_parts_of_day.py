"""Which part of the day is next, and the seven days as a picture: plain values in and out."""

from datetime import UTC, date, datetime, timedelta

import pytest

from everyhour.domain.rhythm.shape import CustodyPattern, PartOfDay, Routine, day
from everyhour.features.home import last_days
from everyhour.features.home.next_moment import draw
from everyhour.features.home.parts_of_day import Part, next_part

DAY = {"wakes": 420, "school_starts": 510, "home_again": 930, "dinner": 1095, "bed": 1200}
MONDAY, SATURDAY = date(2026, 11, 16), date(2026, 11, 21)
CHICAGO = [(datetime(2020, 1, 1, tzinfo=UTC), "America/Chicago")]


def next_of(minute: int, on: date, usual: dict, hard: list[str], **told) -> Part | None:
    return next_part(minute, day(on, Routine(usual, hard, **told)), hard)


@pytest.mark.parametrize(
    ("minute", "on", "part"),
    [
        (430, MONDAY, Part("school", "leaving", 510)),
        (600, MONDAY, Part("home", "after_school", 930, soon=False)),
        (1000, MONDAY, Part("dinner", "mealtime", 1095)),
        (1100, MONDAY, Part("bed", "bedtime", 1200)),
        (1200, MONDAY, None),
        (430, SATURDAY, Part("dinner", "mealtime", 1095, soon=False)),
    ],
)
def test_the_day_as_it_was_told(minute, on, part):
    assert next_of(minute, on, DAY, []) == part


def test_what_the_family_calls_hard_comes_before_what_is_usual():
    assert next_of(1000, MONDAY, DAY, ["homework"]).situation == "homework"
    assert next_of(1100, MONDAY, DAY, ["teeth", "homework"]).situation == "teeth"


@pytest.mark.parametrize(
    ("minute", "name"), [(500, "morning"), (800, "afternoon"), (1100, "evening")]
)
def test_without_a_told_day_there_is_still_a_part(minute, name):
    assert next_of(minute, MONDAY, {}, []) == Part(name)
    assert next_of(minute, MONDAY, {}, ["screens"]).situation == "screens"


def test_a_part_of_this_very_date_comes_in_its_turn_with_the_familys_words():
    piano = PartOfDay("p1", "chores", 960, weekdays={0}, name="piano")

    assert next_of(950, MONDAY, DAY, [], parts=(piano,)) == Part("p1", "chores", 960, words="piano")
    assert next_of(950, MONDAY, DAY, []).name == "dinner"


def test_in_the_other_home_no_part_is_next():
    assert next_of(950, MONDAY, DAY, [], custody=CustodyPattern(MONDAY, 1, {5, 6})) is None


def test_the_dice_fall_the_same_way_for_the_same_seed_and_evenly_for_others():
    drawn = [draw("ada", str(n), "dinner") for n in range(2000)]

    assert draw("ada", "2026-11-19", "dinner") == draw("ada", "2026-11-19", "dinner")
    assert all(0 <= d < 1 for d in drawn)
    assert abs(sum(drawn) / len(drawn) - 0.5) < 0.03


def drawn(on: date, at: datetime, moments=()):
    week = last_days.week_until(on, zones=CHICAGO, wakes=420)
    return last_days.draw(week, moments, at, wakes=420, bed=1200)


def test_a_night_is_one_soft_bar_and_what_is_to_come_is_empty():
    mini = drawn(date(2026, 11, 19), datetime(2026, 11, 19, 23, 40, tzinfo=UTC))

    assert [width for _x, _y, width in mini.sleeps] == [11 * 14 - 2] * 6
    assert len(mini.dots) == 6 * 13 + 11
    assert mini.marks == []


def test_the_small_hours_belong_to_the_night_before():
    mini = drawn(
        date(2026, 11, 19),
        datetime(2026, 11, 19, 23, 40, tzinfo=UTC),
        [(datetime(2026, 11, 19, 8, 30, tzinfo=UTC), "got")],
    )

    (mark,) = mini.marks
    assert (mark.x, mark.y, mark.got) == (
        19 * 14 + 7,
        5 * 14 + 7,
        1,
    )  # half past two at night, in the row of Wednesday


def test_several_in_one_hour_are_one_larger_light():
    at = datetime(2026, 11, 19, 18, 5, tzinfo=UTC)
    mini = drawn(
        date(2026, 11, 19), at + timedelta(hours=3), [(at, "given"), (at, "given"), (at, "given")]
    )

    (mark,) = mini.marks
    assert (mark.given, mark.size) == (3, 5.1)


def test_a_light_in_the_hour_of_therapy_lies_inside_the_square():
    at = datetime(2026, 11, 19, 18, 5, tzinfo=UTC)
    mini = drawn(
        date(2026, 11, 19),
        at + timedelta(hours=3),
        [(at, "given"), (at, "given"), (at, "given"), (at, "professional")],
    )

    (mark,) = mini.marks
    assert (mark.given, mark.professional, mark.size) == (3, 1, 2.6)


def test_the_day_the_clocks_go_back_has_one_hour_more():
    mini = drawn(date(2026, 11, 3), datetime(2026, 11, 4, 4, tzinfo=UTC))

    assert mini.width == 25 * 14
