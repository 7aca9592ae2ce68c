"""Regular work is a row with a due time: claimed by one, found again after a crash, never lost to one failure."""

from datetime import UTC, datetime, timedelta

import pytest

from everyhour.foundation.jobs.actions import Regular, enrol, run_due
from everyhour.foundation.jobs.leases import LONGEST, Holds
from everyhour.foundation.jobs.models import CLOCK, HOLD, Job

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


class Diary:
    """What was done, in order; its entries are jobs."""

    def __init__(self):
        self.done: list[str] = []

    def job(self, name: str, *, every=HOUR, fails: Exception | None = None) -> Regular:
        def work(at: datetime):
            self.done.append(name)
            if fails:
                raise fails

        return Regular(name, work, every=every)


@pytest.fixture
def diary():
    return Diary()


def run(timetable, at=NOON) -> list[str]:
    return run_due(timetable, at=at, clock=lambda: at + MINUTE)


def test_every_job_of_the_timetable_is_due_at_once(diary):
    timetable = (diary.job("look"), diary.job("sweep"))
    enrol(timetable, at=NOON)

    done = run(timetable)

    assert sorted(done) == sorted(diary.done) == ["look", "sweep"]


def test_a_job_that_was_done_comes_back_at_its_time_and_not_before(diary):
    timetable = (diary.job("look", every=HOUR),)
    enrol(timetable, at=NOON)

    times = [run(timetable, NOON + wait) for wait in (timedelta(), MINUTE, HOUR - MINUTE, HOUR)]

    assert times == [["look"], [], [], ["look"]]


def test_how_a_job_went_is_written_down(diary):
    timetable = (diary.job("look"),)
    enrol(timetable, at=NOON)
    clock = iter((NOON, NOON + MINUTE))

    run_due(timetable, at=NOON, clock=lambda: next(clock))

    row = Job.objects.get(name="look")
    assert (row.last_started_at, row.last_finished_at, row.due_at) == (
        NOON,
        NOON + MINUTE,
        NOON + HOUR,
    )
    assert (row.held_until, row.last_error) == (None, "")


def test_of_two_who_claim_one_job_one_wins(diary):
    enrol((diary.job("look"),), at=NOON)
    mine, yours = Job.objects.get(name="look"), Job.objects.get(name="look")

    claims = mine.claim(NOON), yours.claim(NOON)

    assert claims == (True, False)


def test_a_job_that_somebody_holds_is_left_alone(diary):
    timetable = (diary.job("look"),)
    enrol(timetable, at=NOON)
    Job.objects.get(name="look").claim(NOON)

    assert run(timetable, NOON + MINUTE) == []
    assert diary.done == []


def test_a_holder_that_died_is_followed_after_a_while(diary):
    timetable = (diary.job("look"),)
    enrol(timetable, at=NOON)
    Job.objects.get(name="look").claim(NOON)

    almost, after = run(timetable, NOON + HOLD - MINUTE), run(timetable, NOON + HOLD)

    assert (almost, after) == ([], ["look"])


def test_a_job_that_fails_keeps_its_error_and_comes_back(diary):
    broken = (diary.job("look", fails=ValueError("no such street")),)
    enrol(broken, at=NOON)

    assert run(broken) == ["look"]

    row = Job.objects.get(name="look")
    assert row.last_error == "ValueError: no such street"
    assert (row.held_until, row.due_at) == (None, NOON + HOUR)
    assert run((diary.job("look"),), NOON + HOUR) == ["look"]
    assert Job.objects.get(name="look").last_error == ""


def test_one_broken_job_does_not_stop_the_others(diary):
    timetable = (diary.job("first", fails=RuntimeError("x" * 100_000)), diary.job("second"))
    enrol(timetable[:1], at=NOON - MINUTE)
    enrol(timetable, at=NOON)

    run(timetable)

    assert diary.done == ["first", "second"]
    assert len(Job.objects.get(name="first").last_error) == 2000


def test_an_error_with_odd_characters_is_kept_readable(diary):
    timetable = (diary.job("look", fails=ValueError("a\x00b")),)
    enrol(timetable, at=NOON)

    run(timetable)

    assert "b" in Job.objects.get(name="look").last_error


