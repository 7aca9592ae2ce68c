"""What makes an answer good enough for somebody in danger (TRUST.md section 4, rules 1 to 7)."""

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
FOREIGN = re.compile(
    rb"""(?:src|href|action|poster|data)\s*=\s*["']?\s*(?:https?:)?//|url\(|@import|http-equiv|<(?:iframe|object|embed|img|link|form)\b""",
    re.I,
)
SCRIPT = re.compile(rb"<script|\son[a-z]+\s*=|javascript:", re.I)
BIGGEST = 14 * 1024  # bytes, compressed: one round trip on a new connection
BIGGEST_LOG = 1_000_000  # characters of one short visit
PATIENCE = 10.0  # seconds; nobody with a child in terror waits longer for a page


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes
    seconds: float
    wrong: str = ""


def visit(server: Server, path: str) -> Answer:
    """Open an address as a browser does, following our own redirects."""
    began = time.monotonic()
    try:
        for _ in range(4):
            status, headers, body = server.get(path, timeout=PATIENCE)
            if status not in (301, 302, 303, 307, 308):
                break
            path = urlsplit(headers["location"]).path
        return Answer(status, headers, body, time.monotonic() - began)
    except Exception as error:
        return Answer(0, {}, b"", time.monotonic() - began, f"{type(error).__name__}: {error}")


def problems_of_entry(answer: Answer, path: str) -> Iterator[str]:
    if answer.wrong:
        yield f"no answer ({answer.wrong})"
    elif not answer.headers.get("content-type", "").startswith("text/html"):
        yield "the answer is not a page"
    elif not LINK.search(answer.body) and not CALL.search(answer.body):
        yield "no way to crisis help on it"
    yield from _style_is_allowed(answer)


def problems_of_help(answer: Answer) -> Iterator[str]:
    if answer.status != 200:
        yield f"/help/ gives {answer.status} {answer.wrong}".strip()
        return
    if (
        answer.body != released_card()
    ):  # the last words in the code name emergency numbers too; the card says far more
        yield "/help/ is not the whole card"
    numbers = {number.decode() for number in CALL.findall(answer.body)}
    if missing := sorted(emergency_numbers() - numbers):
        yield f"/help/ lacks the emergency number {', '.join(missing)}"
    if SCRIPT.search(answer.body):
        yield "/help/ has a script"
    if "set-cookie" in answer.headers:
        yield "/help/ sets a cookie"
    if found := FOREIGN.search(answer.body):
        yield f"/help/ asks for something else ({found[0].decode(errors='replace')})"
    if answer.headers.get("referrer-policy") != "no-referrer":
        yield "/help/ may tell the next site where somebody came from"
    if "default-src 'none'" not in answer.headers.get("content-security-policy", ""):
        yield "/help/ has no strict policy"
    if (size := len(gzip.compress(answer.body))) > BIGGEST:
        yield f"/help/ has {size} bytes compressed; {BIGGEST} is the most"
    yield from _style_is_allowed(answer)


def problems_of_log(log: str) -> Iterator[str]:
    """Nothing that tells which page somebody opened, and not so much that the log itself fills the disk."""
    if len(log) > BIGGEST_LOG:
        yield f"the log has grown to more than {BIGGEST_LOG:,} characters"
        log = log[:BIGGEST_LOG]
    for path in (*ENTRIES.values(), "/en/"):
        if len(path) > 1 and re.search(rf"(?<![\w.]){re.escape(path)}(?=[\s\"'?]|$)", log, re.M):
            yield f"the log names {path}"


@cache
def released_card() -> bytes:
    return (ROOT / "everyhour/foundation/ui/crisis/all.en.html").read_bytes()


@cache
def emergency_numbers() -> frozenset[str]:
    """Read from the content itself what every country's first emergency number is."""
    facts = [
        yaml.safe_load(path.read_text().split("---")[1])
        for path in sorted((ROOT / "content/crisis-lines").glob("*.md"))
    ]
    return frozenset(
        re.sub(r"[ -]", "", number) for told in facts for number in told["emergency"]["numbers"]
    )


def _style_is_allowed(answer: Answer) -> Iterator[str]:
    """A page with its style inside must also allow it, or it arrives as bare text."""
    policy = answer.headers.get("content-security-policy", "")
    for style in re.findall(rb"<style>(.*?)</style>", answer.body, re.S):
        if base64.b64encode(hashlib.sha256(style).digest()).decode() not in policy:
            yield "the page's own style is forbidden by its policy"
