"""When something may be brought to mind, as arithmetic."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from everyhour.domain.nudges import planning, quiet
from everyhour.domain.nudges.planning import Point
from everyhour.foundation.lib import wall_clock

HOURS = ((1230, 420),)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def point(
    on: date, minute: int, zone: str = "America/Chicago", name: str = "bed", child: str = "wren"
) -> Point:
    at = wall_clock.instant(on, minute, zone)
    assert at
    return Point(child, "home", name, "bedtime", at)


def quiet_clocks(zone: str = "America/Chicago", *hours: tuple[int, int]):
    return quiet.clocks_of((zone,), hours or HOURS)


def test_time_is_15_to_30_minutes_before():
    bed = point(date(2026, 11, 24), 20 * 60)

    times = [
        planning.time_of(bed, seed=n, quiet_clocks=quiet_clocks(), since=LONG_AGO)[0]
        for n in range(2000)
    ]

    before = [(bed.at - time.at).total_seconds() / 60 for time in times if time]
    assert len(before) == 2000 and 15 < min(before) < 15.1 and 29.9 < max(before) <= 30
    assert all(time.ends_at == bed.at for time in times if time)


def test_draws_are_reproducible_and_independent_per_part():
    bed, dinner = point(date(2026, 11, 24), 1200), point(date(2026, 11, 24), 1080, name="dinner")

    first = planning.plan(
        [bed, dinner], seed=7, a_day=2, quiet_clocks=quiet_clocks(), since=LONG_AGO
    )
    moved = planning.plan(
        [point(date(2026, 11, 24), 1230), dinner],
        seed=7,
        a_day=2,
        quiet_clocks=quiet_clocks(),
        since=LONG_AGO,
    )

    assert (
        first
        == planning.plan(
            [dinner, bed], seed=7, a_day=2, quiet_clocks=quiet_clocks(), since=LONG_AGO
        )[::-1]
    )
    assert moved[1].time == first[1].time and moved[0].time.at - first[0].time.at == timedelta(
        minutes=30
    )


def test_recorded_chances_match_frequencies():
    parts = [
        point(date(2026, 11, 24), minute, name=name)
        for name, minute in (("home", 900), ("piano", 960), ("dinner", 1080), ("bed", 1200))
    ]
    for a_day in (1, 2):
        taken: Counter[str] = Counter()
        likely: Counter[str] = Counter()

        for seed in range(6000):
            for one in planning.plan(
                parts, seed=seed, a_day=a_day, quiet_clocks=quiet_clocks(), since=LONG_AGO
            ):
                taken[one.point.name] += one.taken
                likely[one.point.name] += one.chance

        assert all(abs(taken[name] - likely[name]) < 4 * 40 for name in likely), (taken, likely)
        assert a_day == 2 or all(abs(likely[name] - 1500) < 1e-6 for name in likely)


def test_two_of_one_day_are_at_least_two_and_a_half_hours_apart():
    parts = [point(date(2026, 11, 24), minute, name=str(minute)) for minute in range(600, 1201, 40)]

    for seed in range(300):
        at = sorted(
            one.time.at
            for one in planning.plan(
                parts, seed=seed, a_day=3, quiet_clocks=quiet_clocks(), since=LONG_AGO
            )
            if one.taken
        )

        assert len(at) == 3 and all(
            later - sooner >= planning.GAP for sooner, later in pairwise(at)
        )


def test_quiet_hours_shorten_or_remove_the_window():
    bed = point(date(2026, 11, 24), 20 * 60 + 40)

    free = planning.windows(bed.at, quiet_clocks())
    time, _why = planning.time_of(bed, seed=1, quiet_clocks=quiet_clocks(), since=LONG_AGO)

    assert [(bed.at - span.start).total_seconds() / 60 for span in free] == [30] and (
        bed.at - free[0].end
    ).total_seconds() / 60 == 15
    assert time.ends_at == bed.at - timedelta(minutes=10)
    assert planning.time_of(
        point(date(2026, 11, 24), 21 * 60 + 30), seed=1, quiet_clocks=quiet_clocks(), since=LONG_AGO
    ) == (None, planning.QUIET)


def test_past_window_is_too_late_and_the_rest_is_used():
    bed = point(date(2026, 11, 24), 1200)

    late = planning.time_of(
        bed, seed=3, quiet_clocks=quiet_clocks(), since=bed.at - timedelta(minutes=15)
    )
    times = [
        planning.time_of(
            bed, seed=n, quiet_clocks=quiet_clocks(), since=bed.at - timedelta(minutes=20)
        )[0]
        for n in range(200)
    ]

    assert late == (None, planning.TOO_LATE)
    assert all(
        bed.at - timedelta(minutes=20) <= time.at < bed.at - timedelta(minutes=15)
        for time in times
        if time
    )


@pytest.mark.parametrize(
    ("zone", "on", "minute"),
    [
        ("America/New_York", date(2026, 3, 8), 2 * 60 + 30),  # is missing: three o'clock stands in
        ("America/New_York", date(2026, 11, 1), 90),  # comes twice
        ("America/Phoenix", date(2026, 3, 8), 2 * 60 + 30),
        ("Australia/Lord_Howe", date(2026, 4, 5), 2 * 60),
        ("Pacific/Kiritimati", date(2028, 2, 29), 480),
        ("Pacific/Chatham", date(2026, 9, 27), 200),
        ("Africa/Cairo", date(2026, 4, 24), 30),
    ],
)
def test_windows_count_elapsed_minutes_across_dst(zone, on, minute):
    part = point(on, minute, zone)

    times = [planning.time_of(part, seed=n, quiet_clocks=(), since=LONG_AGO)[0] for n in range(200)]

    assert all(
        timedelta(minutes=15) < part.at - time.at <= timedelta(minutes=30) for time in times if time
    )


def test_repeated_hour_is_quiet_both_times():
    hours = quiet.clocks_of(("America/New_York",), ((60, 90),))  # from one to half past one
    first, second = (
        datetime(2026, 11, 1, 5, 10, tzinfo=UTC),
        datetime(2026, 11, 1, 6, 10, tzinfo=UTC),
    )

    assert quiet.is_quiet(first, hours) and quiet.is_quiet(second, hours)
    assert not quiet.is_quiet(datetime(2026, 11, 1, 6, 40, tzinfo=UTC), hours)


def test_skipped_date_leaves_no_gap_in_quiet_hours():
    hours = quiet.clocks_of(("Pacific/Apia",), HOURS)  # the 30th of December 2011 was skipped

    assert quiet.is_quiet(wall_clock.instant(date(2011, 12, 31), 3 * 60, "Pacific/Apia"), hours)
    assert not quiet.is_quiet(wall_clock.instant(date(2011, 12, 31), 8 * 60, "Pacific/Apia"), hours)


def test_turns_rotate_and_are_exclusive():
    mine = Counter(
        planning.turn(
            ["ada", "cleo", "dan"],
            on=date(2026, 1, 1) + timedelta(days=n),
            child="wren",
            name="bed",
        )
        for n in range(90)
    )

    assert set(mine.values()) == {30}


# Building quiet hours for a first zone takes seconds on a busy machine.
@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(
    zone=st.sampled_from(
        [
            "America/New_York",
            "Europe/London",
            "Australia/Lord_Howe",
            "Asia/Kathmandu",
            "America/Santiago",
        ]
    ),
    day=st.integers(0, 730),
    minute=st.integers(0, 1500),
    since=st.integers(0, 1439),
    until=st.integers(0, 1439),
    seed=st.integers(0, 2**62),
)
def test_no_time_or_end_is_in_quiet_hours(zone, day, minute, since, until, seed):
    part = point(date(2026, 1, 1) + timedelta(days=day), minute, zone)

    time, why = planning.time_of(
        part, seed=seed, quiet_clocks=quiet.clocks_of((zone,), ((since, until),)), since=LONG_AGO
    )

    def is_quiet(at: datetime) -> bool:
        wall = at.astimezone(wall_clock.ZoneInfo(zone))
        now = wall.hour * 60 + wall.minute
        return (
            since <= now < until
            if since < until
            else since > until and (now >= since or now < until)
        )

    assert (time is None) == bool(why)
    if time:
        assert not any(
            is_quiet(time.at + (time.ends_at - time.at) * share) for share in (0, 0.5, 0.999)
        )
