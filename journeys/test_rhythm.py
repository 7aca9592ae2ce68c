"""A family tells how its days differ, plans a small moment into one, brings a calendar, and reads what is planned in its own."""

import re
import urllib.error
import urllib.request
from datetime import UTC, datetime, timedelta

import icalendar
import pytest
from playwright.sync_api import Page, expect

from journeys import cast
from journeys.accessible import sound
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
    sound(page)
    page.screenshot(path=SHOTS / f"rhythm-{name}.png", full_page=True)


def test_a_tuesday_that_is_different(ada):
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


def test_two_weeks_in_turn_and_the_days_in_this_home(ada, family):
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


def test_a_bear_walk_is_planned_and_comes_on_today(ada, family, server):
    every_part_is_near(server, family)
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


def every_part_is_near(server, family) -> None:
    """Wherever these minutes lie in the day: nothing is quiet, and something comes in the next minutes of every day."""
    at = (datetime.now(UTC) + timedelta(minutes=20)).strftime("%H:%M")
    cast.on(
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
begins = max(there.hour * 60 + there.minute, (datetime.now(ZoneInfo("America/Chicago")).hour * 60 + 1) % 1440)
make.part(child, begins=begins, weekdays=list(range(7)), name="the next thing", kind="chores")
told = 1
""",
    )


def ical(*events: str) -> bytes:
    body = "".join(f"BEGIN:VEVENT\r\n{event}\r\nEND:VEVENT\r\n" for event in events)
    return (
        f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//them//EN\r\n{body}END:VCALENDAR\r\n".encode()
    )


def test_a_calendar_file_is_read_and_one_that_is_too_large_is_refused_kindly(ada, tmp_path):
    swim = tmp_path / "swim.ics"
    swim.write_bytes(
        ical(
            "UID:swim\r\nSUMMARY:Swim\r\nDTSTART:20260105T170000\r\nDTEND:20260105T180000\r\nRRULE:FREQ=DAILY;COUNT=10000"
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
def test_what_is_planned_is_read_by_a_calendar_program_until_it_ends(ada, family, server):
    cast.on(
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
        told, tag = icalendar.Calendar.from_ical(answer.read()), answer.headers["ETag"]
    events = told.walk("VEVENT")
    assert len(events) == 28 and {str(event["SUMMARY"]) for event in events} == {"A small moment"}
    assert status(address, {"If-None-Match": tag}) == 304

    ada.goto("/en/rhythm/feed/")
    ada.get_by_role("button", name="Turn it off").click()
    expect(ada.get_by_text("Turned off. No one can read it any more.")).to_be_visible()
    assert status(address) == 404


def status(address: str, headers: dict[str, str] | None = None) -> int:
    try:
        request = urllib.request.Request(address, headers=headers or {})  # noqa: S310  our own server
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310  our own server
            return answer.status
    except urllib.error.HTTPError as refused:
        return refused.code
