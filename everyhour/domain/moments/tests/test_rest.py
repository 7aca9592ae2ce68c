"""Rest after moments and hard moments, at night, in quiet hours, on days off."""

from datetime import UTC, date, datetime, timedelta

from everyhour.domain.moments.rest import PastMoment, Rest, rests

ZONES = [(datetime(2026, 1, 1, tzinfo=UTC), "America/Chicago")]


def utc(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


def found(*moments, start, end, quiet=None, days_off=(), zones=ZONES, sleep=None) -> list[Rest]:
    return rests(
        moments, quiet=quiet, days_off=days_off, start=start, end=end, zones=zones, sleep=sleep
    )


def test_rest_lasts_ninety_minutes_or_until_the_next_moment():
    spans = found(
        PastMoment(utc(16, 14)), PastMoment(utc(16, 15)), start=utc(16, 0), end=utc(17, 0)
    )

    assert spans == [
        Rest("after", utc(16, 14), utc(16, 15)),
        Rest("after", utc(16, 15), utc(16, 16, 30)),
    ]


def test_rest_after_a_hard_moment_lasts_four_hours():
    hard, following = PastMoment(utc(16, 14), hard=True), PastMoment(utc(16, 15))

    spans = found(hard, following, start=utc(16, 0), end=utc(17, 0))

    assert Rest("after_hard", utc(16, 14), utc(16, 18)) in spans


def test_quiet_hours_are_local_and_cross_midnight():
    spans = found(start=utc(16, 12), end=utc(17, 12), quiet=(20 * 60 + 30, 7 * 60))

    assert Rest("quiet", utc(17, 2, 30), utc(17, 13)) in spans
    assert utc(17, 6) in spans[-1]


def test_night_of_a_clock_change_is_an_hour_longer_or_shorter():
    (night,) = found(start=utc(1, 5), end=utc(1, 6), sleep=(20 * 60, 7 * 60))
    (spring,) = found(
        start=datetime(2027, 3, 14, 6, tzinfo=UTC),
        end=datetime(2027, 3, 14, 7, tzinfo=UTC),
        sleep=(20 * 60, 7 * 60),
    )

    assert (night.end - night.start, spring.end - spring.start) == (
        timedelta(hours=12),
        timedelta(hours=10),
    )


def test_day_off_is_a_whole_local_day():
    days_off = [(date(2026, 11, 16), "America/Chicago")]

    spans = found(start=utc(16, 0), end=utc(18, 0), days_off=days_off)

    assert spans == [Rest("day_off", utc(16, 6), utc(17, 6))]


def test_without_moments_and_hours_there_is_no_rest():
    assert found(start=utc(16, 0), end=utc(17, 0), zones=[]) == []
