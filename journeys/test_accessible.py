"""Reading and using it in any light, without a mouse, with large text, without motion."""

from playwright.sync_api import Page, expect

from journeys.accessible import hindrances
from journeys.steps import open_right_now, step, tried, with_pocket

# Where the keyboard is: what it would press, and whether a person can see that.
FOCUSED = """() => {
  const at = document.activeElement, box = at.getBoundingClientRect(), style = getComputedStyle(at);
  const x = box.left + box.width / 2, y = box.top + Math.min(box.height / 2, 20), top = document.elementFromPoint(x, y);
  const ring = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
  return { ring, seen: !!top && (at.contains(top) || top.contains(at)), name: at.textContent.trim().slice(0, 40) };
}"""


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