def test_enrolling_twice_changes_nothing(diary):
    timetable = (diary.job("look"), diary.job("sweep"))
    enrol(timetable, at=NOON)
    run(timetable)
    before = list(Job.objects.order_by("name").values())

    enrol(timetable, at=NOON + HOUR)

    assert list(Job.objects.order_by("name").values()) == before


def test_a_job_that_left_the_timetable_is_forgotten_and_a_new_one_joins(diary):
    enrol((diary.job("look"), diary.job("sweep")), at=NOON)

    enrol((diary.job("sweep"), diary.job("count")), at=NOON + MINUTE)

    assert dict(Job.objects.exclude(name=CLOCK).values_list("name", "due_at")) == {
        "sweep": NOON,
        "count": NOON + MINUTE,
    }


def test_a_row_that_this_workers_timetable_does_not_know_is_left_to_others(diary):
    enrol((diary.job("look"), diary.job("sweep")), at=NOON)

    assert run((diary.job("sweep"),)) == ["sweep"]


def test_a_job_claimed_after_a_long_one_is_held_from_when_it_was_claimed(diary):
    """The first job takes longer than a hold; the second must still be held while it works."""
    now = [NOON]
    held = []

    def long(at):
        now[0] += HOLD + MINUTE

    def second(at):
        held.append(Job.objects.get(name="second").held_until > now[0])

    timetable = (Regular("first", long, every=HOUR), Regular("second", second, every=HOUR))
    enrol(timetable[:1], at=NOON - MINUTE)
    enrol(timetable, at=NOON)

    run_due(timetable, at=NOON, clock=lambda: now[0])

    assert held == [True]


def test_who_finishes_after_the_hold_does_not_free_what_another_holds(diary):
    later = NOON + HOLD + MINUTE

    def outlasting(at):
        Job.objects.get(name="look").claim(later)

    timetable = (Regular("look", outlasting, every=MINUTE),)
    enrol(timetable, at=NOON)

    clock = iter((NOON, later))
    run_due(timetable, at=NOON, clock=lambda: next(clock))

    assert Job.objects.get(name="look").held_until == later + HOLD


def test_a_job_that_takes_longer_than_a_hold_stays_held_because_it_is_renewed():
    holds, seen = Holds(), []

    def long(at):
        holds.renew(NOON + HOLD - MINUTE)
        seen.append(Job.objects.due(NOON + HOLD + MINUTE / 2).filter(name="learn").exists())

    timetable = (Regular("learn", long, every=HOUR),)
    enrol(timetable, at=NOON)

    run_due(timetable, at=NOON, clock=lambda: NOON, holds=holds)

    assert seen == [False]
    row = Job.objects.get(name="learn")
    assert (row.held_until, row.due_at) == (None, NOON + HOUR)


def test_one_that_is_stuck_for_hours_is_renewed_no_more():
    holds = Holds()
    enrol((Regular("learn", lambda at: None, every=HOUR),), at=NOON)
    holds.take(Job.objects.get(name="learn"), NOON)

    holds.renew(NOON + LONGEST)

    assert Job.objects.get(name="learn").held_until == NOON + HOLD


def test_a_hold_that_another_took_over_is_not_renewed():
    holds = Holds()
    enrol((Regular("learn", lambda at: None, every=HOUR),), at=NOON)
    hold = holds.take(Job.objects.get(name="learn"), NOON)
    later = NOON + HOLD
    Job.objects.get(name="learn").claim(later)

    holds.renew(later)

    assert Job.objects.get(name="learn").held_until == later + HOLD
    assert holds.give_back(hold, due_at=NOON) is False


def test_so_many_at_most_and_the_rest_stays_due(diary):
    timetable = (diary.job("first"), diary.job("second"))
    enrol(timetable[:1], at=NOON - MINUTE)
    enrol(timetable, at=NOON)

    done = [run_due(timetable, at=NOON, clock=lambda: NOON, most=1) for _ in range(3)]

    assert done == [["first"], ["second"], []]
