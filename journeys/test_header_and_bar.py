"""The two ways out, crisis help and Leave, are on screen and in words at any size of text."""

import pytest
from playwright.sync_api import Page

from journeys import cast
from journeys.pages import GUARDIAN, GUEST
from journeys.steps import FLOW, SHELL

SIZES = ((320, 640), (390, 844), (1280, 800))
TEXT = (100, 150, 200, 250)  # percent
# The two ways out: within the window, before and after scrolling, not covered, with visible words.
LOST = """() => {
  const lost = [];
  for (const name of ["data-crisis", "data-leave"]) {
    const link = document.querySelector(`.exits [${name}], header [${name}]`);
    if (!link) { lost.push(`${name}: missing`); continue; }
    const box = link.getBoundingClientRect();
    if (box.top < -1 || box.left < -1 || box.right > innerWidth + 1 || box.bottom > innerHeight + 1)
      lost.push(`${name}: off the screen (${[box.left, box.top, box.right, box.bottom]})`);
    else {
      const top = document.elementFromPoint((box.left + box.right) / 2, (box.top + box.bottom) / 2);
      if (!link.contains(top)) lost.push(`${name}: covered by ${top?.outerHTML.slice(0, 60)}`);
    }
    const words = [...link.querySelectorAll("span")].filter(span => {
      const r = span.getBoundingClientRect();
      return span.innerText.trim() && r.width > 8 && r.right <= innerWidth + 1;
    });
    if (!words.length) lost.push(`${name}: without words`);
    if (box.height < 44 || box.width < 44) lost.push(`${name}: ${box.width} x ${box.height}`);
  }
  return lost;
}"""


def measure(page: Page, addresses: list[str]) -> list[str]:
    lost, browser = [], page.context.new_cdp_session(page)
    for address in addresses:
        page.set_viewport_size({"width": 390, "height": 844})
        page.goto(address)
        for width, height in SIZES:
            page.set_viewport_size({"width": width, "height": height})
            for percent in TEXT:
                pixels = 16 * percent // 100
                sizes = {"standard": pixels, "fixed": 13 * percent // 100}
                browser.send("Page.setFontSizes", {"fontSizes": sizes})
                page.wait_for_function(
                    "wanted => getComputedStyle(document.documentElement).fontSize === wanted",
                    arg=f"{pixels}px",
                )
                for end in ("scrollTo(0, 0)", "scrollTo(0, document.body.scrollHeight)"):
                    page.evaluate(end)
                    lost += [
                        f"{address} {width}x{height} {percent} %: {one}"
                        for one in page.evaluate(LOST)
                    ]
    return lost


# A guest's pages in Spanish, whose words are longer; a member's in both languages.
def test_ways_out_of_a_guests_pages_are_on_screen_in_words(guest):
    kinds = {**GUEST, **SHELL, **FLOW}
    kinds.pop("gallery", None)

    lost = measure(guest, [path.format("es") for path in kinds.values()])

    assert lost == []


@pytest.mark.parametrize("language", ["en", "es"])
def test_ways_out_of_a_guardians_pages_are_on_screen_in_words(language, visit, server):
    home = cast.family(server)
    page = cast.page_of(visit, server, home, "Ada")
    names = ("today", "week", "helps", "moment-log", "moments", "family", "safety", "week-sunday")

    lost = measure(page, [GUARDIAN[name].format(language) for name in names])

    assert lost == []


def test_ways_out_are_on_screen_in_words_without_scripts(visit, server):
    home = cast.family(server)
    page = cast.page_of(visit, server, home, "Ada", java_script_enabled=False)

    lost = measure(page, ["/en/now/", "/en/today/", "/en/week/", "/es/moments/log/"])

    assert lost == []


# Over a page a sheet is all there is: the way to leave stays in it.
LOST_IN_SHEET = """sheet => {
  const way = sheet.querySelector("a[href='/leave/']"), box = way.getBoundingClientRect();
  if (!way.innerText.trim()) return ["without words"];
  if (box.top < -1 || box.left < -1 || box.right > innerWidth + 1 || box.bottom > innerHeight + 1)
    return [`off the screen (${[box.left, box.top, box.right, box.bottom]})`];
  const top = document.elementFromPoint((box.left + box.right) / 2, (box.top + box.bottom) / 2);
  return way.contains(top) ? [] : [`covered by ${top?.outerHTML.slice(0, 60)}`];
}"""


@pytest.mark.parametrize("opens", ["a[data-crisis]", "a[data-add]"])
def test_leave_is_on_screen_in_words_in_an_open_sheet(visit, server, opens):
    page = cast.page_of(visit, server, cast.family(server), "Ada")
    page.goto("/en/week/")
    page.locator(opens).first.click()
    sheet = page.locator("dialog[open]")
    browser, lost = page.context.new_cdp_session(page), []

    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        for percent in TEXT:
            size = 16 * percent // 100
            browser.send(
                "Page.setFontSizes", {"fontSizes": {"standard": size, "fixed": size * 13 // 16}}
            )
            page.wait_for_function(
                "wanted => getComputedStyle(document.documentElement).fontSize === wanted",
                arg=f"{size}px",
            )
            for end in (0, 99999):
                sheet.evaluate(
                    "(sheet, end) => { for (const part of [sheet, ...sheet.querySelectorAll('*')])"
                    " part.scrollTop = end; }",
                    end,
                )
                lost += [f"{width} {percent} % {end}: {x}" for x in sheet.evaluate(LOST_IN_SHEET)]

    assert lost == []
