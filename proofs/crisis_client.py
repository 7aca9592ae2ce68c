"""Broken states of the phone: a real Chromium, opened, crippled, taken offline, or visited by a bad release."""

import contextlib
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, Error, Page, Request, Response

from proofs.sandbox import UI, Sandbox, replace, stop_server, wait_until, wait_until_serving
from testing.browser import PHONE, until_kept
from testing.server import Server

LINK = 'a[href^="/help/"]:visible'
CALL = 'a[href^="tel:"]:visible'
# What lies on top in the middle of the link: the link itself, or something that covers it.
# Without styles it has no one middle; any of its parts will do.
ON_TOP = """(link, styled) => { const over = box => document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  const parts = styled ? [link] : [link, ...link.children], tops = parts.map(part => over(part.getBoundingClientRect()));
  if (tops.some(top => top && link.contains(top))) return "";
  return tops[0]?.outerHTML.slice(0, 80) ?? "nothing: it is outside the screen"; }"""
TRACES = "[document.scripts.length && 'a script', document.cookie && 'a cookie'].filter(Boolean)"
SLOW_2G = {
    "offline": False,
    "latency": 2000,
    "downloadThroughput": 50_000 / 8,
    "uploadThroughput": 20_000 / 8,
}
SLOWEST = 3.0  # seconds until every number has arrived
CLOSED = """const closed = () => { throw new DOMException("The operation is insecure.", "SecurityError"); };
for (const name of ["indexedDB", "localStorage", "sessionStorage", "caches"])
  Object.defineProperty(window, name, { get: closed });
Object.defineProperty(Navigator.prototype, "serviceWorker", { get: closed });"""

HEALED = """navigator.serviceWorker.getRegistration().then(found => new Promise((done, fail) => {
  const follow = worker => worker.addEventListener("statechange", () => { if (worker.state === "activated") done(); });
  found.installing ? follow(found.installing) : found.addEventListener("updatefound", () => follow(found.installing));
  setTimeout(() => fail(new Error("no new service worker within 20 seconds")), 20000); }))"""
HALF = """navigator.serviceWorker.getRegistration().then(found => found.update()).then(found => new Promise(done => {
  const worker = found.installing;
  if (worker) worker.addEventListener("statechange", () => done(worker.state === "redundant")); else done(false); }))"""


@dataclass
class Phone:
    """An open page, and how somebody in danger gets from it to the numbers."""

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
            *(f"asked another origin: {url}" for url in self.foreign),
        ]

    def _to_the_numbers(self) -> Iterator[str]:
        link = self.page.locator(LINK).first
        if not link.count():
            if not self.page.locator(CALL).count():
                yield "no crisis link to be seen"
            return
        if covered := link.evaluate(ON_TOP, self.styled):
            yield f"the crisis link cannot be touched; on top is {covered}"
            return
        box = link.bounding_box()
        if self.styled and min(box["width"], box["height"]) < 44:
            yield f"the crisis link is only {box['width']:.0f} x {box['height']:.0f} px"
        if not link.evaluate("link => link.textContent.trim()"):
            yield "the crisis link has no name to be read aloud"
        if self.by_keyboard:
            yield from self._by_keyboard()
        else:
            link.click(timeout=5000)
        self.page.wait_for_url(re.compile(r"/help/"), wait_until="domcontentloaded", timeout=15_000)

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
            yield f"the crisis page took {took:.1f} s; {self.slowest} is the most"


class Pond(contextlib.ExitStack):
    """What client states share: one browser, and one healthy server for those that leave it healthy."""

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
        """Open a phone on this server, else on the healthy one; `options` are Playwright's."""
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
        context.on(
            "request",
            lambda request: (
                None if request.url.startswith(ours) else phone.foreign.append(request.url)
            ),
        )
        try:
            yield phone
        finally:
            context.close()


Enter = Callable[[Pond], AbstractContextManager[Phone]]


@dataclass(frozen=True)
class State:
    name: str
    enter: Enter


def with_options(before: Callable[[Phone], None] | None = None, **options) -> Enter:
    """Give a way in that opens a phone with these options on the healthy server."""

    @contextlib.contextmanager
    def enter(pond: Pond) -> Iterator[Phone]:
        with pond.phone(**options) as phone:
            if before:
                before(phone)
            yield phone

    return enter


