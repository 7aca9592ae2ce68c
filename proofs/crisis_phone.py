"""A phone in a browser, and the checks of its way from any page to the crisis numbers."""

import contextlib
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from playwright.sync_api import Browser, Error, Page, Request

from proofs.sandbox import Sandbox
from testing.browser import PHONE
from testing.server import Server

LINK = 'a[href^="/help/"]:visible'
CALL = 'a[href^="tel:"]:visible'
SHEET = "dialog[open]"
BACK = f"{SHEET} [data-crisis-back]"
TO_AN_IDEA = (
    "[data-breathed]",
    "[data-step=start] [data-state=alarm]",
    "[data-step=around] [data-situation=homework]",
)
PATIENCE = 8  # seconds
# Returns what covers the middle of the link, or "". Without styles the link has several boxes, and
# any of its parts will do.
ON_TOP = """(link, styled) => {
  const over = box => document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  const parts = styled ? [link] : [link, ...link.children];
  const tops = parts.map(part => over(part.getBoundingClientRect()));
  if (tops.some(top => top && link.contains(top))) return "";
  return tops[0]?.outerHTML.slice(0, 80) ?? "nothing: it is outside the screen"; }"""
# What must be the same after the sheet as before it.
PLACE = """() => ({ address: location.href, heading: document.querySelector("h1:not([hidden] *)")
  ?.textContent.trim(), scrolled: Math.round(scrollY), depth: history.state?.depth ?? null })"""
TRACES = "[document.scripts.length && 'a script', document.cookie && 'a cookie'].filter(Boolean)"


