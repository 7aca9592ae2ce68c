"""Moments of one caregiver appear on the other's open week and list."""

import pytest
from playwright.sync_api import Page, expect

from journeys import cast
from testing.browser import PHONE


@pytest.fixture
def family(server):
    """A new family for each test, because the tests add moments."""
    return cast.family(server)


def page_of(visit, server, family, name: str, address: str) -> Page:
    page = cast.sign_in(visit.context(size=PHONE), server, family, name).new_page()
    page.goto(address)
    return page


def log_moment(page: Page, what: str) -> None:
    page.goto("/en/moments/log/")
    page.get_by_label(what).check()
    page.get_by_role("button", name="Save").first.click()
    expect(page.locator(".flash")).to_contain_text(f"Saved: {what}.")


def test_moment_appears_on_the_coparents_open_week(visit, server, family):
    ada, otto = (
        page_of(visit, server, family, "Ada", "/en/week/"),
        page_of(visit, server, family, "Otto", "/en/today/"),
    )
    expect(ada.locator("main[data-listening]")).to_be_attached()
    ada.evaluate("window.stayed = true")
    now = ada.locator('.c[tabindex="0"]')
    now.click()
    where = now.get_attribute("aria-label").split(":")[0]
    assert "In numbers" not in ada.locator("main").inner_text()

    log_moment(otto, "Hum low together")

    expect(ada.locator(".sky .g")).to_have_count(1)
    expect(ada.locator("h1 + .lede")).to_contain_text("1 small moment for Wren.")
    expect(ada.locator("[data-peek]")).to_contain_text("Hum low together")
    expect(ada.locator("[data-peek]")).to_contain_text("with Otto")
    expect(ada.locator(".c[aria-selected]")).to_have_count(1)
    expect(ada.locator("main")).to_contain_text("In numbers")
    assert ada.evaluate("document.activeElement.getAttribute('aria-label')").startswith(where)
    assert ada.evaluate("window.stayed"), "the page was loaded anew"
    ada.keyboard.press("ArrowUp")
    assert ada.locator('.c[tabindex="0"]').count() == 1


def test_moment_appears_on_the_coparents_open_list(visit, server, family):
    ada, otto = (
        page_of(visit, server, family, "Ada", "/en/moments/"),
        page_of(visit, server, family, "Otto", "/en/today/"),
    )
    expect(ada.locator("[data-listening]")).to_be_attached()

    log_moment(otto, "Walk side by side")

    expect(ada.locator("[data-part=moments] .row").first).to_contain_text("Walk side by side")
