"""The layout of every kind of page: sizes, twice as large text, themes and languages.

One context per visitor, and each page is loaded once per language: sizes and themes are emulated
on the loaded page.
"""

import os

import pytest
from playwright.sync_api import Page, expect

from journeys import cast
from journeys.accessibility import NARROW, find_violations, set_light
from journeys.conftest import SHOTS
from journeys.pages import MISSING, VISITORS, Visitor
from journeys.steps import FLOW, SHELL, find_clipped_text, go_to_idea, open_right_now
from testing.browser import DESK, PHONE

EVERY_LOOK = bool(os.environ.get("EVERYHOUR_EVERY_LOOK"))
LIGHTS = ("light", "dim", "night")
OPEN_FOLDS = "for (const fold of document.querySelectorAll('details')) fold.open = true"
# WCAG 2.5.8 allows small links inside sentences; Right now and the crisis pages have none.
SMALL_TARGETS = """() => {
  const targets = document.querySelectorAll('a, button, summary, input, select, label.btn');
  const size = box => `${Math.round(box.width)} x ${Math.round(box.height)}`;
  return [...targets]
    .filter(target => target.checkVisibility() && !target.closest('.skip, .vh'))
    .map(target => [target.getBoundingClientRect(), target])
    .filter(([box]) => box.width && (box.width < 44 || box.height < 44))
    .map(([box, target]) => `${size(box)}: ${target.textContent.trim().slice(0, 40)}`);
}"""


class Look:
    """Checks of pages in one context, and what they found, by page and look."""

    def __init__(self, page: Page):
        self.page, self.wrong = page, {}
        self.browser = page.context.new_cdp_session(page)

    def load(self, name: str, address: str) -> None:
        """Load a page and open its details elements."""
        self.page.set_viewport_size(NARROW)
        answer = self.page.goto(address)
        if answer.status != (404 if name in MISSING else 200):
            self.note(name, "status", [str(answer.status)])
        self.page.evaluate(OPEN_FOLDS)

    def note(self, name: str, look: str, found: list[str]) -> None:
        if found:
            self.wrong[f"{name}, {look}"] = found

    def fits(self, name: str, *sizes: dict, text: int = 100) -> None:
        """Note clipped text and sideways scrolling; `text` is the reader's font size in percent."""
        if text != 100:
            self.text(text)
        for size in sizes:
            self.page.set_viewport_size(size)
            self.note(name, f"{size['width']} px, text {text} %", find_clipped_text(self.page))
        if text != 100:
            self.text(100)

    def text(self, percent: int) -> None:
        sizes = {"standard": 16 * percent // 100, "fixed": 13 * percent // 100}
        self.browser.send("Page.setFontSizes", {"fontSizes": sizes})
        self.page.wait_for_function(
            "wanted => getComputedStyle(document.documentElement).fontSize === wanted",
            arg=f"{sizes['standard']}px",
        )

    def accessible(self, name: str, *, enhanced: bool) -> None:
        """Check all rules by day on a phone; contrast and a narrow phone in the other themes."""
        self.page.set_viewport_size(PHONE)
        set_light(self.page, "light")
        self.note(name, "axe", find_violations(self.page, enhanced=enhanced))
        for light in LIGHTS[1:]:
            set_light(self.page, light)
            self.fits(f"{name}, {light}", NARROW)
            self.page.set_viewport_size(DESK if light == "night" else PHONE)
            found = find_violations(self.page, enhanced=enhanced, contrast_only=not EVERY_LOOK)
            self.note(name, f"axe, {light}", found)
        set_light(self.page, "light")

    def pictures(self, name: str) -> None:
        """Take screenshots for people to look at."""
        for size in (PHONE, DESK):
            for light in ("light", "night"):
                self.page.set_viewport_size(size)
                set_light(self.page, light)
                self.page.screenshot(
                    path=SHOTS / f"{name}-{size['width']}-{light}.png", full_page=True
                )
        set_light(self.page, "light")


def arrive(visit, server, visitor: Visitor) -> tuple[Look, dict]:
    context = visit.context(service_workers="block", size=NARROW)
    record = {}
    if visitor.script:
        record = cast.run(server, visitor.script)
        cast.sign_in(context, server, record, visitor.name)
    return Look(context.new_page()), record


# A guardian's many pages are split, so that both cores are busy.
SHARES = [(name, 0, 1) for name in VISITORS if name != "guardian"] + [
    ("guardian", share, 3) for share in range(3)
]


@pytest.mark.parametrize(("visitor", "share", "of"), SHARES)
def test_pages_fit_and_are_accessible(visit, server, visitor, share, of):
    seen = VISITORS[visitor]
    look, record = arrive(visit, server, seen)
    pages = list(seen.pages.items())[share::of]

    for name, address in pages:
        look.load(name, address.format("en", **record))
        look.fits(name, NARROW, PHONE, DESK)
        look.fits(name, NARROW, *([PHONE, DESK] if EVERY_LOOK else [DESK]), text=200)
        look.accessible(name, enhanced=name in seen.enhanced)
        if seen.enhanced:
            for size in (NARROW, PHONE):
                look.page.set_viewport_size(size)
                look.note(name, "small targets", look.page.evaluate(SMALL_TARGETS))
        if EVERY_LOOK:
            look.pictures(f"{visitor}-{name}")
    for name, address in pages:
        if "{}" in address:
            look.load(name, address.format("es", **record))
            expect(look.page.locator("html")).to_have_attribute("lang", "es")
            look.fits(f"{name} in Spanish", NARROW)

    assert look.wrong == {}


def test_pages_fit_from_right_to_left(visit, serve):
    arabic = serve(EVERYHOUR_LANGUAGES="en es ar")
    page = visit.page(of=arabic, size=NARROW, service_workers="block")
    look = Look(page)

    for name, address in {**SHELL, **FLOW}.items():
        look.load(name, address.format("ar"))
        expect(page.locator("html")).to_have_attribute("dir", "rtl")
        expect(page.locator("html")).to_have_attribute("lang", "ar")
        look.fits(name, NARROW, PHONE, DESK)
        if name in (*FLOW, "home", "ideas", "phone"):
            look.page.set_viewport_size(PHONE)
            look.note(name, "axe", find_violations(page))

    assert look.wrong == {}


def test_idea_fits_with_its_details_open(visit):
    page = visit.page(service_workers="block")
    open_right_now(page)
    go_to_idea(page, "calm", "bedtime")
    page.locator("[data-step=idea] .fold summary").click()
    look = Look(page)

    look.fits("unfolded", NARROW, PHONE, DESK)
    look.accessible("unfolded", enhanced=True)

    assert look.wrong == {}


def test_page_that_does_not_fit_is_reported(visit):
    page = visit.page(service_workers="block")
    look = Look(page)
    look.load("about", "/en/about/")

    page.evaluate("document.querySelector('h1').style.minWidth = '20em'")
    look.fits("about", NARROW)
    assert not look.wrong
    look.fits("about", NARROW, text=200)

    assert list(look.wrong) == ["about, 320 px, text 200 %"]
