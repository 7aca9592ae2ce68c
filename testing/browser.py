"""The system's Chromium, driven by Playwright. We never download a browser."""

import contextlib
import os
import shutil
import signal
from collections.abc import Iterator
from threading import Timer

from playwright.sync_api import (
    Browser,
    BrowserContext,
    Page,
    Playwright,
    ViewportSize,
    sync_playwright,
)

PHONE: ViewportSize = {"width": 390, "height": 844}
DESK: ViewportSize = {"width": 1280, "height": 800}
QUIET = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage"),
]


def chromium() -> str:
    """Return the path of the browser; exit with instructions where there is none."""
    for name in (os.environ.get("CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome"):
        if name and (path := shutil.which(name)):
            return path
    raise SystemExit(
        "Journeys and proofs need Chromium. On Debian or Ubuntu: apt-get install chromium "
        "(or set CHROMIUM to its path)."
    )


@contextlib.contextmanager
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium(), args=QUIET)
        yield opened
        opened.close()


class Browsers:
    """One browser for many tests, started again after it has ended."""

    def __init__(self, playwright: Playwright):
        self.playwright = playwright
        self._open: Browser | None = None
        self._pid = 0

    def current(self) -> Browser:
        if self._open is None or not self._open.is_connected():
            self._pid = 0
            self._open = self.playwright.chromium.launch(executable_path=chromium(), args=QUIET)
            processes = self._open.new_browser_cdp_session().send("SystemInfo.getProcessInfo")
            self._pid = next(p["id"] for p in processes["processInfo"] if p["type"] == "browser")
        return self._open

    @contextlib.contextmanager
    def killed_after(self, seconds: float) -> Iterator[None]:
        """Kill the browser if the block takes longer.

        Playwright sets no limit for `evaluate` or `close`: a script that never answers would hang
        the test until its process is killed, and with it the tests that follow. Without a browser
        the call raises, and names its line.
        """
        timer = Timer(seconds, self._kill)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _kill(self) -> None:
        if not self._pid:
            return  # it is being launched, which has a limit; 0 would mean our own process group
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._pid, signal.SIGKILL)

    def close(self) -> None:
        if self._open:
            with contextlib.suppress(Exception):
                self._open.close()


@contextlib.contextmanager
def profile(folder: str, **options) -> Iterator[BrowserContext]:
    """Open a browser with a profile on disk, which can be killed and opened again."""
    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            folder, executable_path=chromium(), args=QUIET, **options
        )
        yield context
        with contextlib.suppress(Exception):
            context.close()


def until_kept(page: Page, *, patience: float = 20_000) -> None:
    """Wait until the service worker has cached this release, as after a first visit."""
    page.evaluate(
        """async patience => {
            const until = Date.now() + patience;
            while (Date.now() < until) {
                const worker = await navigator.serviceWorker.getRegistration();
                const controlled = navigator.serviceWorker.controller;
                if (controlled && worker?.active?.state === "activated") return;
                await new Promise(done => setTimeout(done, 50));
            }
            throw new Error("The service worker did not take over in time.");
        }""",
        patience,
    )
