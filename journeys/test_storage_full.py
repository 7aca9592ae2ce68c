"""Right now on a phone whose storage is full."""

import pytest
from playwright.sync_api import Page, expect

from journeys.steps import (
    breathe,
    expect_complete,
    expect_saved,
    go_to_idea,
    open_right_now,
    report_outcome,
    stored_moments,
    wait_for_bundle,
    wait_for_service_worker,
)


@pytest.fixture
def full(phone):
    """A function: `full(True)` makes storage refuse every write, `full(False)` ends that."""
    devtools = phone.context.new_cdp_session(phone)

    def set_full(is_full: bool) -> None:
        origin = phone.evaluate("location.origin")
        devtools.send(
            "Storage.overrideQuotaForOrigin",
            {"origin": origin, **({"quotaSize": 1} if is_full else {})},
        )

    return set_full


def test_full_storage_is_reported_and_help_still_works(phone, full):
    page = phone
    open_right_now(page)
    full(True)
    assert go_to_idea(page)

    report_outcome(page, "settled")

    expect(page.locator("[data-step=done] [data-saved]")).to_have_text(
        "This phone couldn’t save it: its storage is full or blocked. Everything here still works."
    )
    expect(page.locator("[data-retry]")).to_be_visible()


def test_retry_saves_once_there_is_room(phone, full):
    page = phone
    open_right_now(page)
    full(True)
    go_to_idea(page)
    report_outcome(page, "settled")
    expect(page.locator("[data-retry]")).to_be_visible()

    full(False)
    page.locator("[data-retry]").click()

    expect_saved(page)
    assert stored_moments(page)[0]["outcome"] == "settled"


def test_right_now_works_offline_with_full_storage(phone, full):
    page = phone
    page.goto("/en/")
    wait_for_service_worker(page)
    full(True)
    page.context.set_offline(True)

    page.goto("/en/now/")
    expect_complete(page)
    wait_for_bundle(page)
    breathe(page)

    assert go_to_idea(page)
    report_outcome(page, "not_yet")
    expect(page.locator("#h-done")).to_be_visible()


def test_pages_open_when_storage_was_always_full(phone, full):
    page: Page = phone
    page.goto("/help/")
    full(True)

    for address in ("/en/", "/en/now/", "/en/now/phone/", "/en/ideas/"):
        page.goto(address)
        expect_complete(page)
    open_right_now(page)

    assert go_to_idea(page)


def test_unsaved_wish_stays_in_its_field(phone, full):
    page = phone
    page.goto("/en/now/phone/")
    wait_for_bundle(page)
    full(True)

    page.locator("#nickname").fill("Wren")
    page.locator("#nickname").blur()

    expect(page.locator("[data-wishes-said]")).to_have_text(
        "That didn’t save. It’s still here. Try again."
    )
    expect(page.locator("#nickname")).to_have_value("Wren")
