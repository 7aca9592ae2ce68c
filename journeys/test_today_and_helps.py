"""Today, what helps, and who is around: full and empty, on a phone and at a desk, by day and by night; with and without scripts."""

import re

import pytest
from playwright.sync_api import Page, expect

from journeys import cast
from journeys.accessible import hindrances
from journeys.conftest import SHOTS
from journeys.steps import lost_words, unroll
from testing.browser import DESK, PHONE

FIVE_TO_SIX = "2026-11-23T23:40:00Z"


@pytest.fixture(scope="module")
def family(server):
    return cast.family(server, weeks=True)


@pytest.fixture(scope="module")
def new_family(server):
    return cast.family(server)


def opened(visit, server, family, path: str, *, name: str = "Ada", **options) -> Page:
    context = cast.sign_in(visit.context(**options), server, family, name)
    page = context.new_page()
    page.goto(path)
    return page


def picture(page: Page, name: str, *, whole: bool = True) -> None:
    if whole:
        unroll(page)
    page.evaluate("document.fonts.ready")
    page.screenshot(path=SHOTS / f"{name}.png")


@pytest.mark.parametrize("light", ["light", "night"])
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["390", "1280"])
def test_the_pages_have_their_pictures(visit, server, family, size, light):
    for name, path in {"today": "/en/today/", "helps": "/en/helps/", "around-them": "/en/helps/around/"}.items():
        page = opened(visit, server, family, path, size=size, light=light, service_workers="block")
        lost = lost_words(page)
        picture(page, f"{name}-{size['width']}-{light}", whole=name != "today")
        assert lost == [], f"{name}: {lost}"
        assert hindrances(page) == []


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["390", "1280"])
def test_the_first_day_is_kind(visit, server, new_family, size):
    page = opened(visit, server, new_family, "/en/today/", size=size)

    expect(page.locator(".glance")).to_contain_text("This is the first day.")
    expect(page.locator(".glance")).to_contain_text("Ordinary time. Nothing to fill in.")
    picture(page, f"today-first-day-{size['width']}-light")
    page.goto("/en/helps/")
    expect(page.locator(".helps")).to_contain_text("Nothing here yet.")
    picture(page, f"helps-first-day-{size['width']}-light")


def test_a_giver_sees_a_simple_today(visit, server, family):
    page = opened(visit, server, family, "/en/today/", name="Nana", size=PHONE)

    expect(page.locator("h1")).to_have_text(re.compile(r"\w"))
    expect(page.locator(".glance")).to_have_count(0)
    assert page.locator(".dock li").count() <= 2
    picture(page, "today-giver-390-light")


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_a_state_is_chosen_with_a_tap(visit, server, family, scripts):
    page = opened(visit, server, family, "/en/helps/", size=PHONE, java_script_enabled=scripts)
    other = page.locator(".pick a", has_text="Restless").or_(page.locator(".pick a[href*='state=alert']"))
    if scripts:
        page.evaluate("window.stayed = true")

    other.first.click()

    expect(page.locator(".pick [aria-current]")).to_have_attribute("href", re.compile("state=alert"))
    assert "state=alert" in page.url
    if scripts:
        assert page.evaluate("window.stayed")
        page.go_back()
        expect(page.locator(".pick [aria-current]")).to_have_attribute("href", re.compile("state=alarm"))


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_a_day_off_is_two_taps_away_and_back(visit, server, scripts):
    page = opened(visit, server, cast.family(server), "/en/today/", size=PHONE, java_script_enabled=scripts)

    page.get_by_role("button", name="Rest today").click()
    expect(page.locator("#next-h")).to_have_text("Today is a day off.")
    page.get_by_role("button", name="Undo").click()

    expect(page.get_by_role("button", name="Rest today")).to_be_visible()


def test_the_try_opens_and_says_what_the_next_ten_may_bring(visit, server, family):
    page = opened(visit, server, family, "/en/helps/?state=alarm", size=PHONE)
    second = page.locator("details:has(summary.try)").nth(1)

    second.locator("summary").click()

    expect(second.locator(".chance__w")).to_have_text(re.compile(r"Next ten tries: likely \d+( to \d+)? would help"))
