"""The browser of `prove noleak`: opens pages and checks requests, cookies, scripts and headers."""

import random
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from http.cookies import SimpleCookie
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, Request

from proofs.recording_proxy import Exchange, RecordingProxy
from proofs.report import Report
from testing.browser import until_kept
from testing.server import Server

TAPS = (
    "[data-breathed]",
    "[data-step=start] [data-state=alarm]",
    "[data-step=around] [data-situation=bedtime]",
    "[data-step=idea] [data-go=after]",
    "[data-outcome=a_bit]",
)
# Hosts that Chromium asks by itself, whatever the page. A page that asks one of them is caught by
# the page's own requests.
BROWSERS_OWN = {
    "update.googleapis.com",
    "accounts.google.com",
    "content-autofill.googleapis.com",
    "optimizationguide-pa.googleapis.com",
    "clients2.google.com",
}
TOKEN = "csrftoken"
FORM = re.compile(
    rb"""<form[^>]* method=["']?post.*?<input[^>]* name="csrfmiddlewaretoken".*?</form>""",
    re.S | re.I,
)
OUTSIDE_POLICY = re.compile(r"https?:|\*|'unsafe-(?:inline|eval)'")
LINKS = """[...document.querySelectorAll('a[href], form[action]')].map(a => a.href || a.action)
  .filter(href => new URL(href).origin === location.origin)"""
VIOLATIONS = """window.violations = []; addEventListener('securitypolicyviolation',
  e => violations.push(`${e.effectiveDirective} ${e.blockedURI}`));"""


class Crawl:
    """One walk through the pages in one browser; each page is a case."""

    def __init__(
        self, report: Report, server: Server, proxy: RecordingProxy, context: BrowserContext
    ):
        self.report, self.server, self.proxy, self.context = report, server, proxy, context
        self.kinds, self.counts = Counter[str](), Counter[str]()
        self.inline_scripts: list[str] = []
        self.page_requests: list[str] = []  # of pages, to hosts Chromium also asks by itself
        self.forms: dict[str, bool] = {}  # path: has a form that posts
        self.refused_seen = self.forwarded_seen = 0
        self.page = context.new_page()
        self.page.add_init_script(VIOLATIONS)
        context.on("request", self._record_request)
        devtools = context.new_cdp_session(self.page)
        devtools.send("Debugger.enable")
        devtools.on("Debugger.scriptParsed", self._record_script)

    def notes(self) -> dict[str, int]:
        return {
            "requests to other origins": self.counts["foreign"],
            "requests the browser made for itself, refused": self.counts["browser's own"],
            "cookies other than the CSRF token": self.counts["cookies"],
            "responses with a CSRF token": self.counts["tokens"],
            "inline scripts that ran": len(self.inline_scripts),
            "kinds of page": len(self.kinds),
        }

    def _record_request(self, request: Request) -> None:
        if urlsplit(request.url).hostname in BROWSERS_OWN:
            self.page_requests.append(request.url)

    def _record_script(self, parsed: dict) -> None:
        """Record a script that ran and has the address of a page: it was inline."""
        path = urlsplit(parsed["url"]).path
        if parsed["url"].startswith(self.server.url) and not path.endswith(".js"):
            self.inline_scripts.append(path)

    def open_pages(self, waiting: list[str], most: int) -> None:
        """Open at least the known pages; kinds of page seen least often first, then by the seed."""
        rng = random.Random(self.report.seed)
        known = set(waiting)
        for _ in range(most if self.report.sabotage else max(most, len(known))):
            if not waiting:
                break
            least = min(self.kinds[kind_of(path)] for path in waiting)
            path = rng.choice([path for path in waiting if self.kinds[kind_of(path)] == least])
            waiting.remove(path)
            self.kinds[kind_of(path)] += 1
            found = {path_of(href) for href in self._open(path)} - known
            known |= found
            pages = (path for path in found if not path.startswith(("/leave/", "/static/")))
            waiting += sorted(pages)
        self.report.notes["pages found and not opened"] = len(waiting)

    def _open(self, path: str) -> list[str]:
        """Open a page as a case and return its links; none if it could not be opened."""
        scripts = len(self.inline_scripts)
        with self.report.attempt(path):
            self.page.goto(self.server.url + path, wait_until="load")
            links = self.page.evaluate(LINKS)
            problems = [*self._problems()]
            problems += [f"an inline script ran on {at}" for at in self.inline_scripts[scripts:]]
            self.report.case(path, problems)
            return links
        return []

    def _problems(self) -> Iterator[str]:
        """Check everything that happened since the last check."""
        for exchange in self._new_refused():
            if host_of(exchange.url) in BROWSERS_OWN:
                self.counts["browser's own"] += 1
            else:
                self.counts["foreign"] += 1
                yield f"request to another origin: {exchange.method} {exchange.url}"
        while self.page_requests:
            self.counts["foreign"] += 1
            yield f"request to another origin: {self.page_requests.pop()}"
        for violation in self.page.evaluate("window.violations ?? []"):
            yield f"the policy blocked {violation}"
        for exchange in self._new_forwarded():
            yield from self._exchange_problems(exchange)
        cookies = [cookie["name"] for cookie in self.context.cookies()]
        kept = [name for name in cookies if name != TOKEN or not self.counts["tokens"]]
        self.counts["cookies"] = max(self.counts["cookies"], len(kept))
        if kept:
            yield f"a cookie: {kept[0]}"

    def _exchange_problems(self, exchange: Exchange) -> Iterator[str]:
        headers, path = dict(exchange.response_headers), exchange.url.removeprefix(self.server.url)
        relaxed = "set-cookie" in headers or headers.get("referrer-policy") == "same-origin"
        form = relaxed and self._page_has_form(path)
        self.counts["tokens"] += form
        for problem in header_problems(exchange.response_headers, form=form):
            yield f"{problem} on {path} ({exchange.status})"

    def _page_has_form(self, path: str) -> bool:
        """Request the page again to see whether it has a form; the proxy records no bodies."""
        if path not in self.forms:
            self.forms[path] = has_form(self.server.get(path)[2])
        return self.forms[path]

    def _new_refused(self) -> list[Exchange]:
        new = self.proxy.refused[self.refused_seen :]
        self.refused_seen += len(new)
        return new

    def _new_forwarded(self) -> list[Exchange]:
        new = self.proxy.forwarded[self.forwarded_seen :]
        self.forwarded_seen += len(new)
        return [exchange for exchange in new if exchange.status]

    def walk_right_now(self) -> None:
        """Tap through Right now to its end, with the service worker in control."""
        with self.report.attempt("Right now, tapped to its end"):
            self.page.goto(f"{self.server.url}/en/now/")
            until_kept(self.page)
            for tapped in TAPS:
                self.page.locator(tapped).first.click()
            saved = self.page.locator("[data-step=done] [data-saved]", has_text=re.compile(r"\S"))
            saved.wait_for()
            self.report.case("Right now, tapped to its end", self._problems())

    def check_form_token(self) -> None:
        """Check that a page with a form was met, and that no script can read the CSRF token."""
        with self.report.attempt("the CSRF token of a form"):
            self.page.goto(f"{self.server.url}/en/sign-in/")
            problems = [*self._problems()]
            if not self.counts["tokens"]:
                problems.append("no page with a form was met")
            if TOKEN in self.page.evaluate("document.cookie"):
                problems.append(f"a script can read {TOKEN}")
            self.report.case("the CSRF token of a form", problems)

    def check_late_requests(self) -> None:
        """Check what arrived too late to belong to one of the pages."""
        with self.report.attempt("late requests"):
            self.page.goto(f"{self.server.url}/en/")
            self.page.wait_for_timeout(1500)
            self.report.case("late requests", self._problems())

    def leave(self, target: str) -> None:
        """Check that Leave goes to `target` only and does not tell where the person came from."""
        with self.report.attempt("Leave"):
            before = len(self.proxy.refused)
            self.page.goto(f"{self.server.url}/en/")
            self.page.locator("[data-leave]").first.click()
            for _ in range(50):
                if left := self._pages_requests(before):
                    break
                self.page.wait_for_timeout(100)
            problems = [f"went to {one.url}" for one in left if not one.url.startswith(target)]
            problems += [
                f"revealed {name}: {value}"
                for exchange in left
                for name, value in exchange.request_headers
                if name in ("referer", "cookie", "origin")
            ]
            self.report.case("Leave", problems or ([] if left else ["it did not leave"]))

    def _pages_requests(self, since: int) -> list[Exchange]:
        refused = self.proxy.refused[since:]
        return [exchange for exchange in refused if host_of(exchange.url) not in BROWSERS_OWN]


