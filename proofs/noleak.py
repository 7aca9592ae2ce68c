"""No third party learns anything (TRUST.md row 20): every page and language in a real browser.

The browser's only way to the network is a proxy that forwards requests to our server and records
and refuses all others. It sees the service worker's requests too, and all headers.

One exception, on pages with a form that posts (docs/adr/0016): the CSRF token as a cookie of our
own (HttpOnly, SameSite=Lax), and `Referrer-Policy: same-origin`.
"""

import tempfile

from proofs.noleak_crawl import Crawl, has_form, header_problems
from proofs.recording_proxy import recording_proxy
from proofs.report import Report
from proofs.sandbox import Sandbox
from testing.browser import PHONE, profile
from testing.server import Server

QUICK = 60
SABOTAGES = {
    "font": "every page loads a font from another company; the policy blocks it, but it was asked",
    "pixel": "every page shows a picture of another company, and the policy allows it",
    "cookie": "every visitor gets a cookie",
    "token": "a page without a form sets the CSRF cookie",
}
LANGUAGES = ("en", "es", "ar")
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
# Responses that are not pages; they must not leak either.
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


def prove(report: Report, *, n: int | None) -> None:
    settings = f"proofs.broken.{report.sabotage}" if report.sabotage else None
    environment = {"EVERYHOUR_LANGUAGES": " ".join(LANGUAGES), "EVERYHOUR_LEAVE_TO": LEAVE_TO}
    with (
        Sandbox(settings=settings, environment=environment) as sandbox,
        sandbox.run_server() as server,
    ):
        _check_responses(report, server)
        with (
            recording_proxy(server.port) as proxy,
            tempfile.TemporaryDirectory(prefix="everyhour-profile-") as folder,
            profile(folder, proxy={"server": proxy.address}, viewport=PHONE) as context,
        ):
            crawl = Crawl(report, server, proxy, context)
            crawl.open_pages(
                [path.format(name) for path in KNOWN for name in LANGUAGES], n or QUICK
            )
            crawl.walk_right_now()
            crawl.check_form_token()
            crawl.check_late_requests()
            crawl.leave(LEAVE_TO)
        report.notes["requests seen"] = len(proxy.forwarded)
    report.notes |= crawl.notes()


def _check_responses(report: Report, server: Server) -> None:
    cases = [(f"{method} {path}", method, path, {}) for method, path in OTHERS]
    cases += [("a foreign host name", "GET", "/en/", {"Host": "evil.invalid"})]
    for name, method, path, headers in cases:
        with report.attempt(name):
            status, received, body = server.get(path, method=method, headers=headers)
            problems = header_problems(received.items(), form=has_form(body))
            report.case(f"{name} ({status})", problems)
