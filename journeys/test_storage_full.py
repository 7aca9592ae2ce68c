"""A phone whose storage is full."""

import pytest
from playwright.sync_api import Page, expect

from journeys.steps import (
    moments,
    open_right_now,
    saved,
    to_idea,
    tried,
    until_kept,
    whole,
    with_pocket,
)


@pytest.fixture
def full(phone):
    """Gives `full(True)`, after which this phone keeps nothing more, and `full(False)`."""
    room = phone.context.new_cdp_session(phone)

    def set_room(is_full: bool) -> None:
        origin = phone.evaluate("location.origin")
        room.send(
            "Storage.overrideQuotaForOrigin",
            {"origin": origin, **({"quotaSize": 1} if is_full else {})},
        )

    return set_room


def test_help_works_and_the_truth_is_told(phone, full):
    page = phone
    open_right_now(page)
    full(True)
    assert to_idea(page)

    tried(page, "settled")

    expect(page.locator("[data-step=done] [data-saved]")).to_have_text(
        "This phone couldn’t save it: its storage is full or blocked. Everything here still works."
    )
    expect(page.locator("[data-retry]")).to_be_visible()


def test_trying_again_keeps_it_once_there_is_room(phone, full):
    page = phone
    open_right_now(page)
    full(True)
    to_idea(page)
    tried(page, "settled")
    expect(page.locator("[data-retry]")).to_be_visible()

    full(False)
    page.locator("[data-retry]").click()

    saved(page)
    assert moments(page)[0]["outcome"] == "settled"


def test_in_flight_mode_with_storage_full_it_still_helps(phone, full):
    page = phone
    page.goto("/en/")
    until_kept(page)
    full(True)
    page.context.set_offline(True)

    page.goto("/en/now/")
    whole(page)
    with_pocket(page)

    assert to_idea(page)
    tried(page, "not_yet")
    expect(page.locator("#h-done")).to_be_visible()


def test_full_from_the_first_visit_on_every_page_still_opens(phone, full):
    page: Page = phone
    page.goto("/help/")
    full(True)

    for address in ("/en/", "/en/now/", "/en/now/phone/", "/en/ideas/"):
        page.goto(address)
        whole(page)
    open_right_now(page)

    assert to_idea(page)


def test_a_wish_that_could_not_be_kept_stays_in_its_field(phone, full):
    page = phone
    page.goto("/en/now/phone/")
    with_pocket(page)
    full(True)

    page.locator("#nickname").fill("Wren")
    page.locator("#nickname").blur()

    expect(page.locator("[data-wishes-said]")).to_have_text(
        "That didn’t save. It’s still here. Try again."
    )
    expect(page.locator("#nickname")).to_have_value("Wren")
