"""Adding calendars, their errors, and the private feed of plans."""

from datetime import UTC, datetime

import icalendar
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from everyhour.domain.families import actions as families
from everyhour.domain.rhythm.models import Calendar, Feed, Occurrence
from everyhour.domain.rhythm.tests.test_calendars import ical
from testing import make

pytestmark = pytest.mark.django_db
DAILY = "UID:a\nSUMMARY:Swim\nDTSTART:20200101T160000\nDTEND:20200101T170000\nRRULE:FREQ=DAILY"


@pytest.fixture
def ada(client):
    family = make.family()
    make.child(family, day={"bed": 1200})
    ada = make.guardian(family)
    client.force_login(ada.person)
    return ada


def bring(client, data: bytes, **columns):
    file = SimpleUploadedFile("club.ics", data, content_type="text/calendar")
    return client.post(
        "/en/rhythm/calendars/",
        {"file": file, "means": "appointments", "called": "Club", **columns},
        follow=True,
    )


def test_calendar_file_adds_appointments(client, ada, time_machine):
    time_machine.move_to(datetime(2026, 11, 23, 12, tzinfo=UTC), tick=False)
    page = bring(client, ical(DAILY)).text

    assert "Calendar added. Entries in the coming weeks: 61." in page
    assert "<bdi>Club</bdi>" in page and Occurrence.objects.count() == 61


def test_calendar_is_deleted_and_restored(client, ada):
    bring(client, ical(DAILY), means="holidays")
    calendar = Calendar.objects.get()
    address = f"/en/rhythm/calendars/{calendar.pk}/removal/"

    assert "None yet." in client.post(address, follow=True).text
    assert "<bdi>Club</bdi>" in client.post(address, {"undo": "1"}, follow=True).text


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"a picture", "read this as a calendar."),
        (b"x" * (5 * 1024 * 1024 + 1), "5 MB is the limit"),
        (b"", "as a calendar"),
    ],
    ids=["no calendar", "too large", "empty"],
)
def test_unreadable_file_returns_422_with_reason(client, ada, data, said):
    answer = bring(client, data)

    assert answer.status_code == 422 and said in answer.text and 'value="Club"' in answer.text
    assert not Calendar.objects.exists()


def test_invalid_address_keeps_what_was_typed(client, ada):
    answer = client.post(
        "/en/rhythm/calendars/", {"address": "ftp://example.org/x", "means": "appointments"}
    )

    assert (
        "look like the address of a calendar" in answer.text
        and "ftp://example.org/x" in answer.text
    )


def test_empty_form_asks_for_file_or_address(client, ada):
    assert "Choose a file, or enter an address." in client.post("/en/rhythm/calendars/", {}).text


def opened(client, **columns) -> str:
    response = client.post("/en/rhythm/feed/", columns)
    return response.context["address"].removeprefix("http://testserver")


def test_feed_address_is_shown_once_and_needs_no_session(client, ada):
    make.planned(ada.family.children.get(), by=ada)
    address = opened(client)
    assert address not in client.get("/en/rhythm/feed/").text
    client.logout()

    answer = client.get(address)
    again = client.get(address, headers={"If-None-Match": answer.headers["ETag"]})

    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert len(icalendar.Calendar.from_ical(answer.content).walk("VEVENT")) == 28
    assert (again.status_code, again.content) == (304, b"")
    assert "no-cache" in answer.headers["Cache-Control"]


def test_revoked_feed_returns_404(client, ada):
    first = opened(client)
    second = opened(client, shows="on")
    assert client.get(first).status_code == 404 and client.get(second).status_code == 200

    client.post("/en/rhythm/feed/", {"end": "1"})
    assert client.get(second).status_code == 404 and Feed.objects.count() == 2


def test_feed_of_removed_caregiver_returns_404(client, ada):
    address = opened(client)
    otto = make.guardian(ada.family)
    families.remove_caregiver(ada, by=otto, at=make.MONDAY)
    client.logout()

    assert client.get(address).status_code == 404


@pytest.mark.parametrize(
    ("why", "said"),
    [
        ("unreachable", "no answer from this address"),
        ("locked", "This calendar needs a password."),
        ("gone", "no calendar at this address any more"),
        ("refused", "read a calendar at that address."),
        ("too_much", "too many entries"),
        ("untold", "on our side"),
    ],
)
def test_refresh_error_is_shown_for_a_calendar(client, ada, why, said):
    make.calendar(ada.household, by=ada, name="Club", trouble=why, fetched_at=make.MONDAY)

    page = client.get("/en/rhythm/calendars/").text

    assert said in page and "We kept what we read before." in page
