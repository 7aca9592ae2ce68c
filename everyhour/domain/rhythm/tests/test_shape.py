"""One date from plain values: usual day, parts that differ, school, holidays, two homes."""

import random
from datetime import date, timedelta

import pytest

from everyhour.domain.practices.vocabulary import SITUATIONS
from everyhour.domain.rhythm.shape import (
    ANCHORS,
    AROUND,
    CustodyPattern,
    DateRange,
    PartOfDay,
    Routine,
    day,
)

USUAL = {"wakes": 420, "school_starts": 510, "home_again": 930, "dinner": 1095, "bed": 1200}
TUESDAY, FRIDAY, SATURDAY = date(2026, 11, 17), date(2026, 11, 20), date(2026, 11, 21)
HOLIDAYS = DateRange(True, date(2026, 11, 16), date(2026, 11, 20))


def build(on: date, usual=USUAL, **routine):
    return day(on, Routine(usual, **routine))


def part(**columns) -> PartOfDay:
    return PartOfDay(**{"id": "p1", "kind": "chores", "begins": 960, "weekdays": {1}, **columns})


def names(one) -> list[str]:
    return [transition.name for transition in one.transitions]


def test_usual_day_has_school_monday_to_friday():
    assert names(build(FRIDAY)) == ["school", "home", "dinner", "bed"] and build(FRIDAY).school
    assert names(build(SATURDAY)) == ["dinner", "bed"] and not build(SATURDAY).school


def test_part_is_hard_if_a_situation_around_it_is():
    dinner, bed = (build(TUESDAY, hard=["homework"]).transition(name) for name in ("dinner", "bed"))

    assert (dinner.hard, dinner.situation) == (True, "homework")
    assert (bed.hard, bed.situation) == (False, "bedtime")


def test_replacing_part_keeps_the_name_it_replaces():
    later = part(kind="bed", begins=1260, hard=True)

    assert build(TUESDAY, parts=(later,)).transition("bed").minute == 1260
    assert build(TUESDAY, parts=(later,)).transition("bed").hard
    assert build(FRIDAY, parts=(later,)).transition("bed").minute == 1200


def test_additional_part_is_named_by_its_id():
    piano = build(TUESDAY, parts=(part(name="piano", situation="waiting", ends=1020),)).transition(
        "p1"
    )

    assert (piano.kind, piano.situation, piano.minute, piano.ends, piano.words) == (
        "chores",
        "waiting",
        960,
        1020,
        "piano",
    )


def test_off_removes_a_part_and_school_off_removes_home():
    assert names(build(TUESDAY, parts=(part(kind="dinner", off=True),))) == [
        "school",
        "home",
        "bed",
    ]
    assert names(build(TUESDAY, parts=(part(kind="school_starts", off=True),))) == ["dinner", "bed"]


def test_alternate_weeks_count_from_the_anchor():
    piano = part(every_weeks=2, anchor=FRIDAY)

    assert [
        week
        for week in range(5)
        if "p1" in names(build(TUESDAY + timedelta(weeks=week), parts=(piano,)))
    ] == [0, 2, 4]
    assert "p1" in names(build(TUESDAY - timedelta(weeks=2), parts=(piano,)))


def test_no_school_in_holidays_or_outside_terms():
    autumn = DateRange(False, date(2026, 9, 1), TUESDAY)

    assert not build(TUESDAY, seasons=(HOLIDAYS,)).school
    assert build(TUESDAY, seasons=(autumn,)).school and not build(FRIDAY, seasons=(autumn,)).school
    assert not build(TUESDAY, seasons=(autumn, HOLIDAYS)).school
    assert not build(TUESDAY, seasons=(DateRange(True, HOLIDAYS.last, HOLIDAYS.first),)).school


