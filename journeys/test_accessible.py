"""Reading and using it in any light, without a mouse, with large text, without motion."""

import pytest
from playwright.sync_api import Page, expect

from journeys.accessible import hindrances
from journeys.steps import CRISIS, FLOW, KINDS, lost_words, open_right_now, step, tried, with_pocket
from testing.browser import DESK, PHONE, QUIET, chromium

ENHANCED = {*FLOW, *CRISIS}
NARROW = {"width": 320, "height": 640}
SMALL_TARGETS = """() => [...document.querySelectorAll('a, button, summary, input, select, label.btn')]
  .filter(target => target.checkVisibility() && !target.closest('.skip, .vh') && !target.matches('.vh'))
  .map(target => [target.getBoundingClientRect(), target]).filter(([box]) => box.width && (box.width < 44 || box.height < 44))
  .map(([box, target]) => `${Math.round(box.width)} x ${Math.round(box.height)}: ${target.textContent.trim().slice(0, 40)}`)"""
# Where the keyboard is: what it would press, and whether a person can see that.
FOCUSED = """() => {
  const at = document.activeElement, box = at.getBoundingClientRect(), style = getComputedStyle(at);
  const x = box.left + box.width / 2, y = box.top + Math.min(box.height / 2, 20), top = document.elementFromPoint(x, y);
  const ring = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
  return { ring, seen: !!top && (at.contains(top) || top.contains(at)), name: at.textContent.trim().slice(0, 40) };
}"""


@pytest.mark.parametrize("light", ["light", "dim", "night"])
def test_axe_finds_nothing_in_the_way_on_any_page(visit, light):
    page = visit.page(light=light, service_workers="block")

    found = []
    for kind, address in KINDS.items():
        page.goto(address.format("en"))
        page.evaluate("for (const fold of document.querySelectorAll('details')) fold.open = true")
        found += hindrances(page, enhanced=kind in ENHANCED)

    assert found == []


def test_axe_finds_nothing_in_the_way_at_a_desk(visit):
    page = visit.page(size=DESK, service_workers="block")

    found = []
    for kind in ("home", "ideas", "phone", "start", "idea"):
        page.goto(KINDS[kind].format("en"))
        found += hindrances(page)

    assert found == []


def test_axe_finds_what_is_in_the_way(visit):
    page = visit.page(service_workers="block")
    page.goto("/en/now/")

    page.evaluate("document.querySelector('.tiles small').style.color = 'var(--ink-3)'")
    page.evaluate("document.querySelector('[data-back] .vh').remove()")

    assert [found.split(" ")[1] for found in hindrances(page, enhanced=True)] == [
        "color-contrast-enhanced:",
        "link-name:",
    ]


def press_until(page: Page, selector: str, *, most: int = 40) -> None:
    """Go on with Tab until the keyboard is where we want it; wherever it is on the way, it can be seen."""
    for _press in range(most):
        page.keyboard.press("Tab")
        at = page.evaluate(FOCUSED)
        assert at["ring"] and at["seen"], f"nobody sees where the keyboard is: {at}"
        if page.evaluate("wanted => document.activeElement.matches(wanted)", selector):
            return
    raise AssertionError(f"The keyboard does not come to {selector}")


def test_the_whole_flow_with_the_keyboard_alone(anywhere):
    page = anywhere
    open_right_now(page)

    press_until(page, "[data-you=flooded]")
    page.keyboard.press("Enter")
    expect(page.locator("#h-you")).to_be_focused()
    press_until(page, "[data-go=start]")
    page.keyboard.press("Enter")
    expect(page.locator("#h-start")).to_be_focused()
    press_until(page, "[data-state=alarm]")
    page.keyboard.press("Enter")
    expect(page.locator("#h-around")).to_be_focused()
    press_until(page, "[data-situation=car]")
    page.keyboard.press("Enter")
    expect(page.locator("#h-idea")).to_be_focused()
    press_until(page, "[data-else]")
    page.keyboard.press("Enter")
    expect(page.locator("#h-idea")).to_be_focused()
    press_until(page, "[data-go=after]")
    page.keyboard.press("Enter")
    expect(page.locator("#h-after")).to_be_focused()
    press_until(page, "[data-outcome=settled]")
    page.keyboard.press("Enter")

    expect(page.locator("#h-done")).to_be_focused()
    press_until(page, "[data-home]")


