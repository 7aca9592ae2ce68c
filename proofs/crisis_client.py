"""Broken states of the phone: a real Chromium, crippled, offline, or after a bad release."""

import contextlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Request, Response

from proofs.crisis_phone import CALL, LINK, Phone, Phones
from proofs.sandbox import UI, replace, stop_server, wait_until, wait_until_serving
from testing.browser import until_kept
from testing.server import Server

SLOW_2G = {
    "offline": False,
    "latency": 2000,
    "downloadThroughput": 50_000 / 8,
    "uploadThroughput": 20_000 / 8,
}
SLOWEST = 3.0  # seconds until every number is there
CLOSED = """
const closed = () => { throw new DOMException("The operation is insecure.", "SecurityError"); };
for (const name of ["indexedDB", "localStorage", "sessionStorage", "caches"])
  Object.defineProperty(window, name, { get: closed });
Object.defineProperty(Navigator.prototype, "serviceWorker", { get: closed });"""

HEALED = """navigator.serviceWorker.getRegistration().then(found => new Promise((done, fail) => {
  const follow = worker => worker.addEventListener("statechange",
    () => { if (worker.state === "activated") done(); });
  found.installing ? follow(found.installing)
    : found.addEventListener("updatefound", () => follow(found.installing));
  setTimeout(() => fail(new Error("no new service worker within 20 seconds")), 20000); }))"""
HALF = """navigator.serviceWorker.getRegistration().then(found => found.update())
  .then(found => new Promise(done => {
    const worker = found.installing;
    if (!worker) done(false);
    else worker.addEventListener("statechange", () => done(worker.state === "redundant")); }))"""


Enter = Callable[[Phones], AbstractContextManager[Phone]]


@dataclass(frozen=True)
class State:
    name: str
    enter: Enter


def with_options(before: Callable[[Phone], None] | None = None, **options) -> Enter:
    """Return a state's `enter` that opens a phone with these options on the healthy server."""

    @contextlib.contextmanager
    def enter(phones: Phones) -> Iterator[Phone]:
        with phones.phone(**options) as phone:
            if before:
                before(phone)
            yield phone

    return enter


def visited(phone: Phone) -> None:
    """Open the home page, and wait until the phone holds what it needs offline."""
    phone.page.goto(f"{phone.url}/{phone.language}/")
    until_kept(phone.page)


def offline(phone: Phone) -> None:
    visited(phone)
    phone.page.context.set_offline(True)
    must_fail(phone)


def must_fail(phone: Phone) -> None:
    """Check that the network is gone; otherwise being offline was not tried."""
    if phone.page.evaluate("fetch('/alive/', { cache: 'no-store' }).then(() => true, () => false)"):
        raise AssertionError("the network is still there")


@contextlib.contextmanager
def server_gone(phones: Phones) -> Iterator[Phone]:
    with phones.sandbox.run_server() as server, phones.phone(server) as phone:
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
        "addEventListener('DOMContentLoaded',"
        " () => { document.documentElement.style.fontSize = '200%'; })"
    )


def slow(phone: Phone) -> None:
    devtools = phone.page.context.new_cdp_session(phone.page)
    devtools.send("Network.enable")
    devtools.send("Network.emulateNetworkConditions", SLOW_2G)
    phone.page.set_default_navigation_timeout(60_000)


@contextlib.contextmanager
def slow_2g(phones: Phones) -> Iterator[Phone]:
    """Reach the numbers at slow 2G; on a first visit to /help/ within three seconds."""
    with phones.phone(service_workers="block", slowest=SLOWEST) as phone:
        slow(phone)
        yield phone


def two_tabs(phone: Phone) -> None:
    visited(phone)
    other = phone.page.context.new_page()
    other.goto(f"{phone.url}/en/now/alarm/")
    other.bring_to_front()


@contextlib.contextmanager
def right_to_left(phones: Phones) -> Iterator[Phone]:
    languages = {"EVERYHOUR_LANGUAGES": "en es ar"}
    with (
        phones.sandbox.run_server(environment=languages) as server,
        phones.phone(server, language="ar") as phone,
    ):
        phone.page.goto(f"{phone.url}/ar/")
        if phone.page.evaluate("getComputedStyle(document.body).direction") != "rtl":
            raise AssertionError("the page does not run from right to left")
        yield phone


@contextlib.contextmanager
def releases(
    phones: Phones, *, first: Path | None, then: Path | None
) -> Iterator[tuple[Phone, Callable[[], Server]]]:
    """Yield a phone on one release, and a function that replaces it by another.

    The second release has the same address and state.
    """
    now = phones.sandbox.create_server(package=first, prepare=True)
    now.start(wait=None)
    wait_until_serving(now)
    running = [now]

    def release() -> Server:
        stop_server(running[-1])
        following = phones.sandbox.create_server(package=then, state=now.state, prepare=True)
        following.port, following.url = now.port, now.url
        running.append(following)
        following.start(wait=None)
        wait_until_serving(following)
        return following

    try:
        with phones.phone(now) as phone:
            yield phone, release
    finally:
        stop_server(running[-1])


@contextlib.contextmanager
def all_renamed(phones: Phones) -> Iterator[Phone]:
    """Rename every asset in a release while a page is open; it must still lead to help."""
    with releases(phones, first=None, then=phones.sandbox.copy_package(_touch_every_asset)) as (
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
        phone.page.goto(f"{phone.url}/en/about/")  # not cached: comes from the new release
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
    """Return a failed request of an asset; one that a navigation aborted is no failure."""
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
def half_release(phones: Phones) -> Iterator[Phone]:
    """Release with one file missing, so that its service worker cannot install; then go offline."""
    with releases(phones, first=None, then=phones.sandbox.copy_package(_touch_every_asset)) as (
        phone,
        release,
    ):
        visited(phone)
        server = release()
        # The server lists its files in the service worker before one of them is deleted.
        wait_until(lambda: server.get("/sw.js")[0] == 200)
        for file in server.state.glob("static/now/moment.*.js*"):
            file.unlink()
        if not phone.page.evaluate(HALF):
            raise AssertionError("the half release installed itself")
        stop_server(server)
        must_fail(phone)
        yield phone


@contextlib.contextmanager
def broken_worker(phones: Phones) -> Iterator[Phone]:
    """Replace a service worker that answers with empty pages; the phone must heal by itself."""
    with releases(phones, first=phones.sandbox.copy_package(_white_screen), then=None) as (
        phone,
        release,
    ):
        visited(phone)
        phone.page.goto(f"{phone.url}/en/about/")
        if phone.page.locator(LINK).count():
            raise AssertionError("the old service worker was not broken")
        release()
        # Still an empty page, but the browser checks for a new worker.
        phone.page.goto(f"{phone.url}/en/")
        phone.page.evaluate(HEALED)
        yield phone


def _white_screen(package: Path) -> None:
    page = '"<!doctype html><title>.</title>", { headers: { "Content-Type": "text/html" } }'
    answer = f"event.respondWith(new Response({page})); return;"
    worker = package / UI / "static/ui/js/service-worker.js"
    first = 'if (request.method !== "GET"'
    replace(worker, first, f'if (request.mode === "navigate") {{ {answer} }}\n  {first}')


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