def test_part_for_school_weeks_or_holidays_only():
    parts = (part(id="club", when="school"), part(id="camp", when="free"))

    assert "club" in names(build(TUESDAY, parts=parts)) and "camp" not in names(
        build(TUESDAY, parts=parts)
    )
    free = names(build(TUESDAY, parts=parts, seasons=(HOLIDAYS,)))
    assert "camp" in free and "club" not in free


def test_saturday_school_stops_in_holidays():
    saturdays = part(kind="school_starts", begins=540, weekdays={5})

    assert build(SATURDAY, parts=(saturdays,)).school
    assert not build(
        SATURDAY, parts=(saturdays,), seasons=(DateRange(True, FRIDAY, SATURDAY),)
    ).school


def test_day_in_the_other_home_has_no_transitions():
    here = CustodyPattern(date(2026, 11, 16), 2, {0, 1, 2, 3, 4})

    assert build(TUESDAY, custody=here).here and names(build(TUESDAY, custody=here))
    away = build(TUESDAY + timedelta(weeks=1), custody=here)
    assert not away.here and away.transitions == () and away.wakes == 420
    assert build(TUESDAY - timedelta(weeks=2), custody=here).here


def test_bed_after_midnight_belongs_to_the_date():
    assert build(FRIDAY, {**USUAL, "bed": 30}).transition("bed").minute == 1470
    late = build(FRIDAY, parts=(part(kind="bed", begins=30, ends=60, weekdays={4}),)).transition(
        "bed"
    )
    assert (late.minute, late.ends) == (1470, 1500)


def test_bed_before_dinner_is_allowed():
    assert names(build(SATURDAY, {"dinner": 1200, "bed": 1140})) == ["bed", "dinner"]


@pytest.mark.parametrize(("ends", "until"), [(1020, 1020), (60, 1500), (960, None), (None, None)])
def test_end_before_start_is_next_morning(ends, until):
    assert build(TUESDAY, parts=(part(ends=ends),)).transition("p1").ends == until


def test_part_for_fewer_days_wins_the_usual_name():
    every_day = part(id="all", kind="bed", begins=1230, weekdays=set(range(7)))
    tuesdays = part(id="one", kind="bed", begins=1290)

    built = build(TUESDAY, parts=(every_day, tuesdays))

    assert built.transition("bed").minute == 1290 and built.transition("all").minute == 1230


@pytest.mark.parametrize("seed", range(300))
def test_any_input_gives_a_consistent_day(seed):
    rng = random.Random(seed)
    kinds = [*ANCHORS.values(), *SITUATIONS, "", "strange"]
    usual = {
        kind: rng.choice([rng.randrange(1440), -5, 5000, None, True, "8"])
        for kind in rng.sample(kinds, 5)
    }
    parts = tuple(
        part(
            id=str(n),
            kind=rng.choice(kinds),
            begins=rng.randrange(3000),
            ends=rng.choice([None, rng.randrange(3000)]),
            weekdays={rng.randrange(9) for _ in range(3)},
            when=rng.choice(["always", "school", "free", "?"]),
            every_weeks=rng.randrange(4),
            anchor=rng.choice([None, FRIDAY]),
            off=rng.random() < 0.2,
        )
        for n in range(rng.randrange(12))
    )
    turns = rng.choice(
        [None, CustodyPattern(FRIDAY, rng.randrange(3), {rng.randrange(20) for _ in range(9)})]
    )

    for n in range(21):
        one = day(
            TUESDAY + timedelta(days=n), Routine(usual, ["bedtime"], parts, (HOLIDAYS,), turns)
        )

        assert len(set(names(one))) == len(one.transitions)
        assert [t.minute for t in one.transitions] == sorted(t.minute for t in one.transitions)
        assert all(t.minute >= 0 and (t.ends is None or t.ends > t.minute) for t in one.transitions)
        assert one.here or not one.transitions


def test_situations_are_in_the_vocabulary():
    assert {situation for around in AROUND.values() for situation in around} <= set(SITUATIONS)
