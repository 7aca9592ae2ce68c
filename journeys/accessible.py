"""Ask axe (testing/vendor, MPL-2.0) what stands in somebody's way on a page."""

from functools import cache

from playwright.sync_api import Page

from journeys.steps import lost_words, unroll
from testing.server import ROOT

AA = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
AAA_CONTRAST = "color-contrast-enhanced"


@cache
def axe() -> str:
    return (ROOT / "testing" / "vendor" / "axe.min.js").read_text()


def hindrances(page: Page, *, enhanced: bool = False) -> list[str]:
    """Give each broken rule with the first places it is broken at; `enhanced` asks for AAA contrast too."""
    unroll(page)
    page.evaluate(f"() => {{ {axe()} }}")  # not as a script tag: our own policy refuses those
    asked = {
        "runOnly": {"type": "tag", "values": AA},
        "rules": {AAA_CONTRAST: {"enabled": enhanced}},
        "resultTypes": ["violations"],
    }
    found = page.evaluate("async asked => (await axe.run(document, asked)).violations", asked)
    return [
        f"{page.url} {broken['id']}: {'; '.join(place(node) for node in broken['nodes'][:3])}"
        for broken in found
    ]


def sound(page: Page) -> None:
    """Nothing is cut off, and nothing stands in the way of somebody with a screen reader."""
    assert lost_words(page) == []
    assert hindrances(page) == []


def place(node: dict) -> str:
    """Say where a rule is broken, and in which way."""
    ways = node["any"] or node["all"] or node["none"]
    return f"{node['target'][-1]} {ways[0]['message'][:150] if ways else ''}"
