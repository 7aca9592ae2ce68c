"""Everyone may see the timetable; only the operator sees error texts, on the command line."""

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
REGULAR, STEADY = Regular("regular", lambda at: None, every=HOUR), Steady("steady", lambda at: 0)


@pytest.fixture(autouse=True)
def assets(settings):
    settings.STATIC_ROOT = served.assets()


@pytest.fixture
def enrolled():
    """Enrol the real timetable; every job has just run. Return the time."""
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


def test_page_shows_every_job_to_everyone(client, enrolled):
    shown = page(client)

    timetable = import_string(settings.TIMETABLE)
    assert shown.count("<tr>") == len(timetable) + 1
    assert all(str(job.why) in shown for job in timetable)
    assert "Times are in UTC" in shown


def test_every_job_has_its_own_name_and_function():
    timetable = import_string(settings.TIMETABLE)

    assert (
        len({job.name for job in timetable})
        == len({job.work for job in timetable})
        == len(timetable)
    )


def test_page_shows_no_error_text(client, enrolled):
    Job.objects.filter(name="check SQLite quickly").update(
        last_error="OperationalError: a secret of Ada"
    )

    shown = page(client)

    assert "<b>failed</b>" in shown
    assert "secret" not in shown


def test_command_shows_error_text_and_exits_with_1(enrolled, capsys):
    Job.objects.filter(name="check SQLite quickly").update(
        last_error="OperationalError: disk I/O error"
    )

    code = main(["timetable"])

    output = capsys.readouterr().out
    assert code == 1
    assert "OperationalError: disk I/O error" in output
    assert all(job.name in output for job in import_string(settings.TIMETABLE))


def test_page_shows_times_in_the_readers_time_zone(client):
    client.force_login(make.person(zone="Asia/Kathmandu"))
    enrol(import_string(settings.TIMETABLE), at=NOON)
    Job.objects.filter(name="check SQLite quickly").update(last_finished_at=NOON)

    shown = page(client)

    assert "Nov 23, 5:45 pm" in shown
    assert "Times are in Asia/Kathmandu" in shown


def test_page_warns_when_no_worker_runs(client, enrolled):
    assert "No job has run" not in page(client)

    Job.objects.update(last_finished_at=enrolled - SILENCE - HOUR)
    assert "No job has run since" in page(client)

    Job.objects.all().delete()
    assert "No job has run yet" in page(client)


def test_page_warns_of_a_changed_clock_without_details(client, enrolled):
    Job.objects.filter(name=CLOCK).update(
        held_until=enrolled + HOUR, last_error="The clock went back by 3 days."
    )

    shown = page(client)

    assert "clock was changed" in shown
    assert "3 days" not in shown


def test_page_does_not_warn_after_the_suspension(client, enrolled):
    Job.objects.filter(name=CLOCK).update(
        held_until=enrolled - HOUR, last_error="The clock went back by 3 days."
    )

    assert "clock was changed" not in page(client)


def test_next_run_is_the_due_time_or_now_when_late():
    enrol([REGULAR, STEADY], at=NOON)
    Job.objects.filter(name="regular").update(due_at=NOON + HOUR)

    early, late = (present([REGULAR, STEADY], at=at).lines for at in (NOON, NOON + 2 * HOUR))

    assert [line.next_at for line in early] == [NOON + HOUR, None]
    assert late[0].next_at == NOON + 2 * HOUR
    assert early[1].steady


def test_page_needs_two_queries(client, enrolled, django_assert_num_queries):
    with django_assert_num_queries(2):  # jobs and operator notices
        page(client)


def test_page_shows_operator_notices(client, enrolled, monkeypatch):
    notice = "2 crisis numbers were last checked a month ago or longer."
    monkeypatch.setattr(operator_notices, "NOTICES", (lambda at: [notice],))

    assert notice in page(client)