def header_problems(headers: Iterable[tuple[str, str]], *, form: bool) -> Iterator[str]:
    """Check the headers of a response; `form`: whether its page has a form that posts."""
    pairs = [(name.lower(), value) for name, value in headers]
    for value in (value for name, value in pairs if name == "set-cookie"):
        yield from cookie_problems(value, form=form)
    values = dict(pairs)
    referrer = values.get("referrer-policy")
    if referrer != "no-referrer" and not (form and referrer == "same-origin"):
        yield "no Referrer-Policy: no-referrer"
    policy = values.get("content-security-policy", "")
    if "default-src 'none'" not in policy:
        yield "no Content-Security-Policy with default-src 'none'"
    elif found := OUTSIDE_POLICY.search(policy):
        yield f"a Content-Security-Policy that allows {found[0]}"


def cookie_problems(value: str, *, form: bool) -> Iterator[str]:
    """Allow the CSRF token on pages with a form: HttpOnly, SameSite=Lax and for our host only."""
    for name, cookie in SimpleCookie(value).items():
        if name != TOKEN:
            yield f"Set-Cookie: {name}"
        elif not form:
            yield f"Set-Cookie: {name} on a page without a form"
        elif not cookie["httponly"] or cookie["samesite"] != "Lax" or cookie["domain"]:
            yield f"Set-Cookie: {name} without HttpOnly and SameSite=Lax, or with a domain"


def has_form(body: bytes) -> bool:
    return bool(FORM.search(body))


def path_of(href: str) -> str:
    """Remove the fragment, and the query that lists ideas already seen: it would never end."""
    parts = urlsplit(href)
    query = "" if parts.query.startswith("seen=") else parts.query
    return f"{parts.path}?{query}" if query else parts.path


def host_of(url: str) -> str | None:
    """Return the host of a request line, which is a URL or, for CONNECT, host and port."""
    return urlsplit(url if "://" in url else f"//{url}").hostname


def kind_of(path: str) -> str:
    """Return language, section, depth and, where it is one of ours, the last part of a path."""
    parts = [part for part in urlsplit(path).path.split("/") if part]
    section = ""
    if len(parts) > 2 and parts[1] == "ideas":
        section = parts[2]
    elif len(parts) == 5 and parts[1] == "now":
        section = parts[3]
    last = parts[-1] if len(parts) == 5 else ""
    return f"{'/'.join(parts[:2])} {section} {last} {len(parts)} {'?' in path}"
