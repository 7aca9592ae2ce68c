"""Reading iCalendar data within limits, and refreshing subscribed calendars."""

import http.server
import threading
from datetime import UTC, date, datetime, timedelta

import pytest

from everyhour.domain.rhythm import calendars, days, ics
from everyhour.domain.rhythm.models import Calendar, Occurrence
from testing import make

SINCE = datetime(2026, 11, 16, tzinfo=UTC)
UNTIL = SINCE + timedelta(days=60)


def ical(*events: str, also: str = "") -> bytes:
    body = "".join(f"BEGIN:VEVENT\n{event}\nEND:VEVENT\n" for event in events)
    return f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//them//EN\n{also}{body}END:VCALENDAR\n".replace(
        "\n", "\r\n"
    ).encode()


def read(*events: str, also: str = "") -> list[ics.Event]:
    return ics.read(ical(*events, also=also), zone="America/Chicago", since=SINCE, until=UNTIL)


PIANO = (
    "UID:piano\nSUMMARY:Piano\nDTSTART:20261117T160000\nDTEND:20261117T164500\n"
    "RRULE:FREQ=WEEKLY;COUNT=4"
)


def test_floating_time_uses_the_home_zone():
    assert [events.begins.isoformat() for events in read(PIANO)][:2] == [
        "2026-11-17T22:00:00+00:00",
        "2026-11-24T22:00:00+00:00",
    ]


def test_excluded_moved_and_cancelled_dates():
    moved = (
        "UID:piano\nRECURRENCE-ID:20261124T160000\nSUMMARY:Piano\n"
        "DTSTART:20261125T170000\nDTEND:20261125T174500"
    )
    off = (
        "UID:piano\nRECURRENCE-ID:20261208T160000\nSTATUS:CANCELLED\n"
        "DTSTART:20261208T160000\nDTEND:20261208T164500"
    )

    events = read(f"{PIANO}\nEXDATE:20261201T160000", moved, off)

    assert [one.begins.isoformat() for one in events] == [
        "2026-11-17T22:00:00+00:00",
        "2026-11-25T23:00:00+00:00",
    ]


def test_named_zone_and_embedded_timezone():
    named = (
        "UID:a\nDTSTART;TZID=Europe/Berlin:20261117T160000\n"
        "DTEND;TZID=Europe/Berlin:20261117T170000"
    )
    own = "UID:b\nDTSTART;TZID=Ours:20261118T160000\nDTEND;TZID=Ours:20261118T170000"
    explained = (
        "BEGIN:VTIMEZONE\nTZID:Ours\nBEGIN:STANDARD\nDTSTART:20000101T000000\n"
        "TZOFFSETFROM:+0545\nTZOFFSETTO:+0545\n"
        "TZNAME:NPT\nEND:STANDARD\nEND:VTIMEZONE\n"
    )

    assert [f"{one.begins:%d %H:%M}" for one in read(named, own, also=explained)] == [
        "17 15:00",
        "18 10:15",
    ]


def test_local_hour_is_kept_across_dst():
    weekly = (
        "UID:a\nDTSTART;TZID=America/New_York:20261030T170000\n"
        "DTEND;TZID=America/New_York:20261030T180000\nRRULE:FREQ=WEEKLY"
    )
    events = ics.read(
        ical(weekly), zone="UTC", since=datetime(2026, 10, 28, tzinfo=UTC), until=SINCE
    )

    assert [f"{one.begins:%m-%d %H:%M}" for one in events] == [
        "10-30 21:00",
        "11-06 22:00",
        "11-13 22:00",
    ]


def test_all_day_event_includes_both_ends():
    (one,) = read(
        "UID:break\nSUMMARY:Fall break\nDTSTART;VALUE=DATE:20261123\nDTEND;VALUE=DATE:20261128"
    )

    assert (one.first, one.last, one.begins, one.title) == (
        date(2026, 11, 23),
        date(2026, 11, 27),
        None,
        "Fall break",
    )


def test_transparent_event_is_ignored():
    assert read(f"{PIANO}\nTRANSP:TRANSPARENT") == []


@pytest.mark.parametrize("rule", ["FREQ=DAILY;COUNT=10000", "FREQ=DAILY"])
def test_long_recurrence_is_limited_to_days_ahead(rule):
    assert len(read(f"UID:a\nDTSTART:20200101T160000Z\nDTEND:20200101T170000Z\nRRULE:{rule}")) == 60


def test_too_many_events_keeps_the_soonest():
    events = read("UID:a\nDTSTART:20261121T000000Z\nRRULE:FREQ=MINUTELY;INTERVAL=20")

    assert len(events) == ics.MOST
    assert events[-1].begins - events[0].begins == 20 * timedelta(minutes=ics.MOST - 1)


def test_secondly_rule_is_stopped_by_the_time_limit():
    with pytest.raises(ics.UnreadableCalendar) as raised:
        ics.read(
            ical("UID:a\nDTSTART:20261116T160000Z\nRRULE:FREQ=SECONDLY"),
            zone="UTC",
            since=SINCE,
            until=UNTIL,
            seconds=1,
        )

    assert raised.value.why == ics.TOO_MUCH


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"hello",
        b"\x00" * 900,
        b"<html></html>",
        b"BEGIN:VCALENDAR",
        ical("UID:a\nDTSTART:never")[:60],
    ],
)
def test_invalid_data_raises_not_a_calendar(data):
    with pytest.raises(ics.UnreadableCalendar) as raised:
        ics.read(data, zone="UTC", since=SINCE, until=UNTIL)

    assert raised.value.why == ics.NOT_A_CALENDAR