def visited(phone: Phone) -> None:
    """Be there once, until the phone holds what it needs."""
    phone.page.goto(f"{phone.url}/{phone.language}/")
    until_kept(phone.page)


def offline(phone: Phone) -> None:
    visited(phone)
    phone.page.context.set_offline(True)
    must_fail(phone)


def must_fail(phone: Phone) -> None:
    """The network must truly be gone, or being offline was not tried."""
    if phone.page.evaluate("fetch('/alive/', { cache: 'no-store' }).then(() => true, () => false)"):
        raise AssertionError("the network is still there")


@contextlib.contextmanager
def server_gone(pond: Pond) -> Iterator[Phone]:
    with pond.sandbox.run_server() as server, pond.phone(server) as phone:
        visited(phone)
        stop_server(server)
        must_fail(phone)
        yield phone


def no_styles(phone: Phone) -> None:
    phone.styled = False
    phone.page.context.route("**/*.css", lambda route: route.abort())


def storage_closed(phone: Phone) -> None:
    phone.page.context.add_init_script(CLOSED)


def storage_full(phone: Phone) -> None:
    devtools = phone.page.context.new_cdp_session(phone.page)
    devtools.send("Storage.overrideQuotaForOrigin", {"origin": phone.url, "quotaSize": 1})


def caches_cleared(phone: Phone) -> None:
    visited(phone)
    phone.page.evaluate(
        "caches.keys().then(names => Promise.all(names.map(name => caches.delete(name))))"
    )


def larger_text(phone: Phone) -> None:
    phone.page.context.add_init_script(
        "addEventListener('DOMContentLoaded', () => { document.documentElement.style.fontSize = '200%'; })"
    )


def slow(phone: Phone) -> None:
    devtools = phone.page.context.new_cdp_session(phone.page)
    devtools.send("Network.enable")
    devtools.send("Network.emulateNetworkConditions", SLOW_2G)
    phone.page.set_default_navigation_timeout(60_000)


@contextlib.contextmanager
def slow_2g(pond: Pond) -> Iterator[Phone]:
    """Every way in leads there at slow 2G; and for somebody who was never here, the numbers stand there in three seconds."""
    with pond.phone(service_workers="block", slowest=SLOWEST) as phone:
        slow(phone)
        yield phone


def two_tabs(phone: Phone) -> None:
    visited(phone)
    other = phone.page.context.new_page()
    other.goto(f"{phone.url}/en/now/alarm/")
    other.bring_to_front()


@contextlib.contextmanager
def right_to_left(pond: Pond) -> Iterator[Phone]:
    languages = {"EVERYHOUR_LANGUAGES": "en es ar"}
    with (
        pond.sandbox.run_server(environment=languages) as server,
        pond.phone(server, language="ar") as phone,
    ):
        phone.page.goto(f"{phone.url}/ar/")
        if phone.page.evaluate("getComputedStyle(document.body).direction") != "rtl":
            raise AssertionError("the page does not run from right to left")
        yield phone


@contextlib.contextmanager
def releases(
    pond: Pond, *, first: Path | None, then: Path | None
) -> Iterator[tuple[Phone, Callable[[], Server]]]:
    """A phone that knew one release, and the act of putting another in its place, at the same address on the same state."""
    now = pond.sandbox.create_server(package=first, prepare=True)
    now.start(wait=None)
    wait_until_serving(now)
    running = [now]

    def release() -> Server:
        stop_server(running[-1])
        following = pond.sandbox.create_server(package=then, state=now.state, prepare=True)
        following.port, following.url = now.port, now.url
        running.append(following)
        following.start(wait=None)
        wait_until_serving(following)
        return following

    try:
        with pond.phone(now) as phone:
            yield phone, release
    finally:
        stop_server(running[-1])


