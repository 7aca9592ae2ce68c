"""No third party learns anything (TRUST.md row 20): every page, every language, in a real browser that has no other way out.

The browser talks through a proxy of ours, which hands on what is for our server and writes down the rest. It sees the
service worker's requests too, and every header of every answer.

One thing is allowed, and only on a page with a form that posts (docs/adr/0016): the form's token as a cookie of our own, HttpOnly,
SameSite=Lax, and `Referrer-Policy: same-origin`, by which a browser tells our own pages, and nobody else, where it came from.
"""

import random
import re
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, Request

from proofs.ledger import Ledger
from proofs.stage import stage
from proofs.witness import Seen, Witness, witness
from testing.browser import PHONE, profile, until_kept
from testing.server import Server

QUICK = 60
SABOTAGES = {
    "font": "every page asks another company for its letters (the policy stops it; the asking counts)",
    "pixel": "every page shows another company a picture, and the policy lets it",
    "cookie": "every visitor gets a number",
    "token": "a page without a form gives a form’s token",
}
LANGUAGES = ("en", "es", "ar")
TAPS = (
    "[data-step=start] [data-state=alarm]",
    "[data-step=around] [data-situation=bedtime]",
    "[data-step=idea] [data-go=after]",
    "[data-outcome=a_bit]",
)
LEAVE_TO = "http://elsewhere.invalid/"
# Pages that no link leads to, or only after a tap; {} is the language.
KNOWN = (
    "/{}/",
    "/{}/sign-in/",
    "/{}/sign-up/",
    "/{}/now/",
    "/{}/now/phone/",
    "/{}/about/",
    "/{}/ideas/",
    "/{}/ui/",
    "/{}/offline/",
    "/{}/now/you/flooded/",
    "/{}/now/fear/",
    "/{}/now/alarm/",
    "/{}/now/alarm/bedtime/",
    "/{}/now/alarm/bedtime/after/",
    "/{}/now/alarm/bedtime/settled/",
    "/{}/now/alarm/bedtime/unsafe/",
    "/{}/now/no-such-state/",
    "/{}/not-here/",
    "/{}/ideas/?q=bubble&state=alarm",
    "/{}/ideas/?q=zzzz",
    "/{}/ideas/practices/wall-push/1/",
)
# Answers that are no pages; each must be as silent.
OTHERS = (
    ("GET", "/"),
    ("GET", "/now/"),
    ("GET", "/ui/"),
    ("GET", "/sw.js"),
    ("GET", "/en/now/pocket/"),
    ("GET", "/en/manifest.webmanifest"),
    ("GET", "/alive/"),
    ("GET", "/help/"),
    ("GET", "/help/us/"),
    ("GET", "/help/gb/in-es/"),
    ("GET", "/help"),
    ("HEAD", "/help/"),
    ("GET", "/leave/"),
    ("GET", "/static/not-here.js"),
    ("POST", "/en/"),
    ("GET", "/en/%00/"),
    ("GET", "/en/now"),
    ("PUT", "/en/now/"),
)
# What Chromium asks its maker by itself, whatever the page; what a page of ours asks of them is caught by the page's own requests.
BROWSERS_OWN = {
    "update.googleapis.com",
    "accounts.google.com",
    "content-autofill.googleapis.com",
    "optimizationguide-pa.googleapis.com",
    "clients2.google.com",
}
TOKEN, FORM = (
    "csrftoken",
    re.compile(
        rb"""<form[^>]* method=["']?post.*?<input[^>]* name="csrfmiddlewaretoken".*?</form>""",
        re.S | re.I,
    ),
)
OUTSIDE_POLICY = re.compile(r"https?:|\*|'unsafe-(?:inline|eval)'")
LINKS = """[...document.querySelectorAll('a[href], form[action]')].map(a => a.href || a.action)
  .filter(href => new URL(href).origin === location.origin)"""
VIOLATIONS = "window.violations = []; addEventListener('securitypolicyviolation', e => violations.push(`${e.effectiveDirective} ${e.blockedURI}`));"


def prove(ledger: Ledger, *, n: int | None) -> None:
    settings = f"proofs.broken.{ledger.sabotage}" if ledger.sabotage else None
    environment = {"EVERYHOUR_LANGUAGES": " ".join(LANGUAGES), "EVERYHOUR_LEAVE_TO": LEAVE_TO}
    with stage(settings=settings, environment=environment) as playing, playing.playing() as server:
        _answers(ledger, server)
        with (
            witness(server.port) as watching,
            tempfile.TemporaryDirectory(prefix="everyhour-profile-") as folder,
        ):
            crawl = _crawl(Crawl(ledger, server, watching), folder, n or QUICK)
        ledger.notes["requests seen"] = len(watching.home)
        ledger.notes["requests to other origins"] = crawl.foreign
        ledger.notes["requests the browser made for itself, refused"] = crawl.browsers_own
        ledger.notes["cookies, but for the token of a form"] = crawl.cookies
        ledger.notes["answers with a form’s token"] = crawl.tokens
        ledger.notes["inline scripts that ran"] = len(crawl.inline)
        ledger.notes["kinds of page"] = len(crawl.kinds)


