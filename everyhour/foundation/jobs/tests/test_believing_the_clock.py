"""While nobody knows what time it is, what reaches people waits; afterwards everything goes on."""

from datetime import UTC, datetime, timedelta

import pytest

from everyhour.foundation.jobs.actions import Regular, enrol, mend, run_due
from everyhour.foundation.jobs.clock_guard import AWAY, JUMP, QUIET, Brake
from everyhour.foundation.jobs.models import CLOCK, HOLD, Job

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


class Clocks:
    """A wall clock that can be set, and one that only counts."""

    def __init__(self):
        self.wall, self.count = NOON, 1000.0
        self.brake = Brake(counter=lambda: self.count)
        self.brake.look(self.wall)

    def pass_by(self, length: timedelta) -> bool:
        self.wall += length
        self.count += length.total_seconds()
        return self.brake.look(self.wall)

    def set_by(self, length: timedelta) -> bool:
        self.wall += length
        return self.brake.look(self.wall)


def test_time_that_passes_is_no_jump():
    clocks = Clocks()

    assert [clocks.pass_by(length) for length in (MINUTE, HOUR, 3 * DAY)] == [False, False, False]


@pytest.mark.parametrize("jump", [JUMP + MINUTE, HOUR, DAY, 365 * DAY])
@pytest.mark.parametrize("way", [1, -1])
def test_a_jump_forward_or_back_holds_for_a_quarter_of_an_hour(jump, way, caplog):
    clocks = Clocks()

    held = [clocks.set_by(way * jump), clocks.pass_by(QUIET - MINUTE), clocks.pass_by(MINUTE)]

    assert held == [True, True, False]
    assert (
        "The clock went " + ("forward" if way > 0 else "back") in caplog.text
        and "none is sent late" in caplog.text
    )


def test_a_second_jump_begins_the_quiet_anew():
    clocks = Clocks()
    clocks.set_by(HOUR)
    clocks.pass_by(QUIET - MINUTE)

    clocks.set_by(-HOUR)

    assert [clocks.pass_by(QUIET - MINUTE), clocks.pass_by(MINUTE)] == [True, False]


def test_a_clock_that_is_corrected_a_little_holds_nothing():
    clocks = Clocks()

    assert [clocks.set_by(JUMP), clocks.set_by(-JUMP), clocks.set_by(MINUTE)] == [
        False,
        False,
        False,
    ]


@pytest.mark.parametrize(
    ("newest", "holds"),
    [
        (None, False),
        (NOON - MINUTE, False),
        (NOON - AWAY, False),
        (NOON - AWAY - MINUTE, True),
        (NOON + JUMP, False),
        (NOON + JUMP + MINUTE, True),
    ],
)
def test_at_the_start_the_clock_is_compared_with_what_the_database_knows(newest, holds):
    brake = Brake(counter=lambda: 0.0)

    brake.start(NOON, newest=newest, held_until=None)

    assert brake.holding is holds


def test_who_starts_while_another_holds_goes_on_holding_as_long_and_no_longer():
    count = [0.0]
    brake = Brake(counter=lambda: count[0])

    brake.start(NOON, newest=NOON, held_until=NOON + 5 * MINUTE)

    assert brake.left == 300
    count[0] = 300
    assert not brake.holding


@pytest.mark.parametrize("held_until", [NOON - MINUTE, NOON + DAY])
def test_a_hold_that_is_over_or_was_written_by_a_wrong_clock_is_none(held_until):
    brake = Brake(counter=lambda: 0.0)

    brake.start(NOON, newest=NOON, held_until=held_until)

    assert not brake.holding


@pytest.mark.django_db
def test_a_job_that_a_clock_ahead_put_off_for_a_year_is_due_again():
    job = Regular("look", lambda at: None, every=DAY)
    enrol([job], at=NOON)
    year = NOON + 365 * DAY
    run_due([job], at=year, clock=lambda: year)

    assert mend([job], at=NOON) == 1

    row = Job.objects.get(name="look")
    assert (row.due_at, row.last_started_at, row.last_finished_at) == (NOON, NOON, NOON)
    assert run_due([job], at=NOON, clock=lambda: NOON) == ["look"]


@pytest.mark.django_db
def test_a_job_that_a_worker_with_a_clock_ahead_died_holding_is_free_again():
    job = Regular("look", lambda at: None, every=DAY)
    enrol([job], at=NOON)
    Job.objects.get(name="look").claim(NOON + 365 * DAY)

    mend([job], at=NOON)

    assert run_due([job], at=NOON, clock=lambda: NOON) == ["look"]


@pytest.mark.django_db
def test_what_is_right_is_left_as_it_is():
    jobs = [
        Regular("look", lambda at: None, every=DAY),
        Regular("sweep", lambda at: None, every=HOUR),
    ]
    enrol(jobs, at=NOON)
    run_due(jobs[:1], at=NOON, clock=lambda: NOON)
    Job.objects.get(name="sweep").claim(NOON)
    Job.objects.filter(name=CLOCK).update(held_until=NOON + QUIET)
    before = list(Job.objects.order_by("name").values())

    assert mend(jobs, at=NOON - JUMP) == 0

    assert list(Job.objects.order_by("name").values()) == before
    assert Job.objects.get(name="sweep").held_until == NOON + HOLD
