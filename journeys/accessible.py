"""Ask axe (testing/vendor, MPL-2.0) what stands in somebody's way on a page."""

from functools import cache

from playwright.sync_api import Page

from journeys.steps import lost_words, unroll
from testing.browser import DESK
from testing.server import ROOT

AA = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
CONTRAST, AAA_CONTRAST = "color-contrast", "color-contrast-enhanced"
NARROW = {"width": 320, "height": 640}


@cache
def axe() -> str:
    return (ROOT / "testing" / "vendor" / "axe.min.js").read_text()


def hindrances(page: Page, *, enhanced: bool = False, contrast_only: bool = False) -> list[str]:
    """Return each broken rule with the first places it is broken at; `enhanced` adds AAA contrast."""
    unroll(page)
    if not page.evaluate("'axe' in window"):
        page.evaluate(f"() => {{ {axe()} }}")  # not as a script tag: our own policy refuses those
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
        f"{page.url} {broken['id']}: {'; '.join(place(node) for node in broken['nodes'][:3])}"
        for broken in found
    ]


def set_light(page: Page, light: str) -> None:
    """Switch the light as the lamp does, on the page as it is."""
    page.emulate_media(color_scheme="light" if light == "light" else "dark")
    page.evaluate("light => { document.documentElement.dataset.theme = light }", light)


def sound(page: Page) -> None:
    """Assert that the page as it is now fits and is accessible: narrow, at its size, at a desk; by day and by night.

    For states that only taps lead to. Pages with an address of their own are swept by `test_looks.py`.
    """
    size = page.viewport_size
    theme = page.evaluate("document.documentElement.dataset.theme")
    lost = {}
    for wide in (size, NARROW, DESK):
        page.set_viewport_size(wide)
        lost[wide["width"]] = lost_words(page)
    page.set_viewport_size(size)
    assert {wide: found for wide, found in lost.items() if found} == {}
    assert hindrances(page) == []
    set_light(page, "light" if theme == "night" else "night")
    assert hindrances(page, contrast_only=True) == []
    set_light(page, theme or "light")
    page.set_viewport_size(size)


def place(node: dict) -> str:
    """Say where a rule is broken, and in which way."""
    ways = node["any"] or node["all"] or node["none"]
    return f"{node['target'][-1]} {ways[0]['message'][:150] if ways else ''}"
