"""Regular jobs: leased by one worker, found again after a crash, and not lost to a failure."""

from datetime import UTC, datetime, timedelta

import pytest

from everyhour.foundation.jobs.actions import Regular, enrol, run_due
from everyhour.foundation.jobs.leases import LONGEST, Leases
from everyhour.foundation.jobs.models import CLOCK, LEASE, Job

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


class JobLog:
    """The names of the jobs that ran, in order."""

    def __init__(self):
        self.done: list[str] = []

    def job(self, name: str, *, every=HOUR, fails: Exception | None = None) -> Regular:
        def work(at: datetime):
            self.done.append(name)
            if fails:
                raise fails

        return Regular(name, work, every=every)


@pytest.fixture
def job_log():
    return JobLog()


def run(timetable, at=NOON) -> list[str]:
    return run_due(timetable, at=at, clock=lambda: at + MINUTE)


def test_new_jobs_are_due_at_once(job_log):
    timetable = (job_log.job("check"), job_log.job("sweep"))
    enrol(timetable, at=NOON)

    done = run(timetable)

    assert sorted(done) == sorted(job_log.done) == ["check", "sweep"]


def test_job_runs_again_at_its_time(job_log):
    timetable = (job_log.job("check", every=HOUR),)
    enrol(timetable, at=NOON)

    times = [run(timetable, NOON + wait) for wait in (timedelta(), MINUTE, HOUR - MINUTE, HOUR)]

    assert times == [["check"], [], [], ["check"]]


def test_result_of_a_job_is_recorded(job_log):
    timetable = (job_log.job("check"),)
    enrol(timetable, at=NOON)
    clock = iter((NOON, NOON + MINUTE))

    run_due(timetable, at=NOON, clock=lambda: next(clock))

    row = Job.objects.get(name="check")
    assert (row.last_started_at, row.last_finished_at, row.due_at) == (
        NOON,
        NOON + MINUTE,
        NOON + HOUR,
    )
    assert (row.held_until, row.last_error) == (None, "")


def test_one_of_two_claims_wins(job_log):
    enrol((job_log.job("check"),), at=NOON)
    mine, yours = Job.objects.get(name="check"), Job.objects.get(name="check")

    claims = mine.claim(NOON), yours.claim(NOON)

    assert claims == (True, False)


def test_leased_job_is_not_run(job_log):
    timetable = (job_log.job("check"),)
    enrol(timetable, at=NOON)
    Job.objects.get(name="check").claim(NOON)

    assert run(timetable, NOON + MINUTE) == []
    assert job_log.done == []


def test_job_of_a_dead_worker_runs_after_its_lease(job_log):
    timetable = (job_log.job("check"),)
    enrol(timetable, at=NOON)
    Job.objects.get(name="check").claim(NOON)

    almost, after = run(timetable, NOON + LEASE - MINUTE), run(timetable, NOON + LEASE)

    assert (almost, after) == ([], ["check"])


def test_failed_job_keeps_its_error_and_runs_again(job_log):
    broken = (job_log.job("check", fails=ValueError("no such street")),)
    enrol(broken, at=NOON)

    assert run(broken) == ["check"]

    row = Job.objects.get(name="check")
    assert row.last_error == "ValueError: no such street"
    assert (row.held_until, row.due_at) == (None, NOON + HOUR)
    assert run((job_log.job("check"),), NOON + HOUR) == ["check"]
    assert Job.objects.get(name="check").last_error == ""


def test_one_failure_does_not_stop_other_jobs(job_log):
    timetable = (job_log.job("first", fails=RuntimeError("x" * 100_000)), job_log.job("second"))
    enrol(timetable[:1], at=NOON - MINUTE)
    enrol(timetable, at=NOON)

    run(timetable)

    assert job_log.done == ["first", "second"]
    assert len(Job.objects.get(name="first").last_error) == 2000


