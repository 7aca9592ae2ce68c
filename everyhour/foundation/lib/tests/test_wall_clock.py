"""Local times become the right instants, in every zone and on nights of a clock change."""

import doctest
import itertools
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from everyhour.foundation.lib import recurring, wall_clock
from everyhour.foundation.lib.recurring import Weekdays

NEW_YORK, PHOENIX, LONDON = "America/New_York", "America/Phoenix", "Europe/London"
SUNDAY = 6
# Changes of an hour, of half an hour, and at midnight; zones near the date line; no changes.
ZONES = (
    NEW_YORK,
    PHOENIX,
    LONDON,
    "Pacific/Kiritimati",
    "Pacific/Chatham",
    "Australia/Lord_Howe",
    "Africa/Cairo",
    "Africa/Casablanca",
    "America/Nuuk",
    "America/Santiago",
    "Asia/Beirut",
    "Asia/Kolkata",
    "UTC",
)


def wall(zone: str, *parts: int) -> datetime:
    return datetime(*parts, tzinfo=ZoneInfo(zone)).astimezone(UTC)


@pytest.mark.parametrize(
    ("pattern", "minute", "asked", "expected"),
    [
        (Weekdays(), 30, (2026, 11, 1, 1), (2026, 11, 2, 0, 30)),
        (Weekdays(), 23 * 60 + 30, (2026, 3, 7, 23, 31), (2026, 3, 8, 23, 30)),
        (Weekdays({SUNDAY}), 23 * 60 + 30, (2026, 3, 7, 23, 31), (2026, 3, 8, 23, 30)),
        (Weekdays({SUNDAY}), 15, (2026, 11, 1, 0, 16), (2026, 11, 8, 0, 15)),
    ],
)
def test_following_crosses_clock_changes(pattern, minute, asked, expected):
    assert recurring.following(pattern, minute, NEW_YORK, after=wall(NEW_YORK, *asked)) == wall(
        NEW_YORK, *expected
    )


def test_missing_minute_becomes_the_first_valid_one_after_it():
    on = date(2026, 3, 8)

    assert wall_clock.instant(on, 150, NEW_YORK) == wall(NEW_YORK, 2026, 3, 8, 3)
    assert wall_clock.instant(on, 150, PHOENIX) == wall(PHOENIX, 2026, 3, 8, 2, 30)


def test_span_over_the_short_night_ends_by_local_time():
    night = wall_clock.span(date(2026, 3, 7), 22 * 60, 6 * 60, NEW_YORK)

    assert night.end == wall(NEW_YORK, 2026, 3, 8, 6)
    assert night.minutes == 7 * 60
    assert night.end not in night


def test_span_over_the_long_night_includes_the_repeated_hour():
    assert wall_clock.span(date(2026, 11, 1), 30, 300, NEW_YORK).minutes == 5.5 * 60


def test_span_within_the_missing_hour_is_none():
    assert wall_clock.span(date(2026, 3, 8), 2 * 60, 3 * 60, NEW_YORK) is None


def test_dates_begin_at_local_midnight():
    assert wall_clock.instant(date(2026, 6, 1), 0, LONDON) == datetime(2026, 5, 31, 23, tzinfo=UTC)
    night = datetime(2026, 11, 22, 3, 40, tzinfo=UTC)
    assert wall_clock.date_in(NEW_YORK, night) == date(2026, 11, 21)


def test_skipped_date_has_no_instant_and_later_ones_follow():
    samoa = recurring.instants(
        Weekdays(), 600, "Pacific/Apia", after=wall("Pacific/Apia", 2011, 12, 28, 12)
    )

    assert [wall_clock.date_in("Pacific/Apia", next(samoa)).day for _ in range(3)] == [29, 31, 1]


def test_pattern_without_weekdays_has_no_following_instant():
    never = Weekdays(frozenset())
    new_year = datetime(2026, 1, 1, tzinfo=UTC)

    assert recurring.following(never, 600, LONDON, after=new_year) is None


@given(
    zone=st.sampled_from(ZONES),
    on=st.dates(date(2025, 1, 1), date(2027, 12, 30)),
    minute=st.integers(0, 1439),
)
def test_each_instant_is_the_first_at_or_after_its_local_minute(zone, on, minute):
    at = wall_clock.instant(on, minute, zone)

    shown, before = (
        then.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
        for then in (at, at - timedelta(minutes=1))
    )
    wanted = datetime.combine(on, datetime.min.time()) + timedelta(minutes=minute)
    assert shown >= wanted and before < wanted


@given(
    zone=st.sampled_from(ZONES),
    after=st.datetimes(datetime(2025, 1, 1), datetime(2027, 12, 1), timezones=st.just(UTC)),
    minute=st.integers(0, 1439),
)
def test_daily_instants_have_no_gap_and_no_duplicate(zone, after, minute):
    coming = recurring.instants(Weekdays(), minute, zone, after=after)

    found = [next(coming) for _ in range(4)]

    assert found[0] > after and found == sorted(set(found))
    assert all(
        timedelta(hours=22) <= later - sooner <= timedelta(hours=26)
        for sooner, later in itertools.pairwise(found)
    )


def test_without_leaves_the_pieces_around_a_span():
    day = wall_clock.span(date(2026, 11, 23), 600, 1200, LONDON)
    lunch = wall_clock.span(date(2026, 11, 23), 720, 780, LONDON)

    assert [piece.minutes for piece in day.without(lunch)] == [120, 420]
    assert list(lunch.without(day)) == []
    assert list(lunch.without(wall_clock.span(date(2026, 11, 24), 600, 1200, LONDON))) == [lunch]


def test_doctests_pass():
    assert doctest.testmod(wall_clock).failed == doctest.testmod(recurring).failed == 0
