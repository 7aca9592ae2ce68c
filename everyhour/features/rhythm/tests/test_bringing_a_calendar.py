"""A calendar comes in as a file; what cannot be read is said kindly. What is planned goes out at a private address."""

import icalendar
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from everyhour.domain.families import actions as families
from everyhour.domain.rhythm.models import Calendar, Feed, Occurrence
from everyhour.domain.rhythm.tests.test_reading_calendars import ical
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


def test_a_file_is_read_and_its_appointments_are_there(client, ada):
    told = bring(client, ical(DAILY)).text

    assert (
        "Calendar added. Entries in the coming weeks: 61." in told
        or "Calendar added. Entries in the coming weeks: 60." in told
    )
    assert "<bdi>Club</bdi>" in told and Occurrence.objects.count() >= 60


def test_a_calendar_is_taken_out_and_put_back(client, ada):
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
def test_what_cannot_be_read_is_said_kindly(client, ada, data, said):
    answer = bring(client, data)

    assert answer.status_code == 422 and said in answer.text and 'value="Club"' in answer.text
    assert not Calendar.objects.exists()


def test_an_address_that_is_none_is_said_kindly_and_stays_in_its_field(client, ada):
    answer = client.post(
        "/en/rhythm/calendars/", {"address": "ftp://example.org/x", "means": "appointments"}
    )

    assert (
        "look like the address of a calendar" in answer.text
        and "ftp://example.org/x" in answer.text
    )


def test_neither_a_file_nor_an_address_is_asked_for(client, ada):
    assert "Choose a file, or enter an address." in client.post("/en/rhythm/calendars/", {}).text


def opened(client, **columns) -> str:
    told = client.post("/en/rhythm/feed/", columns)
    return told.context["address"].removeprefix("http://testserver")


def test_the_address_is_shown_once_and_read_without_a_session(client, ada):
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


def test_an_address_that_ended_or_was_made_anew_is_not_found(client, ada):
    first = opened(client)
    second = opened(client, shows="on")
    assert client.get(first).status_code == 404 and client.get(second).status_code == 200

    client.post("/en/rhythm/feed/", {"end": "1"})
    assert client.get(second).status_code == 404 and Feed.objects.count() == 2


def test_who_was_removed_reads_nothing_at_once(client, ada):
    address = opened(client)
    otto = make.guardian(ada.family)
    families.remove(ada, by=otto, at=make.MONDAY)
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
def test_when_a_calendar_cannot_be_read_again_it_is_said_and_what_was_read_stays(
    client, ada, why, said
):
    make.calendar(ada.household, by=ada, name="Club", trouble=why, fetched_at=make.MONDAY)

    told = client.get("/en/rhythm/calendars/").text

    assert said in told and "We kept what we read before." in told
