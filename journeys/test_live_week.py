"""What one of the family tells comes onto the other's open week and list of moments, where they were reading."""

import pytest
from playwright.sync_api import Page, expect

from journeys import cast
from testing.browser import PHONE


@pytest.fixture
def family(server):
    """A family of each story’s own: what one tells changes what the other finds."""
    return cast.family(server)


def page_of(visit, server, family, name: str, address: str) -> Page:
    page = cast.sign_in(visit.context(size=PHONE), server, family, name).new_page()
    page.goto(address)
    return page


def tells(page: Page, what: str) -> None:
    page.goto("/en/moments/log/")
    page.get_by_label(what).check()
    page.get_by_role("button", name="Save").first.click()
    expect(page.locator(".flash")).to_contain_text(f"Saved: {what}.")


def test_a_moment_lights_up_on_the_others_open_week(visit, server, family):
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

    tells(otto, "Hum low together")

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


def test_a_moment_comes_onto_the_others_open_list(visit, server, family):
    ada, otto = (
        page_of(visit, server, family, "Ada", "/en/moments/"),
        page_of(visit, server, family, "Otto", "/en/today/"),
    )
    expect(ada.locator("[data-listening]")).to_be_attached()

    tells(otto, "Walk side by side")

    expect(ada.locator("[data-part=moments] .row").first).to_contain_text("Walk side by side")
