"""Requests to URLs that users supply, protected against server-side request forgery.

A calendar's address, or a push endpoint, may point at our own network. So the name is resolved
here, the address is checked, and the connection goes to that address: a name that resolves
differently later changes nothing.
"""

import http.client
import ipaddress
import queue
import socket
import ssl
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from time import monotonic
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from django.conf import settings

REDIRECTS = 3
MOVED = {301, 302, 303, 307, 308}
SMALL = 65_536  # of what a server says to something sent
PRIVATE_TO_ONE_HOST = {"authorization", "cookie"}
NAT64 = ipaddress.ip_network("64:ff9b::/96")
Headers = Mapping[str, str] | Callable[[], Mapping[str, str]]
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class Trouble(Exception):
    """The request failed."""


class Refused(Trouble):
    """The address is not allowed: no web address, a private network, or too many redirects."""


class Unreachable(Trouble):
    """The server cannot be reached; nothing was sent."""


class Unanswered(Unreachable):
    """The request may have arrived, but there was no response."""


class TooLarge(Trouble):
    """The response is larger than allowed."""


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]  # names in small letters
    body: bytes


def get(
    url: str, *, limit: int, timeout: float, headers: Mapping[str, str] | None = None
) -> Answer:
    """Fetch a URL through at most three redirects, within `timeout` seconds in all."""
    asked, until = dict(headers or {}), monotonic() + timeout
    for _turn in range(REDIRECTS + 1):
        parts = _parts(url)
        answer = _ask("GET", parts, b"", asked, until, limit)
        if answer.status not in MOVED or not answer.headers.get("location"):
            return answer
        url = urljoin(url, answer.headers["location"])
        asked = _still_asked(asked, parts, _parts(url))
    raise Refused(f"Too many redirects ({REDIRECTS}).")


def post(url: str, body: bytes, *, headers: Headers, timeout: float) -> Answer:
    """POST over HTTPS without following redirects; keep only the start of a long response.

    `headers` may be a function, called once connected, so that a remaining time is accurate.
    """
    parts = _parts(url)
    if parts.scheme != "https" and not settings.PRIVATE_ADDRESSES:
        raise Refused("What leaves the house is sealed on its way.")
    return _ask("POST", parts, body, headers, monotonic() + timeout, None)


def _parts(url: str) -> SplitResult:
    try:
        parts = urlsplit(url.strip())
        named = parts.hostname and parts.port != 0
    except ValueError as error:
        raise Refused("This is no address.") from error
    if parts.scheme not in ("http", "https") or not named or parts.username is not None:
        raise Refused("This is no address of the web.")
    return parts


def _still_asked(asked: Mapping[str, str], here: SplitResult, there: SplitResult) -> dict[str, str]:
    """Refuse a redirect from HTTPS to HTTP, and drop secret headers for another host."""
    if here.scheme == "https" and there.scheme != "https":
        raise Refused("It leads from a sealed way to an open one.")
    if (here.scheme, here.netloc) == (there.scheme, there.netloc):
        return dict(asked)
    return {name: value for name, value in asked.items() if name.lower() not in PRIVATE_TO_ONE_HOST}


def _ask(
    method: str, parts: SplitResult, body: bytes, headers: Headers, until: float, limit: int | None
) -> Answer:
    host = _host(parts)
    connection = http.client.HTTPConnection(host, parts.port or _port(parts))
    connection.sock = sock = _connected(host, parts, until)
    try:
        told = headers() if callable(headers) else headers
        target = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~") + (
            f"?{quote(parts.query, safe='/%:@!$&()*+,;=?~')}" if parts.query else ""
        )
        connection.request(
            method,
            target,
            body or None,
            {"Host": _named(parts, host), "Accept-Encoding": "identity", **told},
        )
        return _answer(connection.getresponse(), limit)
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise Unanswered(type(error).__name__) from error
    finally:
        sock.close()


