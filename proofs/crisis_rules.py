"""What makes a response good enough for a person in danger (TRUST.md section 4, rules 1 to 7)."""

import base64
import gzip
import hashlib
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from urllib.parse import urlsplit

import yaml

from testing.server import ROOT, Server

ENTRIES = {
    "home": "/",
    "right now": "/en/now/",
    "deep link": "/en/now/alarm/bedtime/",
    "error page": "/en/this-page-is-not-here/",
    "library": "/en/ideas/",
    "typed address": "/help/",
}
LINK = re.compile(rb'<a\b[^>]*\bhref="/help/[^"]*"')
CALL = re.compile(rb'<a\b[^>]*\bhref="tel:(\+?\d+)"')
# What only a script can open is no way in for a page without scripts.
CLOSED = re.compile(rb"<(dialog|template)\b.*?</\1>", re.S)
FOREIGN = re.compile(
    rb"""(?:src|href|action|poster|data)\s*=\s*["']?\s*(?:https?:)?//"""
    rb"""|url\(|@import|http-equiv|<(?:iframe|object|embed|img|link|form)\b""",
    re.I,
)
SCRIPT = re.compile(rb"<script|\son[a-z]+\s*=|javascript:", re.I)
BIGGEST = 14 * 1024  # compressed bytes: one round trip on a new connection
BIGGEST_LOG = 1_000_000  # characters, for one short visit
PATIENCE = 10.0  # seconds; a person in danger waits no longer for a page


@dataclass(frozen=True)
class Response:
    status: int
    headers: dict[str, str]
    body: bytes
    seconds: float
    wrong: str = ""


def visit(server: Server, path: str) -> Response:
    """Open a URL as a browser does, following our own redirects."""
    began = time.monotonic()
    try:
        for _ in range(4):
            status, headers, body = server.get(path, timeout=PATIENCE)
            if status not in (301, 302, 303, 307, 308):
                break
            path = urlsplit(headers["location"]).path
        return Response(status, headers, body, time.monotonic() - began)
    except Exception as error:
        return Response(0, {}, b"", time.monotonic() - began, f"{type(error).__name__}: {error}")


def problems_of_entry(response: Response, path: str) -> Iterator[str]:
    if response.wrong:
        yield f"no response ({response.wrong})"
    elif not response.headers.get("content-type", "").startswith("text/html"):
        yield "the response is not a page"
    else:
        shown = CLOSED.sub(b"", response.body)
        if not LINK.search(shown) and not CALL.search(shown):
            yield "no way to crisis help on it"
    yield from _style_is_allowed(response)


def problems_of_help(response: Response) -> Iterator[str]:
    if response.status != 200:
        yield f"/help/ answered {response.status} {response.wrong}".strip()
        return
    # The last resort in the code has the numbers too, but the page says far more.
    if response.body != released_page():
        yield "/help/ is not the whole page"
    numbers = {number.decode() for number in CALL.findall(response.body)}
    if missing := sorted(emergency_numbers() - numbers):
        yield f"/help/ lacks the emergency number {', '.join(missing)}"
    if SCRIPT.search(response.body):
        yield "/help/ has a script"
    if "set-cookie" in response.headers:
        yield "/help/ sets a cookie"
    if found := FOREIGN.search(response.body):
        yield f"/help/ requests something else ({found[0].decode(errors='replace')})"
    if response.headers.get("referrer-policy") != "no-referrer":
        yield "/help/ may send a referrer to the next site"
    if "default-src 'none'" not in response.headers.get("content-security-policy", ""):
        yield "/help/ has no strict policy"
    if (size := len(gzip.compress(response.body))) > BIGGEST:
        yield f"/help/ has {size} bytes compressed; at most {BIGGEST} are allowed"
    yield from _style_is_allowed(response)


def problems_of_log(log: str) -> Iterator[str]:
    """Check that the log names no page a person opened and cannot fill the disk itself."""
    if len(log) > BIGGEST_LOG:
        yield f"the log has grown to more than {BIGGEST_LOG:,} characters"
        log = log[:BIGGEST_LOG]
    for path in (*ENTRIES.values(), "/en/"):
        if len(path) > 1 and re.search(rf"(?<![\w.]){re.escape(path)}(?=[\s\"'?]|$)", log, re.M):
            yield f"the log names {path}"


@cache
def released_page() -> bytes:
    return (ROOT / "everyhour/foundation/ui/crisis/all.en.html").read_bytes()


@cache
def emergency_numbers() -> frozenset[str]:
    """Return the emergency numbers of every country, read from the content itself."""
    facts = [
        yaml.safe_load(path.read_text().split("---")[1])
        for path in sorted((ROOT / "content/crisis-lines").glob("*.md"))
    ]
    return frozenset(
        re.sub(r"[ -]", "", number)
        for country in facts
        for number in country["emergency"]["numbers"]
    )


def _style_is_allowed(response: Response) -> Iterator[str]:
    """Check that the page's policy allows its inline style; a browser would drop it."""
    policy = response.headers.get("content-security-policy", "")
    for style in re.findall(rb"<style>(.*?)</style>", response.body, re.S):
        if base64.b64encode(hashlib.sha256(style).digest()).decode() not in policy:
            yield "the page's own style is forbidden by its policy"
