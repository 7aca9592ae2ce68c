"""The crisis page and the leave page: files that answer when nothing else does.

Nothing here imports Django. The door (config/gateway.py) and the guard (config/supervisor.py) read these files from disk, so that
no database, template, setting or worker stands between a person and a phone number.
"""

import base64
import gzip
import hashlib
import os
import re
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path

FILES = Path(__file__).with_name("crisis")
PATHS = re.compile(
    r"/help(?:/(?P<country>[a-z]{2}))?(?:/in-(?P<language>[a-z]{2}))?(?:/|\.html)?$", re.I
)
DEFAULT = "all.en.html"
OVERDUE_DAYS = 45  # a number checked longer ago is shown with the date of its last check
CHECKED = re.compile(rb'(<small data-checked="(\d{4}-\d\d-\d\d)") hidden>')
ELSEWHERE = b"https://leave.invalid/"  # in leave.html; replaced by LEAVE_TO
LAST_RESORT = b"""<!doctype html><html lang="en"><title>Numbers to call</title><style>body{font-size:1.5rem}</style>
<p>In danger, call your emergency number: <a href="tel:112">112</a>, <a href="tel:911">911</a>, <a href="tel:999">999</a>,
<a href="tel:000">000</a> or <a href="tel:111">111</a>.</p></html>"""
LEAVE_TO = (
    os.environ.get("EVERYHOUR_LEAVE_TO", "https://www.weather.gov/").replace('"', "").encode()
)


def file_for(path: str) -> Path | None:
    """Return the file of a path such as /help/, /help/us/ or /help/us/in-es/.

    An unknown country gets all countries; a path that is not ours gets None.
    """
    if path == "/leave/":
        return FILES / "leave.html"
    if not (found := PATHS.match(path)):
        return None
    country, language = (found["country"] or "all").lower(), (found["language"] or "en").lower()
    names = (f"{country}.{language}.html", f"all.{language}.html", f"{country}.en.html")
    return FILES / next((name for name in names if name in _kept), DEFAULT)


def read(path: str) -> bytes | None:
    """Return the page of a path, from disk or else from memory; None when the path is not ours."""
    file = file_for(path)
    if file is None:
        return None
    try:
        body = file.read_bytes()
    except OSError:  # no file handles left or disk gone: use what was read at start
        body = _kept.get(file.name) or _kept.get(DEFAULT) or LAST_RESORT
    if file.name == "leave.html":
        return body.replace(ELSEWHERE, LEAVE_TO)
    return with_overdue_dates(body, today=_today())


def _today() -> date:
    return datetime.now(UTC).date()  # noqa: TID251  this page must answer without Django


@lru_cache(maxsize=64)
def with_overdue_dates(body: bytes, *, today: date) -> bytes:
    """Return a page that shows when a line was last checked, where that is more than 45 days ago.

    The files hold the date of each line, hidden: no script runs on these pages, so the server
    decides. A copy kept offline stays as it was when it was fetched; the date of the whole country
    is always visible.
    """

    def shown(found: re.Match[bytes]) -> bytes:
        checked_on = date.fromisoformat(found[2].decode())
        overdue = (today - checked_on).days > OVERDUE_DAYS
        return found[1] + b">" if overdue else found[0]

    return CHECKED.sub(shown, body)


def headers(body: bytes) -> list[tuple[str, str]]:
    """Return the headers of a crisis page: its inline style by digest, no scripts, no shared caching."""
    style = re.search(rb"<style>(.*?)</style>", body, re.S)
    digest = base64.b64encode(hashlib.sha256(style[1]).digest()).decode() if style else ""
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    return [
        ("content-type", "text/html; charset=utf-8"),
        ("content-length", str(len(body))),
        ("content-security-policy", policy),
        ("referrer-policy", "no-referrer"),
        ("x-content-type-options", "nosniff"),
        ("cache-control", "no-cache"),
        ("vary", "accept-encoding"),
    ]


@lru_cache(maxsize=64)
def compressed(body: bytes) -> bytes:
    """Return the body compressed, cached."""
    return gzip.compress(body, mtime=0)


def trouble_page() -> bytes:
    """Return the page shown when the server cannot answer, with the whole crisis card in it."""
    try:
        body = (FILES / "trouble.html").read_bytes()
    except OSError:
        body = _kept.get("trouble.html", LAST_RESORT)
    return with_overdue_dates(body, today=_today())


_kept = {file.name: file.read_bytes() for file in FILES.glob("*.html")} if FILES.exists() else {}
