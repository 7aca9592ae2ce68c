"""Checks of a page's accessibility with axe (testing/vendor, MPL-2.0)."""

from functools import cache

from playwright.sync_api import Page

from journeys.steps import find_clipped_text, fit_viewport_to_page
from testing.browser import DESK
from testing.server import ROOT

AA = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
CONTRAST, AAA_CONTRAST = "color-contrast", "color-contrast-enhanced"
NARROW = {"width": 320, "height": 640}


@cache
def axe() -> str:
    return (ROOT / "testing" / "vendor" / "axe.min.js").read_text()


def find_violations(
    page: Page, *, enhanced: bool = False, contrast_only: bool = False
) -> list[str]:
    """Return each violated rule with its first places; `enhanced` adds AAA contrast."""
    fit_viewport_to_page(page)
    if not page.evaluate("'axe' in window"):
        page.evaluate(f"() => {{ {axe()} }}")  # a script tag would violate our content policy
    contrast = [CONTRAST, AAA_CONTRAST] if enhanced else [CONTRAST]
    asked = {
        "runOnly": {"type": "rule", "values": contrast}
        if contrast_only
        else {"type": "tag", "values": AA},
        "resultTypes": ["violations"],
    }
    if not contrast_only:
        asked["rules"] = {AAA_CONTRAST: {"enabled": enhanced}}
    found = page.evaluate("async asked => (await axe.run(document, asked)).violations", asked)
    return [
        f"{page.url} {broken['id']}: {'; '.join(map(describe_node, broken['nodes'][:3]))}"
        for broken in found
    ]


def set_light(page: Page, light: str) -> None:
    """Set the theme as the lamp does, without a reload."""
    page.emulate_media(color_scheme="light" if light == "light" else "dark")
    page.evaluate("light => { document.documentElement.dataset.theme = light }", light)


def expect_accessible(page: Page) -> None:
    """Assert that the page's current state fits three sizes and is accessible in both themes.

    For states that only taps lead to. `test_looks.py` checks the pages with an address.
    """
    size = page.viewport_size
    theme = page.evaluate("document.documentElement.dataset.theme")
    lost = {}
    for wide in (size, NARROW, DESK):
        page.set_viewport_size(wide)
        lost[wide["width"]] = find_clipped_text(page)
    page.set_viewport_size(size)
    assert {wide: found for wide, found in lost.items() if found} == {}
    assert find_violations(page) == []
    set_light(page, "light" if theme == "night" else "night")
    assert find_violations(page, contrast_only=True) == []
    set_light(page, theme or "light")
    page.set_viewport_size(size)


def describe_node(node: dict) -> str:
    """Return the selector of a violation and its message."""
    ways = node["any"] or node["all"] or node["none"]
    return f"{node['target'][-1]} {ways[0]['message'][:150] if ways else ''}"
