"""Rounds: each kind of work has its turn, and success or failure is recorded once a minute."""

from datetime import UTC, datetime, timedelta

import pytest

from everyhour.foundation.jobs import rounds
from everyhour.foundation.jobs.actions import Steady, enrol
from everyhour.foundation.jobs.clock_guard import ClockGuard
from everyhour.foundation.jobs.models import Job
from everyhour.foundation.jobs.rounds import Rounds

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


class Backlog:
    """Work of one kind: how many rows are left, and how many each call handled."""

    def __init__(self, left: int = 0, *, fails: Exception | None = None):
        self.left, self.fails, self.done = left, fails, []

    def some(self, at: datetime) -> int:
        if self.fails:
            raise self.fails
        some = min(self.left, 10)
        self.left -= some
        self.done.append(some)
        return some


def begin(*works: Steady, at=NOON, clock_guard=None) -> Rounds:
    enrol(works, at=at)
    return Rounds(works, clock_guard=clock_guard or ClockGuard(), clock=lambda: at)


def test_each_kind_works_until_nothing_is_due():
    mails, nudges = Backlog(25), Backlog(5)

    done = begin(Steady("mails", mails.some), Steady("nudges", nudges.some)).once()

    assert done == 30
    assert (mails.done, nudges.done) == ([10, 10, 5, 0], [5, 0])


def test_long_work_yields_to_the_others(monkeypatch):
    monkeypatch.setattr(rounds, "SLICE", 0.0)
    mails, nudges = Backlog(1000), Backlog(5)

    begin(Steady("mails", mails.some), Steady("nudges", nudges.some)).once()

    assert (mails.done, nudges.done) == ([10], [5])


def test_one_failure_stops_no_other_and_is_recorded(caplog):
    nudges = Backlog(5)

    begin(
        Steady("mails", Backlog(fails=ValueError("no such street")).some),
        Steady("nudges", nudges.some),
    ).once()

    assert nudges.done == [5, 0]
    assert Job.objects.get(name="mails").last_error == "ValueError: no such street"
    assert Job.objects.get(name="nudges").last_error == ""
    assert "no such street" in caplog.text


def test_repeated_failure_is_logged_once_a_minute(caplog):
    round_ = begin(Steady("mails", Backlog(fails=ValueError("no such street")).some))
    round_.once()
    caplog.clear()

    for _ in range(20):
        round_.once()

    assert caplog.text.count("Traceback") == 1


def test_sending_waits_while_the_clock_is_distrusted():
    mails, tidy, clock_guard = Backlog(5), Backlog(5), ClockGuard()
    clock_guard.suspend("It was set.")

    begin(
        Steady("mails", mails.some, reaches=True),
        Steady("tidy", tidy.some),
        clock_guard=clock_guard,
    ).once()

    assert (mails.done, tidy.done) == ([], [5, 0])


def test_jump_within_a_round_stops_sending():
    wall = [NOON]
    mails = Backlog(1000)

    def some(at):
        wall[0] += timedelta(hours=1)
        return mails.some(at)

    works = [Steady("mails", some, reaches=True)]
    enrol(works, at=NOON)
    Rounds(works, clock_guard=ClockGuard(counter=lambda: 0.0), clock=lambda: wall[0]).once()

    assert mails.done == [10]


def test_one_worker_a_minute_records_success(django_assert_num_queries):
    work = Steady("mails", Backlog().some)
    ours, theirs = begin(work), begin(work, at=NOON + MINUTE / 2)
    ours.once()

    theirs.once()

    assert Job.objects.get(name="mails").last_finished_at == NOON
    with django_assert_num_queries(0):
        ours.once()


def test_error_replaces_success_until_the_next_success():
    well, broken = (
        Steady("mails", Backlog().some),
        Steady("mails", Backlog(fails=ValueError("full")).some),
    )
    begin(well).once()

    begin(broken, at=NOON + MINUTE / 2).once()
    assert Job.objects.get(name="mails").last_error == "ValueError: full"

    begin(well, at=NOON + 2 * MINUTE).once()
    assert Job.objects.get(name="mails").last_error == ""
