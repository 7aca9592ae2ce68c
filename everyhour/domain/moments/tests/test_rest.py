"""Rest after a moment, after a hard one, at night, in quiet hours, on a day off."""

from datetime import UTC, date, datetime, timedelta

from everyhour.domain.moments.rest import Lived, Rest, rests

ZONES = [(datetime(2026, 1, 1, tzinfo=UTC), "America/Chicago")]


def utc(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


def found(*moments, start, end, quiet=None, days_off=(), zones=ZONES, sleep=None) -> list[Rest]:
    return rests(
        moments, quiet=quiet, days_off=days_off, start=start, end=end, zones=zones, sleep=sleep
    )


def test_a_moment_is_followed_by_ninety_minutes_or_by_the_next_one():
    spans = found(Lived(utc(16, 14)), Lived(utc(16, 15)), start=utc(16, 0), end=utc(17, 0))

    assert spans == [
        Rest("after", utc(16, 14), utc(16, 15)),
        Rest("after", utc(16, 15), utc(16, 16, 30)),
    ]


def test_a_hard_one_is_followed_by_four_hours_whatever_comes():
    spans = found(
        Lived(utc(16, 14), hard=True), Lived(utc(16, 15)), start=utc(16, 0), end=utc(17, 0)
    )

    assert Rest("after_hard", utc(16, 14), utc(16, 18)) in spans


def test_quiet_hours_are_local_and_run_over_midnight():
    spans = found(start=utc(16, 12), end=utc(17, 12), quiet=(20 * 60 + 30, 7 * 60))

    assert Rest("quiet", utc(17, 2, 30), utc(17, 13)) in spans
    assert utc(17, 6) in spans[-1]


def test_a_night_of_a_clock_change_is_an_hour_longer_or_shorter():
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


def test_a_day_off_is_a_whole_local_day():
    assert found(
        start=utc(16, 0), end=utc(18, 0), days_off=[(date(2026, 11, 16), "America/Chicago")]
    ) == [Rest("day_off", utc(16, 6), utc(17, 6))]


def test_nothing_known_is_nothing_drawn():
    assert found(start=utc(16, 0), end=utc(17, 0), zones=[]) == []
