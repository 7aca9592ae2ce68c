"""The crisis pages and the leave page, served from files.

Nothing here imports Django. The gateway and the supervisor (config/gateway.py and supervisor.py)
serve these files, so that phone numbers need no database, template, setting or worker.
"""

import base64
import gzip
import hashlib
import json
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
OVERDUE_DAYS = 45  # a line checked longer ago shows the date of its last check
CHECKED = re.compile(rb'(<small data-checked="(\d{4}-\d\d-\d\d)") hidden>')
PLACEHOLDER = b"https://leave.invalid/"  # in leave.html; replaced by LEAVE_TO
LAST_RESORT = b"""<!doctype html><html lang="en"><title>Numbers to call</title>
<style>body{font-size:1.5rem}</style>
<p>In danger, call your emergency number: <a href="tel:112">112</a>,
<a href="tel:911">911</a>, <a href="tel:999">999</a>,
<a href="tel:000">000</a> or <a href="tel:111">111</a>.</p></html>"""
LEAVE_TO = (
    os.environ.get("EVERYHOUR_LEAVE_TO", "https://www.weather.gov/").replace('"', "").encode()
)


def file_for(path: str) -> Path | None:
    """Return the file of a path such as /help/, /help/us/ or /help/us/in-es/.

    An unknown country or language falls back to all countries or to English; any other path
    returns None.
    """
    if path == "/leave/":
        return FILES / "leave.html"
    if not (found := PATHS.match(path)):
        return None
    country, language = (found["country"] or "all").lower(), (found["language"] or "en").lower()
    names = (f"{country}.{language}.html", f"all.{language}.html", f"{country}.en.html")
    return FILES / next((name for name in names if name in _kept), DEFAULT)


def read(path: str) -> bytes | None:
    """Return the page of a path, or None for any other path.

    Reads the file from disk. If that fails, uses the copy read at import, else the last resort.
    """
    file = file_for(path)
    if file is None:
        return None
    try:
        body = file.read_bytes()
    except OSError:  # out of file handles, or the disk is gone
        body = _kept.get(file.name) or _kept.get(DEFAULT) or LAST_RESORT
    if file.name == "leave.html":
        return body.replace(PLACEHOLDER, LEAVE_TO)
    return with_overdue_dates(body, today=_today())


def _today() -> date:
    return datetime.now(UTC).date()  # noqa: TID251  this page must answer without Django


@lru_cache(maxsize=64)
def with_overdue_dates(body: bytes, *, today: date) -> bytes:
    """Return the page with the date of each line visible that was checked over 45 days ago.

    The files hold these dates hidden; no script runs on these pages, so the server decides. A copy
    kept offline stays as it was fetched; the date of the whole country is always visible.
    """

    def show_if_overdue(found: re.Match[bytes]) -> bytes:
        checked_on = date.fromisoformat(found[2].decode())
        overdue = (today - checked_on).days > OVERDUE_DAYS
        return found[1] + b">" if overdue else found[0]

    return CHECKED.sub(show_if_overdue, body)


def headers(body: bytes) -> list[tuple[str, str]]:
    """Return the headers of a crisis page: its own style only, by digest; revalidated each time."""
    style = re.search(rb"<style>(.*?)</style>", body, re.S)
    digest = base64.b64encode(hashlib.sha256(style[1]).digest()).decode() if style else ""
    policy = (
        f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    )
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
    """Return the page for failures and maintenance, with all crisis lines in it."""
    try:
        body = (FILES / "trouble.html").read_bytes()
    except OSError:
        body = _kept.get("trouble.html", LAST_RESORT)
    return with_overdue_dates(body, today=_today())


def read_countries() -> dict[str, dict]:
    """Return names and emergency numbers by country, in the order in which they are listed."""
    try:
        return json.loads((FILES / "countries.json").read_bytes())
    except (OSError, ValueError):  # the sheet then leads to the crisis page
        return {}


_kept = {file.name: file.read_bytes() for file in FILES.glob("*.html")} if FILES.exists() else {}
