"""The Leave button, and what the Back button shows afterwards."""

import contextlib
import json
import re

import pytest
from playwright.sync_api import Error, Page, expect

from journeys.steps import (
    CRISIS,
    FLOW,
    SHELL,
    expect_complete,
    go_to_idea,
    open_right_now,
    step,
    wait_for_service_worker,
)

# Logs whenever a page of ours that was reached by going back shows text.
SEEN = """(() => {
  if (performance.getEntriesByType('navigation')[0]?.type !== 'back_forward') return;
  console.log('BACK');
  const look = () => {
    const body = document.body;
    const shown = body && !body.hidden
      && getComputedStyle(document.documentElement).display !== 'none';
    if (shown && body.innerText.trim()) console.log('SEEN ' + location.pathname);
    requestAnimationFrame(look);
  };
  look();
})()"""


def test_leave_opens_the_other_site_from_every_page(visit, elsewhere):
    page = visit.page(service_workers="block")

    for address in {**SHELL, **FLOW}.values():
        page.goto(address.format("en"))
        page.locator("[data-leave]").click()
        page.wait_for_url(elsewhere)


def test_leave_opens_the_other_site_from_crisis_pages(guest, elsewhere):
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
def test_back_after_leave_shows_no_page_of_ours(watched, elsewhere, kept):
    page = watched
    page.goto("/en/")
    if kept:
        wait_for_service_worker(page)
    page.goto("/en/about/")
    open_right_now(page)
    go_to_idea(page)
    page.locator("[data-leave]").click()
    page.wait_for_url(elsewhere)

    for _press in range(3):
        press_back(page)
        page.wait_for_timeout(700)
        page.wait_for_url(elsewhere)

    assert "BACK" in page.came
    assert page.seen == []


def press_back(page: Page) -> None:
    """Go back without waiting for an answer: the page may already be unloading."""
    with contextlib.suppress(Error):
        page.evaluate("setTimeout(() => history.back())")


def test_returning_on_purpose_after_leave_works(watched, elsewhere):
    page = watched
    page.goto("/en/")
    page.locator("[data-leave]").click()
    page.wait_for_url(elsewhere)

    page.goto("/en/about/")
    expect_complete(page)
    page.goto("/en/")
    page.evaluate("history.back()")

    expect(page.locator("h1")).to_have_text("What this is")


@pytest.mark.parametrize("key", ["Escape", "Shift"])
def test_three_quick_key_presses_leave(visit, elsewhere, key):
    for address in ("/en/", "/en/now/", "/en/now/phone/"):
        page = visit.page(service_workers="block")  # the key is still down in the one before
        page.goto(address)

        page.keyboard.press(key)
        page.keyboard.press(key)
        page.keyboard.down(key)  # the page is gone before the key comes up again

        page.wait_for_url(elsewhere)


def test_three_slow_key_presses_do_not_leave(guest):
    page = guest
    open_right_now(page)

    for _press in range(3):
        page.keyboard.press("Escape")
        page.wait_for_timeout(700)

    expect(page).to_have_url(re.compile("/en/now/$"))
    expect(step(page, "start")).to_be_visible()


LOG_WHEN_HIDDEN = """() => new MutationObserver(() => {
    console.log("left: " + JSON.stringify([document.body.hidden, document.title]));
  }).observe(document.body, { attributeFilter: ["hidden"] })"""


def test_leave_hides_the_page_and_empties_the_title(visit):
    page = visit.page(service_workers="block")
    page.route(
        "**/leave/", lambda asked: None
    )  # the network hangs: the page must be gone before anything answers
    page.goto("/en/now/")

    page.evaluate(
        LOG_WHEN_HIDDEN
    )  # from inside: a page that is on its way elsewhere answers no questions

    with page.expect_console_message(lambda said: said.text.startswith("left: ")) as caught:
        page.locator("[data-leave]").click(no_wait_after=True)

    assert json.loads(caught.value.text.removeprefix("left: ")) == [True, ""]
