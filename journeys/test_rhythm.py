"""Usual days, custody, seasons, planned practices, calendar files and the calendar feed."""

import re
import urllib.error
import urllib.request
from datetime import UTC, datetime, timedelta

import icalendar
import pytest
from playwright.sync_api import Page, expect

from journeys import cast
from journeys.accessibility import expect_accessible
from journeys.cast import page_of
from journeys.conftest import SHOTS
from testing.browser import PHONE


@pytest.fixture
def family(server):
    return cast.family(server)


@pytest.fixture
def ada(visit, server, family) -> Page:
    return page_of(visit, server, family, "Ada", size=PHONE)


def shot(page: Page, name: str) -> None:
    expect_accessible(page)
    page.screenshot(path=SHOTS / f"rhythm-{name}.png", full_page=True)


def test_weekly_part_is_added_and_its_deletion_undone(ada):
    ada.goto("/en/today/")
    ada.get_by_role("link", name=re.compile("Usual days")).click()
    expect(ada.get_by_role("heading", name="Wren’s usual day")).to_be_visible()
    ada.get_by_role("link", name="Add something").click()
    ada.get_by_label("What is it?").select_option(label="Waiting")
    ada.get_by_label("In your own words (optional)").fill("piano")
    ada.get_by_label("Starts").fill("16:00")
    ada.get_by_label("Tuesday").check()
    ada.get_by_label("This is often hard").check()
    shot(ada, "part")
    ada.get_by_role("button", name="Save").click()

    expect(ada.get_by_text("Added. Today will follow it from now on.")).to_be_visible()
    expect(ada.get_by_text("Tuesday. Often hard")).to_be_visible()
    ada.get_by_text("The next seven days").click()
    shot(ada, "days")
    ada.get_by_role("button", name="Delete piano").click()
    expect(ada.get_by_text("Piano on Tuesdays, a later bed")).to_be_visible()
    ada.get_by_role("button", name="Undo").click()
    expect(ada.get_by_text("Tuesday. Often hard")).to_be_visible()


def test_custody_days_seasons_and_alternate_weeks_are_saved(ada, family):
    ada.goto(f"/en/rhythm/children/{family['child']}/homes/?weeks=2")
    for box in ada.get_by_role("checkbox").all()[7:]:
        box.uncheck()
    shot(ada, "homes")
    ada.get_by_role("button", name="Save").click()
    expect(ada.get_by_text("Some days are in the other home")).to_be_visible()

    ada.goto(f"/en/rhythm/children/{family['child']}/seasons/")
    ada.get_by_label("First day").fill("2030-12-21")
    ada.get_by_label("Last day").fill("2031-01-01")
    ada.get_by_label("In your own words (optional)").fill("Winter")
    ada.get_by_role("button", name="Add", exact=True).click()
    expect(ada.get_by_text("Winter")).to_be_visible()
    shot(ada, "seasons")

    ada.goto(f"/en/rhythm/children/{family['child']}/parts/new/")
    ada.get_by_label("What is it?").select_option(label="Bed")
    ada.get_by_label("Starts").fill("21:30")
    ada.get_by_label("Friday").check()
    ada.get_by_text("Every other week, holidays, or not at all").click()
    ada.get_by_label("Every other week").check()
    shot(ada, "every-other-week")
    ada.get_by_role("button", name="Save").click()
    expect(ada.get_by_text("Friday, every other week")).to_be_visible()


def test_planned_practice_shows_on_today(ada, family, server):
    let_a_part_begin_soon(server, family)
    ada.goto("/en/ideas/practices/bear-walk/")
    title = ada.locator("h1").inner_text()
    ada.get_by_role("link", name="Plan it for a day").click()
    expect(ada.get_by_text("One or two a day is a good start.")).to_be_visible()
    ada.get_by_label(re.compile("^the next thing,")).check()
    shot(ada, "plan")
    ada.get_by_role("button", name="Plan it").click()
    expect(ada.get_by_text("Planned. Today will show it at the right time.")).to_be_visible()

    ada.goto("/en/today/")
    expect(ada.get_by_role("heading", name=title)).to_be_visible()
    expect(ada.get_by_text("Planned, before the next thing")).to_be_visible()
    shot(ada, "today")