@contextlib.contextmanager
def all_renamed(pond: Pond) -> Iterator[Phone]:
    """A page stays open while a release renames every asset; it must still lead to help, and no page may miss a file."""
    with releases(pond, first=None, then=pond.sandbox.copy_package(_touch_every_asset)) as (
        phone,
        release,
    ):
        phone.page.context.on("response", lambda response: phone.broken.extend(_missing(response)))
        phone.page.context.on(
            "requestfailed", lambda request: phone.broken.extend(_undelivered(request))
        )
        visited(phone)
        before = set(phone.page.evaluate("[...document.styleSheets].map(sheet => sheet.href)"))
        release()
        phone.page.locator(LINK).first.click()
        phone.page.locator(CALL).first.wait_for()
        phone.page.goto(f"{phone.url}/en/about/")  # never seen before: comes from the new release
        if before & set(phone.page.evaluate("[...document.styleSheets].map(sheet => sheet.href)")):
            raise AssertionError("the release did not rename its assets")
        yield phone


def _missing(response: Response) -> list[str]:
    return (
        [f"{response.status} for {response.url}"]
        if "/static/" in response.url and response.status >= 400
        else []
    )


def _undelivered(request: Request) -> list[str]:
    """What was still on its way when somebody tapped on is no loss."""
    return (
        [f"did not arrive: {request.url}"]
        if "/static/" in request.url and request.failure != "net::ERR_ABORTED"
        else []
    )


def _touch_every_asset(package: Path) -> None:
    for asset in [*package.rglob("static/**/*.css"), *package.rglob("static/**/*.js")]:
        asset.write_text(asset.read_text() + "\n/* another release */\n")
    for asset in [*package.rglob("static/**/*.svg")]:
        asset.write_text(asset.read_text() + "\n<!-- another release -->\n")


@contextlib.contextmanager
def half_release(pond: Pond) -> Iterator[Phone]:
    """A release arrives of which one file is missing; its service worker cannot install. Then the network goes."""
    with releases(pond, first=None, then=pond.sandbox.copy_package(_touch_every_asset)) as (
        phone,
        release,
    ):
        visited(phone)
        server = release()
        wait_until(
            lambda: server.get("/sw.js")[0] == 200
        )  # it has read what it promises, before the file goes
        for file in server.state.glob("static/now/moment.*.js*"):
            file.unlink()
        if not phone.page.evaluate(HALF):
            raise AssertionError("the half release installed itself")
        stop_server(server)
        must_fail(phone)
        yield phone


@contextlib.contextmanager
def broken_worker(pond: Pond) -> Iterator[Phone]:
    """An old release's service worker answers every page with an empty one; the next release must heal the phone by itself."""
    with releases(pond, first=pond.sandbox.copy_package(_white_screen), then=None) as (
        phone,
        release,
    ):
        visited(phone)
        phone.page.goto(f"{phone.url}/en/about/")
        if phone.page.locator(LINK).count():
            raise AssertionError("the old worker was not broken")
        release()
        phone.page.goto(
            f"{phone.url}/en/"
        )  # opened once more, still white; behind it the browser looks for a new worker
        phone.page.evaluate(HEALED)
        yield phone


def _white_screen(package: Path) -> None:
    white = 'new Response("<!doctype html><title>.</title>", { headers: { "Content-Type": "text/html" } })'
    worker = package / UI / "static/ui/js/service-worker.js"
    first = 'if (request.method !== "GET"'
    replace(
        worker,
        first,
        f'if (request.mode === "navigate") {{ event.respondWith({white}); return; }}\n  {first}',
    )


STATES = (
    State("first visit", with_options()),
    State("JavaScript off", with_options(java_script_enabled=False)),
    State("styles do not arrive", with_options(no_styles, service_workers="block")),
    State("offline, second visit", with_options(offline)),
    State("server gone, second visit", server_gone),
    State("caches cleared by the phone", with_options(caches_cleared)),
    State("storage full", with_options(storage_full)),
    State("private mode, storage closed", with_options(storage_closed, service_workers="block")),
    State(
        "zoom of 400 %", with_options(viewport={"width": 320, "height": 256}, device_scale_factor=4)
    ),
    State("text twice as large", with_options(larger_text)),
    State(
        "keyboard and screen reader",
        with_options(by_keyboard=True, viewport={"width": 1280, "height": 800}),
    ),
    State("right to left", right_to_left),
    State("slow 2G", slow_2g),
    State("two tabs", with_options(two_tabs)),
    State("after a release that renamed every asset", all_renamed),
    State("offline after a release that could not install", half_release),
    State("an old release's broken service worker", broken_worker),
)
