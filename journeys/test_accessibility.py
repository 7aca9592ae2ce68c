"""Right now with the keyboard, with reduced motion, and with a screen reader."""

from playwright.sync_api import Page, expect

from journeys.accessibility import find_violations
from journeys.steps import breathe, open_right_now, report_outcome, step, wait_for_bundle

# The focused element, and whether it and its focus ring can be seen.
FOCUSED = """() => {
  const at = document.activeElement, box = at.getBoundingClientRect(), style = getComputedStyle(at);
  const x = box.left + box.width / 2, y = box.top + Math.min(box.height / 2, 20);
  const top = document.elementFromPoint(x, y);
  const ring = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
  const seen = !!top && (at.contains(top) || top.contains(at));
  return { ring, seen, name: at.textContent.trim().slice(0, 40) };
}"""


def test_axe_reports_broken_contrast_and_a_nameless_link(visit):
    page = visit.page(service_workers="block")
    page.goto("/en/now/start/")

    page.evaluate("document.querySelector('.tiles small').style.color = 'var(--ink-3)'")
    page.evaluate("document.querySelector('[data-back] .vh').remove()")

    assert [found.split(" ")[1] for found in find_violations(page, enhanced=True)] == [
        "color-contrast-enhanced:",
        "link-name:",
    ]


def press_until(page: Page, selector: str, *, most: int = 40) -> None:
    """Press Tab until the selector has focus; the focus must be visible at every step."""
    for _press in range(most):
        page.keyboard.press("Tab")
        at = page.evaluate(FOCUSED)
        assert at["ring"] and at["seen"], f"the focus is not visible: {at}"
        if page.evaluate("wanted => document.activeElement.matches(wanted)", selector):
            return
    raise AssertionError(f"Tab does not reach {selector}")


def test_right_now_works_with_the_keyboard_alone(anywhere):
    page = anywhere
    page.goto("/en/now/")
    wait_for_bundle(page)

    page.keyboard.press("Space")
    expect(page.locator("#h-start")).to_be_focused()
    press_until(page, "[data-you=flooded]")
    page.keyboard.press("Enter")
    expect(page.locator("[data-you=flooded]")).to_have_attribute("aria-pressed", "true")
    press_until(page, "[data-for-you]")
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


def test_first_tab_press_focuses_the_skip_link(guest):
    page = guest
    page.goto("/en/about/")

    page.keyboard.press("Tab")

    expect(page.locator(".skip")).to_be_focused()
    expect(page.locator(".skip")).to_be_in_viewport(ratio=1)


def test_reduced_motion_stops_all_animations(visit):
    page = visit.page(reduced_motion="reduce")
    page.goto("/en/now/")
    expect(page.locator("[data-fill].go")).to_be_attached()  # the breath begins after a moment
    moving = """document.getAnimations()
      .filter(one => one.effect.getComputedTiming().duration > 10)
      .map(one => one.animationName ?? one.transitionProperty)"""

    breath = page.evaluate(moving)
    wait_for_bundle(page)
    breathe(page)
    page.locator("[data-state=alarm]").click()

    assert breath == [] and page.evaluate(moving) == []


def test_breath_animates_without_reduced_motion(visit):
    page = visit.page(reduced_motion="no-preference")
    page.goto("/en/now/")

    expect(page.locator("[data-cue]")).to_have_text("In", timeout=15_000)
    breath = "document.querySelector('[data-fill] i').getAnimations()[0]"
    assert page.evaluate(f"{breath}.effect.getComputedTiming().duration") == 16_000


def test_saved_message_is_announced_as_a_status(guest):
    page = guest
    open_right_now(page)
    page.locator("[data-state=alarm]").click()
    page.locator("[data-situation=homework]").click()
    wait_for_bundle(page)

    report_outcome(page, "settled")

    expect(page.get_by_role("status").filter(has_text="Saved on this phone.")).to_be_visible()
    expect(step(page, "done")).to_be_visible()
    assert page.locator("h1:visible").count() == 1
