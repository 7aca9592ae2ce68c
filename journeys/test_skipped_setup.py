"""One caregiver who skips setup: everything works, nothing leads into a dead end."""

from playwright.sync_api import Page, expect

from journeys.accessibility import expect_accessible
from journeys.cast import newcomer
from journeys.conftest import SHOTS
from journeys.steps import expect_saved, go_to_idea, open_right_now, report_outcome
from journeys.test_guest_sign_up import skip_everything
from testing.browser import PHONE


def picture(page: Page, name: str) -> None:
    page.screenshot(path=SHOTS / f"skipped-{name}.png", full_page=True)


def test_skipped_setup_leads_on(visit, server):
    page = newcomer(visit, server, size=PHONE)
    page.goto("/en/today/")
    expect(page.get_by_text("Step 1 of 5")).to_be_visible()
    expect_accessible(page)
    picture(page, "step")
    skip_everything(page)
    page.get_by_role("link", name="Go to Today").click()
    expect(page.get_by_role("link", name="Add your child")).to_be_visible()
    expect_accessible(page)
    picture(page, "today")

    # A moment for oneself, at once.
    page.get_by_role("link", name="Add a small moment").click()
    expect(page.get_by_role("heading", name="What was it?")).to_be_visible()
    picture(page, "log")
    page.get_by_role("button", name="Save").first.click()
    expect(page.locator("[data-part=moments] .row")).to_have_count(1)

    # Right now helps; what was done for the child waits on this phone for the child.
    open_right_now(page)
    go_to_idea(page)
    report_outcome(page, "settled")
    expect_saved(page)
    page.goto("/en/moments/")
    expect(page.locator("[data-part=moments] .row")).to_have_count(1)

    page.goto("/en/week/")
    picture(page, "week")
    page.get_by_role("link", name="Add your child").click()
    page.get_by_label("What you call them").fill("Wren")
    page.get_by_role("button", name="Add").click()
    page.wait_for_url("**/en/week/")
    page.goto("/en/today/")
    page.get_by_role("link", name="One earlier moment is saved on this phone").click()
    page.get_by_role("button", name="Bring them in").click()
    expect(page.locator("[data-bring-said]")).to_have_text("Your family has them now.")
    page.goto("/en/moments/")
    expect(page.locator("[data-part=moments] .row")).to_have_count(2)


def test_going_back_keeps_what_was_typed(visit, server):
    page = newcomer(visit, server, size=PHONE)
    page.goto("/en/family/start/child/")
    page.get_by_label("What you call them").fill("Wren")
    page.get_by_role("button", name="Next").click()
    page.get_by_role("button", name="Bed, 15 minutes later").click()

    page.get_by_role("link", name="Back").click()

    expect(page.get_by_label("What you call them")).to_have_value("Wren")
    page.get_by_role("button", name="Next").click()
    expect(page.locator("output").last).to_have_text("8:15 pm")


def test_too_long_nickname_is_kept_and_explained(visit, server):
    page = newcomer(visit, server, size=PHONE)
    page.goto("/en/family/start/child/")
    long = "Bartholomew " * 8
    page.get_by_label("What you call them").fill(long)

    page.get_by_role("button", name="Next").click()

    expect(page.get_by_text("This is too long: the limit is 40 characters.")).to_be_visible()
    expect(page.get_by_label("What you call them")).to_have_value(long)
    expect_accessible(page)
