"""Weeks in which a caregiver changes time zones: their lengths and the hours of moments."""

import re

import pytest
from playwright.sync_api import expect

from journeys import cast
from journeys.accessibility import expect_accessible
from journeys.cast import page_of
from journeys.conftest import SHOTS
from testing.browser import PHONE

# Chicago; from Wednesday 19 November 2025, 11 am, in Lisbon, six hours ahead; from Monday the 24th,
# 3 pm in Lisbon, in Chicago again.
ABROAD = """
from zoneinfo import ZoneInfo
CHICAGO, LISBON = ZoneInfo("America/Chicago"), ZoneInfo("Europe/Lisbon")
ada = people["Ada"]
ada.person.zone_periods.all().delete()
ada.person.move("America/Chicago", at=datetime(2020, 1, 1, tzinfo=UTC))
ada.person.move("Europe/Lisbon", at=datetime(2025, 11, 19, 17, tzinfo=UTC))
ada.person.move("America/Chicago", at=datetime(2025, 11, 24, 15, tzinfo=UTC))
def lived(day, hour, title, zone):
    key = f"abroad{day}-{hour}-{tag}"
    sealed = family.seal(title, place=f"moment:{key}:title")
    at = datetime(2025, 11, day, hour, 30, tzinfo=zone)
    make.moment(ada, child=child, at=at, zone=zone.key, key=key, title=sealed, outcome="settled")
lived(17, 7, "At home", CHICAGO)
lived(19, 18, "On arrival", LISBON)
lived(20, 7, "By the sea", LISBON)
lived(25, 7, "Home again", CHICAGO)
"""
THERE, BACK = "/en/week/2025-11-22/", "/en/week/2025-11-29/"


@pytest.fixture(scope="module")
def family(server):
    return cast.run(server, cast.FAMILY + ABROAD)


def hour(page, label: str):
    return page.locator(f'.c[aria-label^="{label}"]')


def test_week_that_ends_six_hours_ahead_has_162_hours(visit, server, family):
    page = page_of(visit, server, family, "Ada", size=PHONE)

    page.goto(THERE)

    expect(page.get_by_role("heading", level=1)).to_have_text("162 hours")
    expect(page.locator("main")).to_contain_text(
        "You spent part of it in another time zone, so this week has 162 hours."
    )
    assert page.locator(".c").count() == 162
    expect(page.locator(".hd", has_text="Wed")).to_contain_text("Lisbon")
    hour(page, "Thursday, 7 am").click()
    expect(page.locator("[data-peek]")).to_contain_text("By the sea")
    page.get_by_role("button", name="Close").click()
    hour(page, "Wednesday, 6 pm in Lisbon").click()
    expect(page.locator("[data-peek]")).to_contain_text("On arrival")
    expect(hour(page, "Monday, 7 am")).to_have_count(1)


def test_week_of_the_flight_home_has_174_hours(visit, server, family):
    page = page_of(visit, server, family, "Ada", size=PHONE)

    page.goto(BACK)

    expect(page.get_by_role("heading", level=1)).to_have_text("174 hours")
    expect(page.locator("main")).to_contain_text("another time zone, so this week has 174 hours.")
    hour(page, "Tuesday, 7 am").click()
    expect(page.locator("[data-peek]")).to_contain_text("Home again")


def test_moment_list_shows_the_same_local_hours_as_the_week(visit, server, family):
    page = page_of(visit, server, family, "Ada", size=PHONE)

    page.goto("/en/moments/?until=2025-11-26")

    rows = page.locator("[data-part=moments] .row")
    expect(rows.filter(has_text="By the sea")).to_contain_text(re.compile(r"7:30\s?am"))
    expect(rows.filter(has_text="On arrival")).to_contain_text(re.compile(r"6:30\s?pm"))
    expect(rows.filter(has_text="At home")).to_contain_text(re.compile(r"7:30\s?am"))


def test_time_zone_is_changed_with_two_taps(visit, server, family):
    page = page_of(visit, server, family, "Otto", size=PHONE, timezone_id="Asia/Tokyo")
    page.goto("/en/account/zone/")
    expect(page.get_by_role("listitem").filter(has_text="America/Chicago")).to_be_visible()

    page.get_by_role("button", name="Use this device’s clock: Asia/Tokyo").click()
    page.get_by_role("button", name="Use this time zone").click()

    expect(page.get_by_role("listitem").filter(has_text="Asia/Tokyo")).to_be_visible()
    expect_accessible(page)
    page.goto("/en/moments/log/")
    there = page.evaluate(
        "[Date.now(), Date.now() - 60000].map(at => new Date(at).toLocaleString('sv').slice(0, 16))"
    )
    shown = page.locator("#f-day").input_value() + " " + page.locator("#f-time").input_value()
    assert shown in there


def test_weeks_of_162_and_174_hours_are_accessible(visit, server, family):
    page = page_of(visit, server, family, "Ada", size=PHONE, service_workers="block")

    for name, address in (("there", THERE), ("back", BACK)):
        page.goto(address)
        page.screenshot(path=SHOTS / f"abroad-{name}.png", full_page=True)
        expect_accessible(page)
