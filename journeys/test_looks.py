"""Look at every kind of page: narrow, at a desk and with text twice as large; by day and by night; in each language.

One context per visitor, and each page is loaded once per language: sizes and lights are emulated on the loaded page.
"""

import os

import pytest
from playwright.sync_api import Page, expect

from journeys import cast
from journeys.accessible import NARROW, hindrances, set_light
from journeys.conftest import SHOTS
from journeys.pages import MISSING, VISITORS, Visitor
from journeys.steps import FLOW, SHELL, lost_words, open_right_now, to_idea
from testing.browser import DESK, PHONE

EVERY_LOOK = bool(os.environ.get("EVERYHOUR_EVERY_LOOK"))
LIGHTS = ("light", "dim", "night")
OPEN_FOLDS = "for (const fold of document.querySelectorAll('details')) fold.open = true"
# A link inside a sentence may be as small as the sentence (WCAG 2.5.8); Right now and the crisis pages have none.
SMALL_TARGETS = """() => [...document.querySelectorAll('a, button, summary, input, select, label.btn')]
  .filter(target => target.checkVisibility() && !target.closest('.skip, .vh') && !target.matches('.vh'))
  .map(target => [target.getBoundingClientRect(), target]).filter(([box]) => box.width && (box.width < 44 || box.height < 44))
  .map(([box, target]) => `${Math.round(box.width)} x ${Math.round(box.height)}: ${target.textContent.trim().slice(0, 40)}`)"""


class Look:
    """Looks at pages in one context and collects what is wrong, by page and look."""

    def __init__(self, page: Page):
        self.page, self.wrong = page, {}
        self.browser = page.context.new_cdp_session(page)

    def load(self, name: str, address: str) -> None:
        """Load a page and open its folds."""
        self.page.set_viewport_size(NARROW)
        answer = self.page.goto(address)
        if answer.status != (404 if name in MISSING else 200):
            self.note(name, "status", [str(answer.status)])
        self.page.evaluate(OPEN_FOLDS)

    def note(self, name: str, look: str, found: list[str]) -> None:
        if found:
            self.wrong[f"{name}, {look}"] = found

    def fits(self, name: str, *sizes: dict, text: int = 100) -> None:
        """Nothing is cut and nothing scrolls sideways. Text grows as a reader sets it: `em` in media queries too."""
        if text != 100:
            self.text(text)
        for size in sizes:
            self.page.set_viewport_size(size)
            self.note(name, f"{size['width']} px, text {text} %", lost_words(self.page))
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
        """All rules by day on a phone, contrast in each other light at a desk."""
        self.page.set_viewport_size(PHONE)
        set_light(self.page, "light")
        self.note(name, "axe", hindrances(self.page, enhanced=enhanced))
        for light in LIGHTS[1:]:
            set_light(self.page, light)
            self.page.set_viewport_size(DESK if light == "night" else PHONE)
            found = hindrances(self.page, enhanced=enhanced, contrast_only=not EVERY_LOOK)
            self.note(name, f"axe, {light}", found)
        set_light(self.page, "light")

    def pictures(self, name: str) -> None:
        """For people to look at, where every look was asked for."""
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
    told = {}
    if visitor.script:
        told = cast.on(server, visitor.script)
        cast.sign_in(context, server, told, visitor.name)
    return Look(context.new_page()), told


# The many pages of a guardian are split, so that both cores have their share.
SHARES = [(name, 0, 1) for name in VISITORS if name != "guardian"] + [
    ("guardian", share, 3) for share in range(3)
]


@pytest.mark.parametrize(("visitor", "share", "of"), SHARES)
def test_pages_fit_and_are_accessible(visit, server, visitor, share, of):
    seen = VISITORS[visitor]
    look, told = arrive(visit, server, seen)
    pages = list(seen.pages.items())[share::of]

    for name, address in pages:
        look.load(name, address.format("en", **told))
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
            look.load(name, address.format("es", **told))
            expect(look.page.locator("html")).to_have_attribute("lang", "es")
            look.fits(f"{name} in Spanish", NARROW)

    assert look.wrong == {}


def test_pages_are_laid_out_from_right_to_left(visit, serve):
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
            look.note(name, "axe", hindrances(page))

    assert look.wrong == {}


def test_an_idea_fits_with_its_fold_open(visit):
    page = visit.page(service_workers="block")
    open_right_now(page)
    to_idea(page, "calm", "bedtime")
    page.locator("[data-step=idea] .fold summary").click()
    look = Look(page)

    look.fits("unfolded", NARROW, PHONE, DESK)
    look.accessible("unfolded", enhanced=True)

    assert look.wrong == {}


def test_a_page_that_does_not_fit_is_found(visit):
    page = visit.page(service_workers="block")
    look = Look(page)
    look.load("about", "/en/about/")

    page.evaluate("document.querySelector('h1').style.minWidth = '20em'")
    look.fits("about", NARROW)
    assert not look.wrong
    look.fits("about", NARROW, text=200)

    assert list(look.wrong) == ["about, 320 px, text 200 %"]
