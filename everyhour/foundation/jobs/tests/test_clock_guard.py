"""While the clock is not trusted, nothing is sent; afterwards work goes on."""

import threading
from datetime import UTC, datetime, timedelta

import pytest

from everyhour.foundation.jobs.actions import Regular, enrol, repair_times, run_due
from everyhour.foundation.jobs.clock_guard import AWAY, JUMP, QUIET, ClockGuard
from everyhour.foundation.jobs.models import CLOCK, LEASE, Job

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


class Clocks:
    """A wall clock that can be set, and one that only counts."""

    def __init__(self):
        self.wall, self.count = NOON, 1000.0
        self.clock_guard = ClockGuard(counter=lambda: self.count)
        self.clock_guard.check(self.wall)

    def pass_by(self, length: timedelta) -> bool:
        self.wall += length
        self.count += length.total_seconds()
        return self.clock_guard.check(self.wall)

    def set_by(self, length: timedelta) -> bool:
        self.wall += length
        return self.clock_guard.check(self.wall)


def test_passing_time_is_not_a_jump():
    clocks = Clocks()

    assert [clocks.pass_by(length) for length in (MINUTE, HOUR, 3 * DAY)] == [False, False, False]


@pytest.mark.parametrize("jump", [JUMP + MINUTE, HOUR, DAY, 365 * DAY])
@pytest.mark.parametrize("way", [1, -1])
def test_jump_suspends_work_for_fifteen_minutes(jump, way, caplog):
    clocks = Clocks()

    held = [clocks.set_by(way * jump), clocks.pass_by(QUIET - MINUTE), clocks.pass_by(MINUTE)]

    assert held == [True, True, False]
    assert (
        "The clock went " + ("forward" if way > 0 else "back") in caplog.text
        and "none is sent late" in caplog.text
    )


def test_other_threads_wait_while_a_jump_is_being_handled():
    clocks = Clocks()
    at, others = NOON + HOUR, []
    other = threading.Thread(target=lambda: others.append(clocks.clock_guard.check(at)))

    def counter() -> float:  # asked a second time by the suspension itself
        if clocks.clock_guard._seen[0] == at and not other.ident:
            other.start()
            other.join(0.1)
        return clocks.count

    clocks.clock_guard.counter = counter
    clocks.clock_guard.check(at)
    other.join()

    assert others == [True]


def test_second_jump_restarts_the_suspension():
    clocks = Clocks()
    clocks.set_by(HOUR)
    clocks.pass_by(QUIET - MINUTE)

    clocks.set_by(-HOUR)

    assert [clocks.pass_by(QUIET - MINUTE), clocks.pass_by(MINUTE)] == [True, False]


def test_small_correction_suspends_nothing():
    clocks = Clocks()

    assert [clocks.set_by(JUMP), clocks.set_by(-JUMP), clocks.set_by(MINUTE)] == [
        False,
        False,
        False,
    ]


@pytest.mark.parametrize(
    ("newest", "suspended"),
    [
        (None, False),
        (NOON - MINUTE, False),
        (NOON - AWAY, False),
        (NOON - AWAY - MINUTE, True),
        (NOON + JUMP, False),
        (NOON + JUMP + MINUTE, True),
    ],
)
def test_start_compares_the_clock_with_the_database(newest, suspended):
    clock_guard = ClockGuard(counter=lambda: 0.0)

    clock_guard.start(NOON, newest=newest, held_until=None)

    assert clock_guard.suspended is suspended


def test_start_continues_a_suspension():
    count = [0.0]
    clock_guard = ClockGuard(counter=lambda: count[0])

    clock_guard.start(NOON, newest=NOON, held_until=NOON + 5 * MINUTE)

    assert clock_guard.seconds_left == 300
    count[0] = 300
    assert not clock_guard.suspended


@pytest.mark.parametrize("held_until", [NOON - MINUTE, NOON + DAY])
def test_start_ignores_an_ended_or_impossible_suspension(held_until):
    clock_guard = ClockGuard(counter=lambda: 0.0)

    clock_guard.start(NOON, newest=NOON, held_until=held_until)

    assert not clock_guard.suspended


@pytest.mark.django_db
def test_due_time_written_by_a_fast_clock_is_repaired():
    job = Regular("check", lambda at: None, every=DAY)
    enrol([job], at=NOON)
    year = NOON + 365 * DAY
    run_due([job], at=year, clock=lambda: year)

    assert repair_times([job], at=NOON) == 1

    row = Job.objects.get(name="check")
    assert (row.due_at, row.last_started_at, row.last_finished_at) == (NOON, NOON, NOON)
    assert run_due([job], at=NOON, clock=lambda: NOON) == ["check"]


@pytest.mark.django_db
def test_lease_written_by_a_fast_clock_is_freed():
    job = Regular("check", lambda at: None, every=DAY)
    enrol([job], at=NOON)
    Job.objects.get(name="check").claim(NOON + 365 * DAY)

    repair_times([job], at=NOON)

    assert run_due([job], at=NOON, clock=lambda: NOON) == ["check"]


@pytest.mark.django_db
def test_correct_times_are_unchanged():
    jobs = [
        Regular("check", lambda at: None, every=DAY),
        Regular("sweep", lambda at: None, every=HOUR),
    ]
    enrol(jobs, at=NOON)
    run_due(jobs[:1], at=NOON, clock=lambda: NOON)
    Job.objects.get(name="sweep").claim(NOON)
    Job.objects.filter(name=CLOCK).update(held_until=NOON + QUIET)
    before = list(Job.objects.order_by("name").values())

    assert repair_times(jobs, at=NOON - JUMP) == 0

    assert list(Job.objects.order_by("name").values()) == before
    assert Job.objects.get(name="sweep").held_until == NOON + LEASE
