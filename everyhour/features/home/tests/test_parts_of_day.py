"""The next part of the day, and the picture of the last seven days, as pure functions."""

from datetime import UTC, date, datetime, timedelta

import pytest

from everyhour.domain.rhythm.shape import CustodyPattern, PartOfDay, Routine, day
from everyhour.features.home import last_days
from everyhour.features.home.next_moment import draw_uniform
from everyhour.features.home.parts_of_day import Part, find_next_part

DAY = {"wakes": 420, "school_starts": 510, "home_again": 930, "dinner": 1095, "bed": 1200}
MONDAY, SATURDAY = date(2026, 11, 16), date(2026, 11, 21)
CHICAGO = [(datetime(2020, 1, 1, tzinfo=UTC), "America/Chicago")]


def next_of(minute: int, on: date, usual: dict, hard: list[str], **rhythm) -> Part | None:
    return find_next_part(minute, day(on, Routine(usual, hard, **rhythm)), hard)


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
def test_next_part_follows_the_usual_day(minute, on, part):
    assert next_of(minute, on, DAY, []) == part


def test_hard_situation_replaces_the_usual_one():
    assert next_of(1000, MONDAY, DAY, ["homework"]).situation == "homework"
    assert next_of(1100, MONDAY, DAY, ["teeth", "homework"]).situation == "teeth"


@pytest.mark.parametrize(
    ("minute", "name"), [(500, "morning"), (800, "afternoon"), (1100, "evening")]
)
def test_without_a_rhythm_the_day_has_three_parts(minute, name):
    assert next_of(minute, MONDAY, {}, []) == Part(name)
    assert next_of(minute, MONDAY, {}, ["screens"]).situation == "screens"


def test_part_added_for_a_date_comes_next_in_the_familys_words():
    piano = PartOfDay("p1", "chores", 960, weekdays={0}, name="piano")

    assert next_of(950, MONDAY, DAY, [], parts=(piano,)) == Part("p1", "chores", 960, words="piano")
    assert next_of(950, MONDAY, DAY, []).name == "dinner"


def test_no_part_is_next_in_the_other_home():
    assert next_of(950, MONDAY, DAY, [], custody=CustodyPattern(MONDAY, 1, {5, 6})) is None


def test_draw_uniform_is_deterministic_and_uniform():
    drawn = [draw_uniform("ada", str(n), "dinner") for n in range(2000)]

    assert drawn == [draw_uniform("ada", str(n), "dinner") for n in range(2000)]
    assert all(0 <= d < 1 for d in drawn)
    assert abs(sum(drawn) / len(drawn) - 0.5) < 0.03


def drawn(on: date, at: datetime, moments=()):
    week = last_days.week_until(on, zones=CHICAGO, wakes=420)
    return last_days.draw(week, moments, at, wakes=420, bed=1200)


def test_night_is_one_bar_and_future_hours_are_empty():
    mini = drawn(date(2026, 11, 19), datetime(2026, 11, 19, 23, 40, tzinfo=UTC))

    assert [width for _x, _y, width in mini.sleeps] == [11 * 14 - 2] * 6
    assert len(mini.dots) == 6 * 13 + 11
    assert mini.marks == []


def test_hours_before_waking_belong_to_the_day_before():
    mini = drawn(
        date(2026, 11, 19),
        datetime(2026, 11, 19, 23, 40, tzinfo=UTC),
        [(datetime(2026, 11, 19, 8, 30, tzinfo=UTC), "got")],
    )

    (mark,) = mini.marks
    # 2:30 am on Thursday is the 20th hour of Wednesday's row.
    assert (mark.x, mark.y, mark.got) == (19 * 14 + 7, 5 * 14 + 7, 1)


def test_moments_of_one_hour_share_a_larger_light():
    at = datetime(2026, 11, 19, 18, 5, tzinfo=UTC)
    mini = drawn(
        date(2026, 11, 19), at + timedelta(hours=3), [(at, "given"), (at, "given"), (at, "given")]
    )

    (mark,) = mini.marks
    assert (mark.given, mark.size) == (3, 5.1)


def test_light_in_a_therapy_hour_fits_inside_the_square():
    at = datetime(2026, 11, 19, 18, 5, tzinfo=UTC)
    mini = drawn(
        date(2026, 11, 19),
        at + timedelta(hours=3),
        [(at, "given"), (at, "given"), (at, "given"), (at, "professional")],
    )

    (mark,) = mini.marks
    assert (mark.given, mark.professional, mark.size) == (3, 1, 2.6)


def test_day_with_25_hours_widens_the_picture():
    mini = drawn(date(2026, 11, 3), datetime(2026, 11, 4, 4, tzinfo=UTC))

    assert mini.width == 25 * 14