def _crawl(crawl: "Crawl", folder: str, most: int) -> "Crawl":
    with profile(folder, proxy={"server": crawl.watching.address}, viewport=PHONE) as context:
        crawl.begin(context)
        crawl.pages(most)
        crawl.walk()
        crawl.forms()
        crawl.afterwards()
        crawl.leave()
    return crawl


def _answers(ledger: Ledger, server: Server) -> None:
    for method, path in OTHERS:
        with ledger.attempt(f"{method} {path}"):
            status, headers, body = server.get(path, method=method)
            ledger.case(
                f"{method} {path} ({status})",
                problems_of_headers(headers.items(), form=has_form(body)),
            )
    with ledger.attempt("a host that is not ours"):
        status, headers, body = server.get("/en/", headers={"Host": "evil.invalid"})
        ledger.case(
            f"a host that is not ours ({status})",
            problems_of_headers(headers.items(), form=has_form(body)),
        )


def has_form(body: bytes) -> bool:
    return bool(FORM.search(body))


def problems_of_headers(headers: Iterable[tuple[str, str]], *, form: bool) -> Iterator[str]:
    """Judge the head of one answer; `form`: whether its page has a form that posts."""
    pairs = [(name.lower(), value) for name, value in headers]
    told = dict(pairs)
    for value in (value for name, value in pairs if name == "set-cookie"):
        yield from problems_of_cookie(value, form=form)
    if told.get("referrer-policy") != "no-referrer" and not (
        form and told.get("referrer-policy") == "same-origin"
    ):
        yield "no Referrer-Policy: no-referrer"
    policy = told.get("content-security-policy", "")
    if "default-src 'none'" not in policy:
        yield "no Content-Security-Policy with default-src 'none'"
    elif found := OUTSIDE_POLICY.search(policy):
        yield f"a Content-Security-Policy that allows {found[0]}"


def problems_of_cookie(value: str, *, form: bool) -> Iterator[str]:
    """A page with a form may set the form's token, for us alone, out of reach of scripts and of other sites' forms."""
    for name, cookie in SimpleCookie(value).items():
        if name != TOKEN:
            yield f"Set-Cookie: {name}"
        elif not form:
            yield f"Set-Cookie: {name} on a page without a form"
        elif not cookie["httponly"] or cookie["samesite"] != "Lax" or cookie["domain"]:
            yield f"Set-Cookie: {name} that is not HttpOnly, SameSite=Lax and ours alone"