def test_error_with_a_null_character_is_stored(job_log):
    timetable = (job_log.job("check", fails=ValueError("a\x00b")),)
    enrol(timetable, at=NOON)

    run(timetable)

    assert "b" in Job.objects.get(name="check").last_error


def test_enrolling_twice_changes_nothing(job_log):
    timetable = (job_log.job("check"), job_log.job("sweep"))
    enrol(timetable, at=NOON)
    run(timetable)
    before = list(Job.objects.order_by("name").values())

    enrol(timetable, at=NOON + HOUR)

    assert list(Job.objects.order_by("name").values()) == before


def test_enrolling_deletes_old_jobs_and_adds_new_ones(job_log):
    enrol((job_log.job("check"), job_log.job("sweep")), at=NOON)

    enrol((job_log.job("sweep"), job_log.job("count")), at=NOON + MINUTE)

    assert dict(Job.objects.exclude(name=CLOCK).values_list("name", "due_at")) == {
        "sweep": NOON,
        "count": NOON + MINUTE,
    }


def test_unknown_job_is_left_to_other_workers(job_log):
    enrol((job_log.job("check"), job_log.job("sweep")), at=NOON)

    assert run((job_log.job("sweep"),)) == ["sweep"]


def test_lease_begins_when_the_job_is_claimed(job_log):
    """The first job takes longer than a lease; the second must still be held while it works."""
    now = [NOON]
    held = []

    def long(at):
        now[0] += LEASE + MINUTE

    def second(at):
        held.append(Job.objects.get(name="second").held_until > now[0])

    timetable = (Regular("first", long, every=HOUR), Regular("second", second, every=HOUR))
    enrol(timetable[:1], at=NOON - MINUTE)
    enrol(timetable, at=NOON)

    run_due(timetable, at=NOON, clock=lambda: now[0])

    assert held == [True]


def test_late_worker_does_not_release_another_lease(job_log):
    later = NOON + LEASE + MINUTE

    def outlasting(at):
        Job.objects.get(name="check").claim(later)

    timetable = (Regular("check", outlasting, every=MINUTE),)
    enrol(timetable, at=NOON)

    clock = iter((NOON, later))
    run_due(timetable, at=NOON, clock=lambda: next(clock))

    assert Job.objects.get(name="check").held_until == later + LEASE


def test_long_job_keeps_its_renewed_lease():
    leases, seen = Leases(), []

    def long(at):
        leases.renew(NOON + LEASE - MINUTE)
        seen.append(Job.objects.due(NOON + LEASE + MINUTE / 2).filter(name="learn").exists())

    timetable = (Regular("learn", long, every=HOUR),)
    enrol(timetable, at=NOON)

    run_due(timetable, at=NOON, clock=lambda: NOON, leases=leases)

    assert seen == [False]
    row = Job.objects.get(name="learn")
    assert (row.held_until, row.due_at) == (None, NOON + HOUR)


def test_stuck_job_is_not_renewed():
    leases = Leases()
    enrol((Regular("learn", lambda at: None, every=HOUR),), at=NOON)
    leases.acquire(Job.objects.get(name="learn"), NOON)

    leases.renew(NOON + LONGEST)

    assert Job.objects.get(name="learn").held_until == NOON + LEASE


def test_lost_lease_is_not_renewed():
    leases = Leases()
    enrol((Regular("learn", lambda at: None, every=HOUR),), at=NOON)
    lease = leases.acquire(Job.objects.get(name="learn"), NOON)
    later = NOON + LEASE
    Job.objects.get(name="learn").claim(later)

    leases.renew(later)

    assert Job.objects.get(name="learn").held_until == later + LEASE
    assert leases.release(lease, due_at=NOON) is False


def test_limit_leaves_the_rest_due(job_log):
    timetable = (job_log.job("first"), job_log.job("second"))
    enrol(timetable[:1], at=NOON - MINUTE)
    enrol(timetable, at=NOON)

    done = [run_due(timetable, at=NOON, clock=lambda: NOON, most=1) for _ in range(3)]

    assert done == [["first"], ["second"], []]
