"""Rounds: each kind of work has its turn, one that fails stops no other, and how it goes is written once a minute."""

from datetime import UTC, datetime, timedelta

import pytest

from everyhour.foundation.jobs import rounds
from everyhour.foundation.jobs.actions import Steady, enrol
from everyhour.foundation.jobs.clock_guard import Brake
from everyhour.foundation.jobs.models import Job
from everyhour.foundation.jobs.rounds import Rounds

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


class Desk:
    """Work of one kind: what is left of it, and what was done when."""

    def __init__(self, left: int = 0, *, fails: Exception | None = None):
        self.left, self.fails, self.done = left, fails, []

    def some(self, at: datetime) -> int:
        if self.fails:
            raise self.fails
        some = min(self.left, 10)
        self.left -= some
        self.done.append(some)
        return some


def begin(*works: Steady, at=NOON, brake=None) -> Rounds:
    enrol(works, at=at)
    return Rounds(works, brake=brake or Brake(), clock=lambda: at)


def test_each_kind_works_until_nothing_is_due():
    letters, nudges = Desk(25), Desk(5)

    done = begin(Steady("letters", letters.some), Steady("nudges", nudges.some)).once()

    assert done == 30
    assert (letters.done, nudges.done) == ([10, 10, 5, 0], [5, 0])


def test_one_with_a_great_deal_to_do_gives_the_others_their_turn(monkeypatch):
    monkeypatch.setattr(rounds, "SLICE", 0.0)
    letters, nudges = Desk(1000), Desk(5)

    begin(Steady("letters", letters.some), Steady("nudges", nudges.some)).once()

    assert (letters.done, nudges.done) == ([10], [5])


def test_one_that_fails_stops_no_other_and_its_error_is_kept(caplog):
    nudges = Desk(5)

    begin(
        Steady("letters", Desk(fails=ValueError("no such street")).some),
        Steady("nudges", nudges.some),
    ).once()

    assert nudges.done == [5, 0]
    assert Job.objects.get(name="letters").last_error == "ValueError: no such street"
    assert Job.objects.get(name="nudges").last_error == ""
    assert "no such street" in caplog.text


def test_what_fails_each_second_is_told_once_a_minute(caplog):
    round_ = begin(Steady("letters", Desk(fails=ValueError("no such street")).some))
    round_.once()
    caplog.clear()

    for _ in range(20):
        round_.once()

    assert caplog.text.count("Traceback") == 1


def test_what_reaches_people_waits_while_the_clock_is_not_believed():
    letters, tidy, brake = Desk(5), Desk(5), Brake()
    brake.hold("It was set.")

    begin(
        Steady("letters", letters.some, reaches=True), Steady("tidy", tidy.some), brake=brake
    ).once()

    assert (letters.done, tidy.done) == ([], [5, 0])


def test_a_clock_that_is_set_in_the_middle_of_a_round_stops_what_reaches_people():
    wall = [NOON]
    letters = Desk(1000)

    def some(at):
        wall[0] += timedelta(hours=1)
        return letters.some(at)

    works = [Steady("letters", some, reaches=True)]
    enrol(works, at=NOON)
    Rounds(works, brake=Brake(counter=lambda: 0.0), clock=lambda: wall[0]).once()

    assert letters.done == [10]


def test_of_several_workers_one_a_minute_writes_how_it_goes(django_assert_num_queries):
    work = Steady("letters", Desk().some)
    ours, theirs = begin(work), begin(work, at=NOON + MINUTE / 2)
    ours.once()

    theirs.once()

    assert Job.objects.get(name="letters").last_finished_at == NOON
    with django_assert_num_queries(0):
        ours.once()


def test_an_error_is_written_over_a_minute_that_went_well_and_goes_with_the_next_that_does():
    well, broken = (
        Steady("letters", Desk().some),
        Steady("letters", Desk(fails=ValueError("full")).some),
    )
    begin(well).once()

    begin(broken, at=NOON + MINUTE / 2).once()
    assert Job.objects.get(name="letters").last_error == "ValueError: full"

    begin(well, at=NOON + 2 * MINUTE).once()
    assert Job.objects.get(name="letters").last_error == ""
