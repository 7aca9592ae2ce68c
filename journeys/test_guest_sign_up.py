"""A guest creates an account, skips setup and brings in moments, in under two minutes."""

import re
import time

from playwright.sync_api import Page, expect

from journeys.accessibility import expect_accessible
from journeys.conftest import SHOTS
from journeys.steps import expect_saved, go_to_idea, open_right_now, report_outcome
from journeys.test_sign_in import make_account
from testing.browser import PHONE

TWO_MINUTES = 120
QUESTIONS = ("child", "day", "hard", "helps", "quiet")


def skip_everything(page: Page) -> None:
    for step in QUESTIONS:
        page.wait_for_url(f"**/family/start/{step}/")
        page.get_by_role("button", name="Skip").click()


def test_guest_signs_up_and_brings_in_a_moment(visit, server):
    page = visit.page(size=PHONE, timezone_id="America/Denver")
    open_right_now(page)
    title = go_to_idea(page)
    report_outcome(page, "settled")
    expect_saved(page)
    began = time.monotonic()

    make_account(page, server, "guest-to-family@example.org")
    page.goto("/en/family/")
    skip_everything(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("That’s all we need.")
    page.get_by_role("link", name=re.compile("^Add .* this phone")).click()
    page.get_by_role("link", name="Add a child").click()
    page.get_by_role("button", name="Add").click()
    expect(page.locator("[data-bring-count]")).to_have_text(
        "One moment on this phone. Bring it into your family?"
    )
    expect_accessible(page)
    page.screenshot(path=SHOTS / "bring.png")
    page.get_by_role("button", name="Bring them in").click()
    expect(page.locator("[data-bring-said]")).to_have_text("Your family has them now.")
    took = time.monotonic() - began

    assert took < TWO_MINUTES
    page.goto("/en/moments/")
    expect(page.locator("[data-part=moments] .row")).to_contain_text([title])
    page.goto("/en/today/")
    expect(page.locator(".glance")).to_contain_text("1 small moment")


def test_setup_keeps_answers_when_going_back(visit, server):
    page = visit.page()
    make_account(page, server, "back-and-on@example.org")
    page.goto("/en/family/start/child/")
    page.get_by_label("What you call them").fill("Wren")
    page.get_by_role("button", name="Next").click()
    page.get_by_role("button", name="Skip").click()

    page.goto("/en/family/start/child/")

    expect(page.get_by_label("What you call them")).to_have_value("Wren")
    page.get_by_role("button", name="Skip").click()
    page.goto("/en/family/")
    expect(page.get_by_role("link", name="Wren")).to_be_visible()