@dataclass
class Phone:
    """An open page, and how a person in danger gets from it to the numbers."""

    page: Page
    url: str
    foreign: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    language: str = "en"
    by_keyboard: bool = False
    slowest: float | None = None
    styled: bool = True

    def problems_of(self, path: str) -> list[str]:
        self.foreign.clear()
        self.broken.clear()
        path = path.replace("/en/", f"/{self.language}/")
        try:
            self.page.goto(self.url + path, wait_until="domcontentloaded")
        except Error as error:
            return [f"the page does not open ({error.message.splitlines()[0]})"]
        problems = [] if path.startswith("/help/") else list(self._to_the_numbers())
        if problems:
            return [*problems, *self.broken]
        if path.startswith("/help/"):
            problems += self._fast_enough()
        return [
            *problems,
            *self._numbers(),
            *self.broken,
            *(f"request to another origin: {url}" for url in self.foreign),
        ]

    def _to_the_numbers(self) -> Iterator[str]:
        link = self.page.locator(LINK).first
        if not link.count():
            if not self.page.locator(CALL).count():
                yield "no crisis link is visible"
            return
        if covered := link.evaluate(ON_TOP, self.styled):
            yield f"the crisis link cannot be tapped; it is covered by {covered}"
            return
        box = link.bounding_box()
        if self.styled and min(box["width"], box["height"]) < 44:
            yield f"the crisis link is only {box['width']:.0f} x {box['height']:.0f} px"
        if not link.evaluate("link => link.textContent.trim()"):
            yield "the crisis link has no accessible name"
        if self.by_keyboard:
            yield from self._by_keyboard()
        else:
            link.click(timeout=5000)
        if self._sheet_opens():
            yield from self._numbers_in_the_sheet()
            self.page.locator(f"{SHEET} {LINK}").first.click(timeout=5000)
        self.page.wait_for_url(re.compile(r"/help/"), wait_until="domcontentloaded", timeout=15_000)

    def problems_of_sheet(self) -> list[str]:
        """Walk to an idea, open the sheet over it, and come back to the same place."""
        self.foreign.clear()
        self.broken.clear()
        self.page.goto(f"{self.url}/{self.language}/now/", wait_until="domcontentloaded")
        for tap in TO_AN_IDEA:
            self.page.locator(tap).first.click()
        self.page.locator("[data-step=idea] [data-steps] li:visible").first.wait_for()
        before, link = self.page.evaluate(PLACE), self.page.locator(LINK).first
        link.click(timeout=5000)
        try:
            over = self._sheet_opens()
        except TimeoutError as error:
            return [str(error)]
        problems = [*(self._numbers_in_the_sheet() if over else self._numbers())]
        if over:
            self.page.locator(BACK).click(timeout=5000)
            self.page.locator(SHEET).wait_for(state="detached")
            self.page.wait_for_timeout(100)  # the step back in history comes after
            if not self.page.evaluate("document.activeElement.matches('a[data-crisis]')"):
                problems.append("after the sheet the focus is somewhere else")
        else:
            self.page.go_back(wait_until="domcontentloaded")
            self.page.locator("h1:visible").first.wait_for()
        after = self.page.evaluate(PLACE)
        if over and after != before:
            problems.append(f"after the sheet the page is not as it was: {before}, {after}")
        return [*problems, *self.broken, *(f"request to {url}" for url in self.foreign)]

    def _sheet_opens(self) -> bool:
        """Wait for what the link opens: True for the sheet, False for the crisis page."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            if "/help/" in self.page.url:
                return False
            with contextlib.suppress(Error):  # the page changes just now
                if self.page.locator(SHEET).count():
                    return True
            time.sleep(0.05)
        raise TimeoutError("the tap on the crisis link opens nothing")

    def _numbers_in_the_sheet(self) -> Iterator[str]:
        call = self.page.locator(f"{SHEET} {CALL}").first
        if not call.count():
            yield "the sheet has no number to call"
            return
        for wanted in (
            self.page.locator(f"{SHEET} [data-crisis-emergency]:visible"),
            self.page.locator(BACK),
        ):
            if wanted.count() and (covered := wanted.evaluate(ON_TOP, self.styled)):
                yield f"in the sheet a button cannot be tapped; it is covered by {covered}"

    def _by_keyboard(self) -> Iterator[str]:
        for _ in range(6):
            self.page.keyboard.press("Tab")
            if self.page.evaluate("document.activeElement.matches('a[href^=\"/help/\"]')"):
                break
        else:
            yield "six presses of Tab do not reach the crisis link"
        self.page.keyboard.press("Enter")

    def _numbers(self) -> Iterator[str]:
        self.page.locator(CALL).first.wait_for(timeout=15_000)
        for trace in self.page.evaluate(TRACES):
            yield f"the crisis page has {trace}"
        if self.page.evaluate("document.documentElement.scrollWidth > innerWidth + 1"):
            yield "the crisis page is wider than the screen"

    def _fast_enough(self) -> Iterator[str]:
        took = self.page.evaluate(
            "performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd / 1000"
        )
        if self.slowest is not None and took > self.slowest:
            yield f"the crisis page took {took:.1f} s; at most {self.slowest} are allowed"


class Phones(contextlib.ExitStack):
    """The browser and the healthy server that client states share."""

    def __init__(self, sandbox: Sandbox, browser: Browser):
        super().__init__()
        self.sandbox, self.browser = sandbox, browser
        self._server: Server | None = None

    def server(self) -> Server:
        if self._server is None:
            self._server = self.enter_context(self.sandbox.run_server())
        return self._server

    @contextlib.contextmanager
    def phone(
        self,
        server: Server | None = None,
        *,
        language: str = "en",
        by_keyboard: bool = False,
        slowest: float | None = None,
        **options,
    ) -> Iterator[Phone]:
        """Open a phone on this server, or on the healthy one; `options` are Playwright's."""
        server = server or self.server()
        context = self.browser.new_context(**{"viewport": PHONE, "has_touch": True, **options})
        phone = Phone(
            context.new_page(),
            server.url,
            language=language,
            by_keyboard=by_keyboard,
            slowest=slowest,
        )
        ours = (server.url, "data:", "blob:")

        def record(request: Request) -> None:
            if not request.url.startswith(ours):
                phone.foreign.append(request.url)

        context.on("request", record)
        try:
            yield phone
        finally:
            context.close()
