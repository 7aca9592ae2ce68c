"""Pictures of every kind of page, by day and by night, on a phone and at a desk, in `shots/`: to be looked at by people."""

import pytest
from playwright.sync_api import Page

from journeys.conftest import SHOTS
from journeys.steps import FLOW, KINDS, lost_words, open_right_now, to_idea, unroll
from testing.browser import DESK, PHONE


@pytest.mark.parametrize("light", ["light", "night"])
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["390", "1280"])
def test_every_kind_of_page_has_its_picture(visit, size, light):
    page = visit.page(size=size, light=light, service_workers="block")

    lost = {}
    for kind, address in KINDS.items():
        page.set_viewport_size(size)
        page.goto(address.format("en"))
        take(
            page,
            f"{kind}-{size['width']}-{light}",
            whole=kind not in {**FLOW, "ideas": "", "gallery": ""},
        )
        lost[kind] = lost_words(page)
    page.set_viewport_size(size)
    open_right_now(page)
    to_idea(page, "calm", "bedtime")
    page.locator("[data-step=idea] .fold summary").click()
    take(page, f"unfolded-{size['width']}-{light}", whole=True)

    assert {kind: found for kind, found in lost.items() if found} == {}


def take(page: Page, name: str, *, whole: bool) -> None:
    """Take a picture, of the whole page or of what somebody sees first."""
    if whole:
        unroll(page)
    page.evaluate("document.fonts.ready")
    page.screenshot(path=SHOTS / f"{name}.png")