def _answer(said: http.client.HTTPResponse, limit: int | None) -> Answer:
    """Read the response body; without a limit only the status counts, and errors are ignored."""
    headers = {name.lower(): value for name, value in said.getheaders()}
    if limit is None:
        body = b""
        with suppress(OSError, http.client.HTTPException):
            body = said.read(SMALL)
        return Answer(said.status, headers, body)
    length = headers.get("content-length", "")
    body = b"" if length.isdigit() and int(length) > limit else said.read(limit + 1)
    if len(body) > limit or (length.isdigit() and int(length) > limit):
        raise TooLarge(f"More than {limit} bytes.")
    if length.isdigit() and len(body) < int(length) and said.status != http.client.NOT_MODIFIED:
        raise Unanswered("It broke off.")
    return Answer(said.status, headers, body)


def _host(parts: SplitResult) -> str:
    try:
        return (parts.hostname or "").encode("idna").decode()
    except UnicodeError as error:
        raise Refused("This is no name of a server.") from error


def _named(parts: SplitResult, host: str) -> str:
    shown = f"[{host}]" if ":" in host else host
    return shown if parts.port in (None, _port(parts)) else f"{shown}:{parts.port}"


def _port(parts: SplitResult) -> int:
    return 443 if parts.scheme == "https" else 80


def _connected(host: str, parts: SplitResult, until: float) -> "_Plain | _Sealed":
    """Connect to the first allowed address that answers."""
    addresses = [
        found for found in _resolved(host, parts.port or _port(parts), until) if _may(found[4][0])
    ]
    if not addresses:
        raise Refused("This address belongs to a network of our own.")
    trouble: Exception | None = None
    for family, kind, protocol, _name, where in addresses:
        sock = _Plain(family, kind, protocol)
        try:
            sock.hurry(until)
            sock.connect(where)
            sealed = (
                _context().wrap_socket(sock, server_hostname=host)
                if parts.scheme == "https"
                else sock
            )
            sealed.until = until  # type: ignore[union-attr]
            return sealed  # type: ignore[return-value]
        except OSError as error:
            trouble = error
            sock.close()
    raise Unreachable(type(trouble).__name__) from trouble


def _resolved(host: str, port: int, until: float) -> list:
    """Resolve a name within the deadline; the system call itself cannot be interrupted."""
    told: queue.SimpleQueue = queue.SimpleQueue()

    def ask() -> None:
        try:
            told.put(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError) as error:
            told.put(error)

    if _literal(host):
        ask()
    else:
        threading.Thread(target=ask, daemon=True).start()
    try:
        found = told.get(timeout=max(until - monotonic(), 0.001))
    except queue.Empty as error:
        raise Unreachable("TimeoutError") from error
    if isinstance(found, Exception):
        raise Unreachable("Nobody has this name.") from found
    return found


def _literal(host: str) -> bool:
    with suppress(ValueError):
        return bool(ipaddress.ip_address(host))
    return False


def _may(address: str) -> bool:
    found = ipaddress.ip_address(address.partition("%")[0])
    if found.is_multicast or found.is_unspecified:
        return False
    return bool(settings.PRIVATE_ADDRESSES) or all(
        one.is_global and not one.is_multicast and not one.is_reserved for one in _meant(found)
    )


def _meant(found: Address) -> list[Address]:
    """Return the address, and IPv4 addresses embedded in it."""
    if isinstance(found, ipaddress.IPv4Address):
        return [found]
    if found.ipv4_mapped:
        return [found.ipv4_mapped]
    carried = [found.sixtofour, *(found.teredo or ())]
    if found in NAT64:
        return [ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)]
    return [found, *(one for one in carried if one)]


class _Hurried(socket.socket):
    """A connection with a deadline, against servers that send a byte a minute."""

    until = float("inf")

    def hurry(self, until: float) -> None:
        left = until - monotonic()
        if left <= 0:
            raise TimeoutError
        self.settimeout(left if left < threading.TIMEOUT_MAX else None)

    def recv_into(self, *args, **kwargs):
        self.hurry(self.until)
        return super().recv_into(*args, **kwargs)

    def send(self, *args, **kwargs):
        self.hurry(self.until)
        return super().send(*args, **kwargs)

    def sendall(self, *args, **kwargs):
        self.hurry(self.until)
        return super().sendall(*args, **kwargs)


class _Plain(_Hurried):
    pass


class _Sealed(_Hurried, ssl.SSLSocket):
    pass


@cache
def _context() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.sslsocket_class = _Sealed
    return context
