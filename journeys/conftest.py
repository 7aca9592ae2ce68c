"""Fixtures of the browser tests. A test that fails leaves a screenshot in `shots/`.

Each test runs once: on SQLite, at one size, in the light theme. `test_looks.py` covers the other
sizes, themes and languages. With EVERYHOUR_EVERY_LOOK set (`make verify`) the fixtures below run
at every size and theme as well. On PostgreSQL only the tests marked `database` run, or all with
EVERYHOUR_EVERY_LOOK.
"""

import contextlib
import os
import re
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page, expect, sync_playwright

from testing.browser import DESK, PHONE, Browsers
from testing.prepared import shared_database
from testing.server import Server

# For busy machines. An assertion about speed sets its own limit.
expect.set_options(timeout=15_000)

SHOTS = Path(__file__).with_name("shots")
LIGHTS = ("light", "night")
REFUSED = re.compile(r"Content Security Policy|Trusted ?Type|violates the following", re.I)


class Elsewhere(BaseHTTPRequestHandler):
    """The site that Leave opens in tests: another local origin instead of a real weather page."""

    def do_GET(self):
        body = b"<!doctype html><title>Weather</title><h1>Sunny, some clouds</h1>"
        self.send_response(200)
        self.send_header("content-type", "text/html")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Log nothing."""


@pytest.fixture(scope="session")
def elsewhere() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Elsewhere) as site:
        Thread(target=site.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{site.server_address[1]}/"
        site.shutdown()


@pytest.fixture(scope="session")
def serve(elsewhere) -> Iterator[Callable[..., Server]]:
    """Start servers; stop all of them and remove their folders at the end."""
    started: list[Server] = []

    def start(
        *,
        port: int | None = None,
        state: Path | None = None,
        worker: bool = True,
        prepare: bool = True,
        **environment: str,
    ) -> Server:
        server = Server(
            state=state,
            worker=worker,
            prepare=prepare,
            environment={"EVERYHOUR_LEAVE_TO": elsewhere, **environment},
        )
        if port:
            server.port, server.url = port, f"http://localhost:{port}"
        started.append(server)
        return steady(
            server.start(wait=None), status=503 if environment.get("EVERYHOUR_MAINTENANCE") else 200
        )

    yield start
    for server in started:
        server.stop()
    for server in started:
        server.forget()


def steady(server: Server, *, status: int = 200) -> Server:
    """Wait until the web process answers; while it starts, the fallback server answers 503."""
    server.wait_for(
        "/en/now/", status=status, patience=120
    )  # on a busy machine a new database alone takes a minute
    calm = 0
    while calm < 10:
        time.sleep(0.1)
        calm = calm + 1 if server.get("/en/now/")[0] == status else 0
    return server


@pytest.fixture(scope="session")
def server(serve) -> Server:
    return serve()


@pytest.fixture(scope="session")
def browsers() -> Iterator[Browsers]:
    with sync_playwright() as playwright:
        opened = Browsers(playwright)
        yield opened
        opened.close()


@pytest.fixture
def browser(request, browsers) -> Iterator[Browser]:
    with browsers.killed_after(_limit(request.node) - 30):
        yield browsers.current()


def _limit(item: pytest.Item) -> float:
    """Return the seconds after which pytest kills the process of this test."""
    marker = item.get_closest_marker("timeout")
    return float(marker.args[0] if marker else item.config.getini("timeout"))


class Visit:
    """Pages of one test, watched for errors, policy violations and requests to other origins."""

    def __init__(self, browser: Browser, server: Server, elsewhere: str):
        self.browser, self.server = browser, server
        self.allowed = {urlsplit(address).netloc for address in (server.url, elsewhere)}
        self.contexts: list[BrowserContext] = []
        self.troubles: list[str] = []

    def context(
        self, *, size: dict = PHONE, light: str = "light", of: Server | None = None, **options
    ) -> BrowserContext:
        """Open a browser context; with reduced motion by default, as taps wait for animations."""
        self.allowed.add(urlsplit((of or self.server).url).netloc)
        options = {
            "viewport": size,
            "base_url": (of or self.server).url,
            "locale": "en-US",
            "reduced_motion": "reduce",
            **options,
        }
        scheme = "light" if light == "light" else "dark"
        return self.watch(self.browser.new_context(color_scheme=scheme, **options), light=light)

    def watch(self, context: BrowserContext, *, light: str) -> BrowserContext:
        context.add_init_script(
            f"try {{ localStorage.setItem('light', '{light}') }} catch {{ /* no page yet */ }}"
        )
        context.set_default_timeout(10_000)
        context.on("request", self._request)
        context.on(
            "weberror",
            lambda error: self._error(f"{error.page.url if error.page else ''}: {error.error}"),
        )
        context.on(
            "console",
            lambda said: self.troubles.append(said.text) if REFUSED.search(said.text) else None,
        )
        self.contexts.append(context)
        return context

    def page(self, **options) -> Page:
        return self.context(**options).new_page()

    def _error(self, message: str) -> None:
        # The browser reports a skipped cross-fade to a page without one, such as a crisis page.
        if "Transition was" not in message:
            self.troubles.append(message)

    def _request(self, request) -> None:
        address = urlsplit(request.url)
        if address.scheme in ("http", "https", "ws", "wss") and address.netloc not in self.allowed:
            self.troubles.append(f"asked {address.netloc}")

    def end(self, *, picture: str | None) -> None:
        for number, context in enumerate(self.contexts):
            for page in context.pages if picture else []:
                with contextlib.suppress(Error):
                    page.screenshot(path=SHOTS / f"failed-{picture}-{number}.png", timeout=3000)
            with contextlib.suppress(Error):
                context.close()


@pytest.fixture
def visit(request, browser, server, elsewhere) -> Iterator[Visit]:
    SHOTS.mkdir(exist_ok=True)
    visiting = Visit(browser, server, elsewhere)
    yield visiting
    failed = getattr(request.node, "failed", False) or visiting.troubles
    visiting.end(picture=re.sub(r"\W+", "-", request.node.name) if failed else None)
    assert not visiting.troubles, visiting.troubles
    assert server.process.poll() is None, f"The server ended by itself.\n{server.log()[-3000:]}"


def looks(first: str, *others: str) -> list[str]:
    """Return the first look; all of them with EVERYHOUR_EVERY_LOOK."""
    return [first, *others] if os.environ.get("EVERYHOUR_EVERY_LOOK") else [first]


@pytest.fixture(params=looks(*LIGHTS))
def phone(request, visit) -> Page:
    """A page on a phone, 390 px wide."""
    return visit.page(size=PHONE, light=request.param)


@pytest.fixture
def guest(visit) -> Page:
    """A page on a phone, never at another size or in another theme."""
    return visit.page(size=PHONE)


@pytest.fixture(params=looks("phone-light", "phone-night", "desk-light", "desk-night"))
def anywhere(request, visit) -> Page:
    """A page with animations."""
    size, light = request.param.split("-")
    return visit.page(
        size=PHONE if size == "phone" else DESK, light=light, reduced_motion="no-preference"
    )


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    item.failed = getattr(item, "failed", False) or report.failed
    return report


def pytest_collection_modifyitems(config, items):
    here = [item for item in items if item.path.parent == Path(__file__).parent]
    for item in here:
        item.add_marker(pytest.mark.journey)
    if shared_database() and not os.environ.get("EVERYHOUR_EVERY_LOOK"):
        left_out = {item for item in here if not item.get_closest_marker("database")}
        items[:] = [item for item in items if item not in left_out]
        config.hook.pytest_deselected(items=list(left_out))