def let_a_part_begin_soon(server, family) -> None:
    """Switch quiet hours off, and let a part of every day begin in 20 minutes."""
    at = (datetime.now(UTC) + timedelta(minutes=20)).strftime("%H:%M")
    cast.run(
        server,
        f"""
from datetime import datetime, UTC
from zoneinfo import ZoneInfo
from everyhour.domain.families.models import Child, Family
from testing import make
Family.objects.filter(pk="{family["family"]}").update(quiet_from=0, quiet_until=0)
child = Child.objects.get(pk="{family["child"]}")
child.day = {{"dinner": 1}}
child.functions_like_age = 7
child.save()
hour, minute = map(int, "{at}".split(":"))
there = datetime.now(UTC).replace(hour=hour, minute=minute).astimezone(ZoneInfo("America/Chicago"))
this_hour = datetime.now(ZoneInfo("America/Chicago")).hour
begins = max(there.hour * 60 + there.minute, (this_hour * 60 + 1) % 1440)
make.part(child, begins=begins, weekdays=list(range(7)), name="the next thing", kind="chores")
told = 1
""",
    )


def ical(*events: str) -> bytes:
    body = "".join(f"BEGIN:VEVENT\r\n{event}\r\nEND:VEVENT\r\n" for event in events)
    return (
        f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//them//EN\r\n{body}END:VCALENDAR\r\n".encode()
    )


def test_calendar_file_is_read_and_a_large_one_refused(ada, tmp_path):
    swim = tmp_path / "swim.ics"
    swim.write_bytes(
        ical(
            "UID:swim\r\nSUMMARY:Swim\r\n"
            "DTSTART:20260105T170000\r\nDTEND:20260105T180000\r\nRRULE:FREQ=DAILY;COUNT=10000"
        )
    )
    large, huge = tmp_path / "large.ics", tmp_path / "huge.ics"
    large.write_bytes(b"x" * (6 * 1024 * 1024))
    huge.write_bytes(b"x" * (50 * 1024 * 1024))

    ada.goto("/en/rhythm/calendars/")
    ada.get_by_label("A calendar file (.ics)").set_input_files(swim)
    ada.get_by_label("A name for this calendar").fill("Club")
    ada.get_by_role("button", name="Add this calendar").click()
    expect(
        ada.get_by_text(re.compile("Calendar added. Entries in the coming weeks: 6[0-2]."))
    ).to_be_visible(timeout=30_000)
    expect(ada.get_by_text("Club")).to_be_visible()
    shot(ada, "calendars")

    ada.get_by_label("A calendar file (.ics)").set_input_files(large)
    ada.get_by_label("A name for this calendar").fill("Everything")
    ada.get_by_role("button", name="Add this calendar").click()
    expect(ada.get_by_text(re.compile("5 MB is the limit"))).to_be_visible(timeout=30_000)
    expect(ada.get_by_label("A name for this calendar")).to_have_value("Everything")
    shot(ada, "calendar-too-large")

    ada.get_by_label("A calendar file (.ics)").set_input_files(huge)
    ada.get_by_role("button", name="Add this calendar").click()
    expect(ada.get_by_text(re.compile("5 MB is the limit"))).to_be_visible(timeout=30_000)


@pytest.mark.database
def test_calendar_feed_serves_the_plan_until_turned_off(ada, family, server):
    cast.run(
        server,
        f"""
from everyhour.domain.families.models import Child
from testing import make
make.planned(Child.objects.get(pk="{family["child"]}"))
told = 1
""",
    )
    ada.goto("/en/rhythm/feed/")
    ada.get_by_role("button", name="Create an address").click()
    address = ada.get_by_role("textbox", name="Your private address").input_value()
    shot(ada, "feed")

    with urllib.request.urlopen(address, timeout=30) as answer:  # noqa: S310  our own server
        calendar, tag = icalendar.Calendar.from_ical(answer.read()), answer.headers["ETag"]
    events = calendar.walk("VEVENT")
    assert len(events) == 28 and {str(event["SUMMARY"]) for event in events} == {"A small moment"}
    assert status(address, {"If-None-Match": tag}) == 304

    ada.goto("/en/rhythm/feed/")
    ada.get_by_role("button", name="Turn it off").click()
    expect(ada.get_by_text("Turned off. No one can read it any more.")).to_be_visible()
    assert status(address) == 404


def status(address: str, headers: dict[str, str] | None = None) -> int:
    try:
        request = urllib.request.Request(address, headers=headers or {})  # noqa: S310  our server
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310  our own server
            return answer.status
    except urllib.error.HTTPError as refused:
        return refused.code