class CalendarServer(http.server.BaseHTTPRequestHandler):
    """Serve a calendar, or 304 if the client has its ETag."""

    body, status, seen = b"", 200, []

    def do_GET(self):
        type(self).seen.append(self.headers.get("If-None-Match"))
        same = self.headers.get("If-None-Match") == '"1"'
        self.send_response(304 if same else self.status)
        self.send_header("ETag", '"1"')
        self.send_header("Content-Length", "0" if same else str(len(self.body)))
        self.end_headers()
        if not same:
            self.wfile.write(self.body)

    def log_message(self, *_args):
        pass


@pytest.fixture
def server(settings):
    settings.PRIVATE_ADDRESSES = True
    server = http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), type("Ours", (CalendarServer,), {"seen": [], "body": ical(PIANO)})
    )
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def ada(db):
    return make.guardian(make.family())


def subscribed(server, ada) -> Calendar:
    address = f"http://127.0.0.1:{server.server_address[1]}/club.ics?key=secret"
    return calendars.subscribe(
        address, name="Club", means=Calendar.Means.APPOINTMENTS, by=ada, at=SINCE
    )


def test_subscribing_reads_and_seals(server, ada):
    calendar = subscribed(server, ada)

    assert Occurrence.objects.count() == 4
    assert len(days.appointments(ada.household, SINCE, UNTIL)) == 4
    first = Occurrence.objects.all()[0]
    assert b"secret" not in bytes(calendar.address) and b"Piano" not in bytes(first.title)
    assert ada.family.unseal(first.title, place=first.place) == "Piano"


def test_refresh_daily_and_in_full_weekly(server, ada):
    calendar = subscribed(server, ada)
    handler = server.RequestHandlerClass
    calendars.refresh_due(SINCE + timedelta(hours=23))
    assert len(handler.seen) == 1

    calendars.refresh_due(SINCE + timedelta(days=1))
    calendars.refresh_due(SINCE + timedelta(days=8))

    calendar.refresh_from_db()
    assert handler.seen == [None, '"1"', None]
    assert calendar.fetched_at == SINCE + timedelta(days=8) and Occurrence.objects.count() == 3


def test_failed_refresh_keeps_events_and_backs_off(server, ada):
    calendar = subscribed(server, ada)
    server.RequestHandlerClass.status = 500
    server.RequestHandlerClass.body = b""
    at, pauses = SINCE + timedelta(days=8), []
    for _turn in range(10):
        calendars.refresh_due(at)
        calendar.refresh_from_db()
        pauses.append((calendar.next_at - at).total_seconds() / 3600)
        at = calendar.next_at

    assert calendar.trouble == calendars.UNREACHABLE and Occurrence.objects.count() == 4
    assert pauses == [1, 2, 4, 8, 16, 32, 64, 128, 168, 168]


def test_file_is_sealed_and_reread_for_later_weeks(ada):
    weekly = PIANO.replace(";COUNT=4", "")
    calendar = calendars.add_file(ical(weekly), name="", means="appointments", by=ada, at=SINCE)
    assert b"Piano" not in bytes(calendar.source)

    calendars.refresh_due(SINCE + timedelta(days=30))

    assert Occurrence.objects.last().begins > SINCE + timedelta(days=80)


def test_too_large_file_is_refused(ada):
    with pytest.raises(calendars.CalendarError) as raised:
        calendars.add_file(
            b"x" * (50 * 1024 * 1024), name="", means="appointments", by=ada, at=SINCE
        )

    assert raised.value.why == calendars.TOO_LARGE and not Calendar.objects.exists()


@pytest.mark.parametrize(
    "address",
    ["", "no address", "ftp://example.org/a.ics", "https://", "file:///etc/passwd", "http://[::1"],
)
def test_invalid_address_is_refused(ada, address):
    with pytest.raises(calendars.CalendarError) as raised:
        calendars.subscribe(address, name="", means="appointments", by=ada, at=SINCE)

    assert raised.value.why == calendars.NO_ADDRESS


def test_private_network_address_is_refused(ada, settings):
    settings.PRIVATE_ADDRESSES = False

    with pytest.raises(calendars.CalendarError) as raised:
        calendars.subscribe(
            "http://127.0.0.1:9/x.ics", name="", means="appointments", by=ada, at=SINCE
        )

    assert raised.value.why == calendars.REFUSED


def test_ended_calendar_is_deleted_after_a_day(ada):
    calendar = calendars.add_file(ical(PIANO), name="", means="appointments", by=ada, at=SINCE)
    calendar.ended_at = SINCE
    calendar.save()
    assert days.appointments(ada.household, SINCE, UNTIL) == []

    calendars.refresh_due(SINCE + timedelta(hours=20))
    assert Calendar.objects.exists()
    calendars.refresh_due(SINCE + timedelta(hours=25))
    assert not Calendar.objects.exists() and not Occurrence.objects.exists()
