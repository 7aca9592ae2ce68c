"""The address under which families open this site, for every link that leaves a page.

`EVERYHOUR_ADDRESS` decides. Without it, a link made for a request leads to the host of that request
if EVERYHOUR_HOSTS names it exactly: a forged Host header must never end up in a mail. Elsewhere
(worker, commands) links lead to where `everyhour serve` listens: its processes know it from the
environment, and others on this machine from a file in the state folder.
"""

import contextlib
import os
from pathlib import Path
from urllib.parse import urljoin

from django.conf import settings
from django.http import HttpRequest

SERVED_AT = "EVERYHOUR_SERVED_AT"  # "host|port", set by `everyhour serve` for its processes
FILE = "served-at"  # in the state folder
UNKNOWN = "http://localhost:8000"
WILDCARDS = ("", "0.0.0.0", "::")  # noqa: S104  listens on every network
LOCAL = ("localhost", "127.0.0.1", "[::1]")


def absolute(path: str, request: HttpRequest | None = None) -> str:
    """Return the URL of a path of this site, as somebody outside of it can open it."""
    return urljoin(f"{address(request)}/", path)


def address(request: HttpRequest | None = None) -> str:
    """Return scheme, host and port of this site, without a slash at the end."""
    if settings.ADDRESS:
        return settings.ADDRESS
    if request is not None and _is_ours(request):
        return f"{request.scheme}://{request.get_host()}"
    listens = os.environ.get(SERVED_AT) or _remembered()
    return served_at(listens) if listens else UNKNOWN


def remember() -> None:
    """Keep where this server listens for commands and for workers that others start."""
    if listens := os.environ.get(SERVED_AT):
        with contextlib.suppress(OSError):  # a full disk must not stop the server
            _file().write_text(listens, encoding="utf-8")


def served_at(listens: str) -> str:
    """Return the URL of a server that listens on "host|port".

    On every network, families use a name of EVERYHOUR_HOSTS; behind TLS, a proxy's usual port.
    """
    host, _bar, port = listens.rpartition("|")
    if host in WILDCARDS:
        host = next((name for name in settings.ALLOWED_HOSTS if _is_public(name)), LOCAL[0])
    host = f"[{host}]" if ":" in host and not host.startswith("[") else host
    host = LOCAL[0] if host in LOCAL else host
    return f"https://{host}" if settings.SECURE_PROXY_SSL_HEADER else f"http://{host}:{port}"


def _is_ours(request: HttpRequest) -> bool:
    """Return whether the operator named this host: a wildcard would let a visitor choose it."""
    host = request.get_host().lower()
    name = host if host.endswith("]") else host.rpartition(":")[0] or host
    return name in settings.ALLOWED_HOSTS


def _is_public(name: str) -> bool:
    return bool(name) and name not in LOCAL and not name.startswith((".", "*"))


def _remembered() -> str:
    with contextlib.suppress(OSError):
        return _file().read_text(encoding="utf-8").strip()
    return ""


def _file() -> Path:
    return Path(settings.STATE) / FILE
