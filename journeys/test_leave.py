"""Somebody else comes into the room."""

import contextlib
import json
import re

import pytest
from playwright.sync_api import Error, Page, expect

from journeys.steps import CRISIS, FLOW, SHELL, open_right_now, step, to_idea, until_kept, whole

# Tells whenever a page of ours that somebody came back to has words to see.
SEEN = """(() => {
  if (performance.getEntriesByType('navigation')[0]?.type !== 'back_forward') return;
  console.log('BACK');
  const look = () => {
    const body = document.body, shown = body && !body.hidden && getComputedStyle(document.documentElement).display !== 'none';
    if (shown && body.innerText.trim()) console.log('SEEN ' + location.pathname);
    requestAnimationFrame(look);
  };
  look();
})()"""


def test_leave_leads_away_from_every_page(visit, elsewhere):
    page = visit.page(service_workers="block")

    for address in {**SHELL, **FLOW}.values():
        page.goto(address.format("en"))
        page.locator("[data-leave]").click()
        page.wait_for_url(elsewhere)


def test_leave_leads_away_from_crisis_pages(guest, elsewhere):
    page = guest

    for address in CRISIS.values():
        page.goto(address)
        page.locator("a[href='/leave/']").click()
        page.wait_for_url(elsewhere)


@pytest.fixture
def watched(visit) -> Page:
    context = visit.context()
    context.add_init_script(SEEN)
    page = context.new_page()
    page.seen, page.came = [], []
    page.on(
        "console",
        lambda said: (
            page.seen.append(said.text)
            if said.text.startswith("SEEN")
            else page.came.append(said.text)
        ),
    )
    return page


@pytest.mark.parametrize("kept", [False, True], ids=["first visit", "later visit"])
def test_back_shows_nothing_of_where_they_were(watched, elsewhere, kept):
    page = watched
    page.goto("/en/")
    if kept:
        until_kept(page)
    page.goto("/en/about/")
    open_right_now(page)
    to_idea(page)
    page.locator("[data-leave]").click()
    page.wait_for_url(elsewhere)

    for _press in range(3):
        press_back(page)
        page.wait_for_timeout(700)
        page.wait_for_url(elsewhere)

    assert "BACK" in page.came
    assert page.seen == []


def press_back(page: Page) -> None:
    """Go back as the button does: a page that is already on its way elsewhere need not answer first."""
    with contextlib.suppress(Error):
        page.evaluate("setTimeout(() => history.back())")


def test_whoever_comes_back_on_purpose_finds_everything(watched, elsewhere):
    page = watched
    page.goto("/en/")
    page.locator("[data-leave]").click()
    page.wait_for_url(elsewhere)

    page.goto("/en/about/")
    whole(page)
    page.goto("/en/")
    page.evaluate("history.back()")

    expect(page.locator("h1")).to_have_text("What this is")


@pytest.mark.parametrize("key", ["Escape", "Shift"])
def test_three_quick_presses_lead_away(visit, elsewhere, key):
    for address in ("/en/", "/en/now/", "/en/now/phone/"):
        page = visit.page(service_workers="block")  # the key is still down in the one before
        page.goto(address)

        page.keyboard.press(key)
        page.keyboard.press(key)
        page.keyboard.down(key)  # the page is gone before the key comes up again

        page.wait_for_url(elsewhere)


def test_two_presses_or_three_slow_ones_lead_nowhere(guest):
    page = guest
    open_right_now(page)

    for _press in range(3):
        page.keyboard.press("Escape")
        page.wait_for_timeout(700)

    expect(page).to_have_url(re.compile("/en/now/$"))
    expect(step(page, "start")).to_be_visible()


TELL_WHAT_IS_LEFT = """() => new MutationObserver(() => console.log("left: " + JSON.stringify([document.body.hidden, document.title])))
    .observe(document.body, { attributeFilter: ["hidden"] })"""


def test_leaving_keeps_nothing_in_the_title(visit):
    page = visit.page(service_workers="block")
    page.route(
        "**/leave/", lambda asked: None
    )  # the network hangs: the page must be gone before anything answers
    page.goto("/en/now/")

    page.evaluate(
        TELL_WHAT_IS_LEFT
    )  # from inside: a page that is on its way elsewhere answers no questions

    with page.expect_console_message(lambda said: said.text.startswith("left: ")) as told:
        page.locator("[data-leave]").click(no_wait_after=True)

    assert json.loads(told.value.text.removeprefix("left: ")) == [True, ""]
