"""The hours of a week: usual weeks, weeks with clock changes, weeks with a flight."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from everyhour.foundation.lib import weeks

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
CHICAGO = [(LONG_AGO, "America/Chicago")]
NAMES = sorted(available_timezones() - {"localtime", "Factory"})


def real_hours(week: weeks.Week) -> timedelta:
    return week.end - week.start


def changes(name: str, *, years=(2026, 2027)) -> list[date]:
    """Return the days on which this zone's clock changes."""
    zone = ZoneInfo(name)
    days = [date(years[0], 1, 1) + timedelta(days=n) for n in range(365 * len(years))]
    offsets = [
        datetime(d.year, d.month, d.day, tzinfo=UTC).astimezone(zone).utcoffset() for d in days
    ]
    return [
        day
        for day, before, after in zip(days, offsets, offsets[1:], strict=False)
        if before != after
    ]


def test_usual_week_has_168_hours_from_waking_to_waking():
    week = weeks.week(date(2026, 11, 13), zones=CHICAGO, wakes=6 * 60 + 20)

    assert [len(day.hours) for day in week.days] == [24] * 7
    assert [hour.wall.hour for hour in week.days[0].hours] == [*range(6, 24), *range(6)]
    assert week.start == datetime(2026, 11, 13, 12, tzinfo=UTC)
    assert week.hours[0].key == "20261113T1200Z"
    assert not any(hour.repeated or hour.skipped for hour in week.hours)


def test_autumn_week_repeats_an_hour_and_has_169():
    week = weeks.week(date(2026, 10, 28), zones=CHICAGO, wakes=6 * 60)

    night = week.days[3]
    assert [len(day.hours) for day in week.days] == [24, 24, 24, 25, 24, 24, 24]
    assert night.on == date(2026, 10, 31)
    assert [hour.wall.hour for hour in night.hours if hour.wall.hour == 1] == [1, 1]
    assert [hour.wall.hour for hour in night.hours if hour.repeated] == [1]


def test_spring_week_skips_an_hour_and_has_167():
    week = weeks.week(date(2027, 3, 10), zones=CHICAGO, wakes=6 * 60)

    night = week.days[3]
    assert [len(day.hours) for day in week.days] == [24, 24, 24, 23, 24, 24, 24]
    assert 2 not in [hour.wall.hour for hour in night.hours]
    assert [hour.wall.hour for hour in night.hours if hour.skipped] == [3]


def test_week_begins_at_the_jump_when_waking_is_skipped():
    week = weeks.week(date(2027, 3, 14), zones=CHICAGO, wakes=2 * 60)

    assert week.start == datetime(2027, 3, 14, 8, tzinfo=UTC)
    assert week.hours[0].wall.hour == 3


def test_flying_east_shortens_a_day_and_changes_its_zone():
    zones = [*CHICAGO, (datetime(2026, 11, 18, 20, 20, tzinfo=UTC), "Europe/Berlin")]

    week = weeks.week(date(2026, 11, 16), zones=zones, wakes=7 * 60)

    flown = week.days[2]
    assert [len(day.hours) for day in week.days] == [24, 24, 17, 24, 24, 24, 24]
    assert [hour.wall.hour for hour in flown.hours] == [*range(7, 15), 22, 23, *range(7)]
    assert flown.zones == ["America/Chicago", "Europe/Berlin"]


def test_flying_west_lengthens_a_day():
    zones = [
        (LONG_AGO, "Europe/Berlin"),
        (datetime(2026, 11, 18, 13, tzinfo=UTC), "America/Chicago"),
    ]

    week = weeks.week(date(2026, 11, 16), zones=zones, wakes=7 * 60)

    assert [len(day.hours) for day in week.days] == [24, 24, 31, 24, 24, 24, 24]
    assert [hour.wall.hour for hour in week.days[2].hours][:9] == [7, 8, 9, 10, 11, 12, 13, 7, 8]


def test_day_lost_across_the_date_line_has_no_hours():
    zones = [
        (LONG_AGO, "Pacific/Pago_Pago"),
        (datetime(2026, 11, 18, 17, tzinfo=UTC), "Pacific/Kiritimati"),
    ]

    week = weeks.week(date(2026, 11, 16), zones=zones, wakes=6 * 60)

    assert [len(day.hours) for day in week.days].count(0) == 1
    assert sum((hour.length for hour in week.hours), timedelta()) == real_hours(week)


def test_half_hour_clock_change_makes_one_hour_half_as_long():
    week = weeks.week(date(2027, 4, 1), zones=[(LONG_AGO, "Australia/Lord_Howe")], wakes=6 * 60)

    assert sum((hour.length for hour in week.hours), timedelta()) == timedelta(hours=168.5)
    assert [hour.length for hour in week.hours if hour.length != timedelta(hours=1)] == [
        timedelta(minutes=30)
    ]
    assert {hour.wall.minute for hour in week.hours} == {0, 30}


def test_before_waking_belongs_to_the_day_before():
    before, after = (datetime(2026, 11, 16, hour, 59, tzinfo=UTC) for hour in (11, 12))

    days = [weeks.day_of(at, zones=CHICAGO, wakes=6 * 60) for at in (before, after)]

    assert days == [date(2026, 11, 15), date(2026, 11, 16)]


@pytest.mark.parametrize("names", [NAMES[n::6] for n in range(6)])
def test_hours_add_up_around_every_clock_change(names):
    for name in names:
        for day in changes(name):
            week = weeks.week(day - timedelta(days=3), zones=[(LONG_AGO, name)], wakes=6 * 60)

            zone, case = ZoneInfo(name), (name, day)
            lengths = [hour.length for hour in week.hours]
            moved = zone.utcoffset(week.hours[0].wall) - zone.utcoffset(week.hours[-1].wall)
            assert sum(lengths, timedelta()) == real_hours(week), case
            assert real_hours(week) == timedelta(hours=168) + moved, case
            assert all(timedelta(0) < length <= timedelta(hours=1) for length in lengths), case


instants = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))


@settings(deadline=None, max_examples=150)
@given(
    st.lists(st.tuples(instants, st.sampled_from(NAMES)), max_size=4),
    st.dates(date(2026, 1, 1), date(2027, 12, 20)),
    st.integers(0, 1439),
)
def test_travel_loses_no_hour_and_repeats_none(moves, first, wakes):
    week = weeks.week(first, zones=[(LONG_AGO, "Europe/Berlin"), *sorted(moves)], wakes=wakes)

    assert all(
        earlier.end == later.start
        for earlier, later in zip(week.hours, week.hours[1:], strict=False)
    )
    assert sum((hour.length for hour in week.hours), timedelta()) == real_hours(week)
    assert len({hour.key for hour in week.hours}) == len(week.hours)
