"""A language that is read from right to left: Arabic, not yet translated in full, but laid out."""

import pytest
from playwright.sync_api import expect

from journeys.steps import open_right_now, to_idea, tried


@pytest.fixture(scope="module")
def arabic(serve):
    return serve(EVERYHOUR_LANGUAGES="en es ar")


def test_back_stands_at_the_right_and_points_there(visit, arabic):
    page = visit.page(of=arabic)
    page.goto("/ar/now/")

    back, leave = page.locator("[data-back]"), page.locator("[data-leave]")

    assert back.bounding_box()["x"] > leave.bounding_box()["x"]
    mirrored = back.locator("svg").evaluate(
        """arrow => { const style = getComputedStyle(arrow);
        return style.scale.startsWith('-1') || style.transform.startsWith('matrix(-1') || style.rotate === '180deg' }"""
    )
    assert mirrored, "the arrow of Back points away from where it leads"


def test_the_flow_works_from_the_right_too(visit, arabic):
    page = visit.page(of=arabic)
    open_right_now(page, language="ar")

    assert to_idea(page)
    tried(page, "settled")

    expect(page.locator("[data-step=done] [data-saved]")).not_to_have_text("")
    expect(page.locator("[data-retry-line]")).to_be_hidden()


def test_numbers_to_call_are_one_tap_away(visit, arabic):
    page = visit.page(of=arabic)
    page.goto("/ar/now/")

    page.locator(".unsafe").first.click()

    expect(page.locator("a[href^='tel:']").first).to_be_visible()