@dataclass
class Crawl:
    """One walk through the pages; each page is a case."""

    ledger: Ledger
    server: Server
    watching: Witness
    kinds: Counter = field(default_factory=Counter)
    inline: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    forms_on: dict[str, bool] = field(default_factory=dict)
    looked: int = 0
    foreign: int = 0
    browsers_own: int = 0
    cookies: int = 0
    tokens: int = 0
    judged: int = 0

    def begin(self, context: BrowserContext) -> None:
        self.context, self.page = context, context.new_page()
        self.page.add_init_script(VIOLATIONS)
        self.context.on("request", self._asked)
        devtools = self.context.new_cdp_session(self.page)
        devtools.send("Debugger.enable")
        devtools.on("Debugger.scriptParsed", self._script)

    def _asked(self, request: Request) -> None:
        if urlsplit(request.url).hostname in BROWSERS_OWN:
            self.asked.append(request.url)

    def _script(self, parsed: dict) -> None:
        """A script whose address is a page's stood inside that page, and ran."""
        path = urlsplit(parsed["url"]).path
        if parsed["url"].startswith(self.server.url) and not path.endswith(".js"):
            self.inline.append(path)

    def pages(self, most: int) -> None:
        """Open pages until `most` were opened: kinds never seen first, then what the seed draws among the rest."""
        rng = random.Random(self.ledger.seed)
        waiting = [path.format(language) for path in KNOWN for language in LANGUAGES]
        known = set(waiting)
        for _ in range(most if self.ledger.sabotage else max(most, len(known))):
            if not waiting:
                break
            least = min(self.kinds[kind_of(path)] for path in waiting)
            path = rng.choice([path for path in waiting if self.kinds[kind_of(path)] == least])
            waiting.remove(path)
            self.kinds[kind_of(path)] += 1
            found = {path_of(href) for href in self._open(path)} - known
            known |= found
            waiting += sorted(
                path for path in found if not path.startswith(("/leave/", "/static/"))
            )
        self.ledger.notes["pages found and not opened"] = len(waiting)

    def _open(self, path: str) -> list[str]:
        scripts = len(self.inline)
        with self.ledger.attempt(path):
            self.page.goto(self.server.url + path, wait_until="load")
            links = self.page.evaluate(LINKS)
            problems = [
                *self._problems(),
                *(f"an inline script ran on {where}" for where in self.inline[scripts:]),
            ]
            self.ledger.case(path, problems)
            return links
        return []

    def _problems(self) -> Iterator[str]:
        """Judge everything that happened since the last look."""
        while self.looked < len(self.watching.elsewhere):
            seen = self.watching.elsewhere[self.looked]
            self.looked += 1
            if host_of(seen.url) in BROWSERS_OWN:
                self.browsers_own += 1
            else:
                self.foreign += 1
                yield f"asked another origin: {seen.method} {seen.url}"
        while self.asked:
            self.foreign += 1
            yield f"asked another origin: {self.asked.pop()}"
        for violated in self.page.evaluate("window.violations ?? []"):
            yield f"the policy had to stop something: {violated}"
        for seen in self._answered():
            told, path = dict(seen.got), seen.url.removeprefix(self.server.url)
            form = (
                "set-cookie" in told or told.get("referrer-policy") == "same-origin"
            ) and self.form_on(path)
            self.tokens += form
            yield from (
                f"{problem} on {path} ({seen.status})"
                for problem in problems_of_headers(seen.got, form=form)
            )
        kept = [
            cookie
            for cookie in self.context.cookies()
            if cookie["name"] != TOKEN or not self.tokens
        ]
        self.cookies = max(self.cookies, len(kept))
        if kept:
            yield f"a cookie: {kept[0]['name']}"

    def form_on(self, path: str) -> bool:
        """Tell whether a page has a form that posts, by asking for it once more; the proxy keeps only the heads of answers."""
        if path not in self.forms_on:
            self.forms_on[path] = has_form(self.server.get(path)[2])
        return self.forms_on[path]

    def _answered(self) -> list[Seen]:
        """Give the answers that came since the last look, in full."""
        new = [seen for seen in self.watching.home[self.judged :] if seen.status]
        self.judged = len(self.watching.home)
        return new

    def walk(self) -> None:
        """Tap through Right now to its end, with the service worker in charge."""
        with self.ledger.attempt("Right now, tapped to its end"):
            self.page.goto(f"{self.server.url}/en/now/")
            until_kept(self.page)
            for tapped in TAPS:
                self.page.locator(tapped).first.click()
            self.page.locator(
                "[data-step=done] [data-saved]", has_text=re.compile(r"\S")
            ).wait_for()
            self.ledger.case("Right now, tapped to its end", self._problems())

    def leave(self) -> None:
        """Leave goes to one place, the host's choice, and says nothing of where somebody came from."""
        with self.ledger.attempt("Leave"):
            before = len(self.watching.elsewhere)
            self.page.goto(f"{self.server.url}/en/")
            self.page.locator("[data-leave]").first.click()
            for _ in range(50):
                if any(
                    host_of(seen.url) not in BROWSERS_OWN
                    for seen in self.watching.elsewhere[before:]
                ):
                    break
                self.page.wait_for_timeout(100)
            went = [
                seen
                for seen in self.watching.elsewhere[before:]
                if host_of(seen.url) not in BROWSERS_OWN
            ]
            problems = [f"went to {seen.url}" for seen in went if not seen.url.startswith(LEAVE_TO)]
            problems += [
                f"said {name}: {value}"
                for seen in went
                for name, value in seen.sent
                if name in ("referer", "cookie", "origin")
            ]
            self.ledger.case("Leave", problems or ([] if went else ["it did not leave"]))

    def forms(self) -> None:
        """What is allowed on pages with a form was met on one, else nothing was shown about it; and no script reads the token."""
        with self.ledger.attempt("the token of a form"):
            self.page.goto(f"{self.server.url}/en/sign-in/")
            problems = [
                *self._problems(),
                *([] if self.tokens else ["no page with a form was met"]),
            ]
            problems += (
                [f"a script reads {TOKEN}"]
                if TOKEN in self.page.evaluate("document.cookie")
                else []
            )
            self.ledger.case("the token of a form", problems)

    def afterwards(self) -> None:
        """What came late belongs to nobody's page, and counts all the same."""
        with self.ledger.attempt("afterwards"):
            self.page.goto(f"{self.server.url}/en/")
            self.page.wait_for_timeout(1500)
            self.ledger.case("afterwards", self._problems())


def path_of(href: str) -> str:
    """Leave the fragment away, and of the query what only counts ideas already seen; else the pages would have no end."""
    parts = urlsplit(href)
    return parts.path + (
        f"?{parts.query}" if parts.query and not parts.query.startswith("seen=") else ""
    )


def host_of(url: str) -> str | None:
    """Give the host of a request line: an address, or host and port when a line is asked for."""
    return urlsplit(url if "://" in url else f"//{url}").hostname


def kind_of(path: str) -> str:
    """Name what kind of page this is: its language, its room, how deep it lies, and its last word where that is one of ours."""
    parts = [part for part in urlsplit(path).path.split("/") if part]
    room = (
        parts[2]
        if len(parts) > 2 and parts[1] in ("ideas",)
        else parts[3]
        if len(parts) > 3 and parts[1] == "now" and len(parts) == 5
        else ""
    )
    return f"{'/'.join(parts[:2])} {room} {parts[-1] if len(parts) == 5 else ''} {len(parts)} {'?' in path}"
