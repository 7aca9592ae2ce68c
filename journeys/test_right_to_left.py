"""Right now in Arabic, which is laid out from right to left and not fully translated yet."""

import pytest
from playwright.sync_api import expect

from journeys.steps import go_to_idea, open_crisis_sheet, open_right_now, report_outcome


@pytest.fixture(scope="module")
def arabic(serve):
    return serve(EVERYHOUR_LANGUAGES="en es ar")


def test_back_is_mirrored_and_on_the_right(visit, arabic):
    page = visit.page(of=arabic)
    page.goto("/ar/now/")

    back, leave = page.locator("[data-back]"), page.locator("[data-leave]")

    assert back.bounding_box()["x"] > leave.bounding_box()["x"]
    mirrored = back.locator("svg").evaluate(
        """arrow => { const style = getComputedStyle(arrow);
        return style.scale.startsWith('-1') || style.transform.startsWith('matrix(-1')
          || style.rotate === '180deg' }"""
    )
    assert mirrored, "the arrow of Back points the wrong way"


def test_right_now_works_from_right_to_left(visit, arabic):
    page = visit.page(of=arabic)
    open_right_now(page, language="ar")

    assert go_to_idea(page)
    report_outcome(page, "settled")

    expect(page.locator("[data-step=done] [data-saved]")).not_to_have_text("")
    expect(page.locator("[data-retry-line]")).to_be_hidden()


def test_crisis_numbers_are_one_tap_away(visit, arabic):
    page = visit.page(of=arabic)
    page.goto("/ar/now/")

    sheet = open_crisis_sheet(page)

    expect(sheet.locator("a[href^='tel:']:visible").first).to_be_in_viewport()
