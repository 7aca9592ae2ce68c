"""Anybody can see what happens here by itself; only whoever runs the house sees what went wrong, in the machine's words."""

from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.utils import timezone
from django.utils.module_loading import import_string

from everyhour.config import operator_notices
from everyhour.config.command import main
from everyhour.foundation.jobs.actions import Regular, Steady, enrol
from everyhour.foundation.jobs.models import CLOCK, Job
from everyhour.foundation.jobs.presenters import SILENCE, present
from everyhour.foundation.ui.tests import served
from testing import make

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
LOOK, LETTERS = Regular("look", lambda at: None, every=HOUR), Steady("letters", lambda at: 0)


@pytest.fixture(autouse=True)
def assets(settings):
    settings.STATIC_ROOT = served.assets()


@pytest.fixture
def begun():
    """The house's own timetable, a minute after everything ran."""
    at = timezone.now()
    enrol(import_string(settings.TIMETABLE), at=at)
    Job.objects.exclude(name=CLOCK).update(
        last_started_at=at, last_finished_at=at, due_at=at + HOUR
    )
    return at


def page(client) -> str:
    response = client.get("/en/timetable/")
    assert response.status_code == 200
    return response.content.decode()


def test_a_stranger_sees_every_job_with_its_sentence(client, begun):
    shown = page(client)

    timetable = import_string(settings.TIMETABLE)
    assert shown.count("<tr>") == len(timetable) + 1
    assert all(str(job.why) in shown for job in timetable)
    assert "Times are in UTC" in shown


def test_no_job_stands_there_twice():
    timetable = import_string(settings.TIMETABLE)

    assert (
        len({job.name for job in timetable})
        == len({job.work for job in timetable})
        == len(timetable)
    )


def test_no_error_text_is_shown_to_anybody_on_the_page(client, begun):
    Job.objects.filter(name="check SQLite's file").update(
        last_error="OperationalError: a secret of Ada"
    )

    shown = page(client)

    assert "<b>failed</b>" in shown
    assert "secret" not in shown


def test_whoever_runs_the_house_reads_it_on_the_command_line(begun, capsys):
    Job.objects.filter(name="check SQLite's file").update(
        last_error="OperationalError: disk I/O error"
    )

    ended = main(["timetable"])

    told = capsys.readouterr().out
    assert ended == 1
    assert "OperationalError: disk I/O error" in told
    assert all(job.name in told for job in import_string(settings.TIMETABLE))


def test_times_are_those_of_the_reader(client):
    client.force_login(make.person(zone="Asia/Kathmandu"))
    enrol(import_string(settings.TIMETABLE), at=NOON)
    Job.objects.filter(name="check SQLite's file").update(last_finished_at=NOON)

    shown = page(client)

    assert "Nov 23, 5:45 pm" in shown
    assert "Times are in Asia/Kathmandu" in shown


def test_a_house_without_a_worker_says_so(client, begun):
    assert "No job has run" not in page(client)

    Job.objects.update(last_finished_at=begun - SILENCE - HOUR)
    assert "No job has run since" in page(client)

    Job.objects.all().delete()
    assert "No job has run yet" in page(client)


def test_a_clock_that_was_set_is_told_without_the_why(client, begun):
    Job.objects.filter(name=CLOCK).update(
        held_until=begun + HOUR, last_error="The clock went back by 3 days."
    )

    shown = page(client)

    assert "clock was changed" in shown
    assert "3 days" not in shown


def test_a_hold_that_is_over_is_told_no_more(client, begun):
    Job.objects.filter(name=CLOCK).update(
        held_until=begun - HOUR, last_error="The clock went back by 3 days."
    )

    assert "clock was changed" not in page(client)


def test_a_job_is_next_when_it_is_due_and_a_late_one_is_next_now():
    enrol([LOOK, LETTERS], at=NOON)
    Job.objects.filter(name="look").update(due_at=NOON + HOUR)

    early, late = (present([LOOK, LETTERS], at=at).lines for at in (NOON, NOON + 2 * HOUR))

    assert [line.next_at for line in early] == [NOON + HOUR, None]
    assert late[0].next_at == NOON + 2 * HOUR
    assert early[1].steady


def test_page_asks_the_database_twice_however_long_the_timetable_is(
    client, begun, django_assert_num_queries
):
    with django_assert_num_queries(2):  # the jobs, and what the operator should know
        page(client)


def test_page_shows_what_the_operator_should_know(client, begun, monkeypatch):
    notice = "2 crisis numbers were last checked a month ago or longer."
    monkeypatch.setattr(operator_notices, "NOTICES", (lambda at: [notice],))

    assert notice in page(client)