def test_the_first_press_of_tab_offers_to_skip_to_the_content(guest):
    page = guest
    page.goto("/en/about/")

    page.keyboard.press("Tab")

    expect(page.locator(".skip")).to_be_focused()
    expect(page.locator(".skip")).to_be_in_viewport(ratio=1)


@pytest.mark.parametrize("size", [NARROW, PHONE], ids=["320", "390"])
def test_nothing_tappable_in_the_flow_is_small(visit, size):
    page = visit.page(size=size, service_workers="block")

    small = {}
    for kind, address in {**FLOW, "crisis": "/help/us/"}.items():
        page.goto(address.format("en"))
        small[kind] = page.evaluate(SMALL_TARGETS)

    # A link inside a sentence may be as small as the sentence (WCAG 2.5.8); the flow has none.
    assert {kind: found for kind, found in small.items() if found} == {}


@pytest.fixture(scope="module")
def large_text(browser):
    """A browser whose owner reads text twice as large."""
    opened = browser.browser_type.launch(
        executable_path=chromium(), args=[*QUIET, "--blink-settings=defaultFontSize=32"]
    )
    yield opened
    opened.close()


@pytest.mark.parametrize("language", ["en", "es"])
def test_at_320_pixels_nothing_is_cut_and_nothing_scrolls_sideways(visit, language):
    page = visit.page(size=NARROW, service_workers="block")

    assert lost_on(page, language) == {}


@pytest.mark.parametrize("size", [NARROW, PHONE, DESK], ids=["320", "390", "1280"])
def test_at_twice_the_text_size_nothing_is_cut_and_nothing_scrolls_sideways(
    visit, large_text, size
):
    visit.browser = large_text
    page = visit.page(size=size, service_workers="block")

    page.goto("/en/")
    assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "32px"
    assert lost_on(page, "en") == {}


def lost_on(page: Page, language: str) -> dict[str, list[str]]:
    lost = {}
    for kind, address in KINDS.items():
        page.goto(address.format(language))
        page.evaluate("for (const fold of document.querySelectorAll('details')) fold.open = true")
        lost[kind] = lost_words(page)
    return {kind: found for kind, found in lost.items() if found}


def test_who_asked_for_less_motion_gets_none(visit):
    page = visit.page(reduced_motion="reduce")
    open_right_now(page)
    page.wait_for_timeout(1200)  # the breath begins after a moment
    moving = "document.getAnimations().filter(a => a.effect.getComputedTiming().duration > 10).map(a => a.animationName ?? a.transitionProperty)"

    breath = page.evaluate(moving)
    page.locator("[data-state=alarm]").click()

    assert page.locator("[data-breath].go").count() == 1
    assert breath == [] and page.evaluate(moving) == []


def test_who_did_not_ask_sees_the_breath_go_in_and_out(visit):
    page = visit.page(reduced_motion="no-preference")
    page.goto("/en/now/")

    expect(page.locator("[data-cue]")).to_have_text("In")
    assert (
        page.evaluate(
            "document.querySelector('[data-breath] i').getAnimations()[0].effect.getComputedTiming().duration"
        )
        == 10_000
    )


def test_what_is_said_is_said_aloud(guest):
    page = guest
    open_right_now(page)
    page.locator("[data-state=alarm]").click()
    page.locator("[data-situation=homework]").click()
    with_pocket(page)

    tried(page, "settled")

    expect(page.get_by_role("status").filter(has_text="Saved on this phone.")).to_be_visible()
    expect(step(page, "done")).to_be_visible()
    assert page.locator("h1:visible").count() == 1
