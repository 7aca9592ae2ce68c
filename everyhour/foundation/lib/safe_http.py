"""Requests to URLs that users supply, protected against server-side request forgery.

The URL of a calendar or a push endpoint may lead to our own network. So the name is resolved and
the address checked here, and the connection goes to that address: resolving the name differently
later has no effect.
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
from typing import cast
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from django.conf import settings

REDIRECTS = 3
REDIRECTED = {301, 302, 303, 307, 308}
POST_RESPONSE_BYTES = 65_536  # the rest of a longer response is not read
PRIVATE_TO_ONE_HOST = {"authorization", "cookie"}
NAT64 = ipaddress.ip_network("64:ff9b::/96")
Headers = Mapping[str, str] | Callable[[], Mapping[str, str]]
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class RequestFailed(Exception):
    """The request failed."""


class Refused(RequestFailed):
    """The URL is not allowed: not HTTP, in a private network, not encrypted, or redirected on."""


class Unreachable(RequestFailed):
    """The server cannot be reached; nothing was sent."""


class Unanswered(Unreachable):
    """The request may have arrived, but no complete response came back."""


class TooLarge(RequestFailed):
    """The response is larger than allowed."""


@dataclass(frozen=True)
class Response:
    status: int
    headers: Mapping[str, str]  # names in lower case
    body: bytes


def get(
    url: str, *, limit: int, timeout: float, headers: Mapping[str, str] | None = None
) -> Response:
    """Fetch a URL through at most three redirects, within `timeout` seconds in all.

    Raises TooLarge for a body of more than `limit` bytes.
    """
    sent, until = dict(headers or {}), monotonic() + timeout
    for _attempt in range(REDIRECTS + 1):
        parts = _parse(url)
        response = _request("GET", parts, b"", sent, until, limit)
        if response.status not in REDIRECTED or not response.headers.get("location"):
            return response
        url = urljoin(url, response.headers["location"])
        sent = _headers_for_redirect(sent, parts, _parse(url))
    raise Refused(f"More than {REDIRECTS} redirects.")


def post(url: str, body: bytes, *, headers: Headers, timeout: float) -> Response:
    """POST over HTTPS without following redirects; keep only the start of a long response.

    `headers` may be a function, called once connected, so that a remaining time is accurate.
    Plain HTTP is allowed only with PRIVATE_ADDRESSES.
    """
    parts = _parse(url)
    if parts.scheme != "https" and not settings.PRIVATE_ADDRESSES:
        raise Refused("POST requires HTTPS.")
    return _request("POST", parts, body, headers, monotonic() + timeout, None)


def _parse(url: str) -> SplitResult:
    """Split an HTTP URL; raise Refused for any other, and for one with a user name."""
    try:
        parts = urlsplit(url.strip())
        has_host = parts.hostname and parts.port != 0
    except ValueError as error:
        raise Refused("This is not a URL.") from error
    if parts.scheme not in ("http", "https") or not has_host or parts.username is not None:
        raise Refused("The URL must be http:// or https://, with a host and no user name.")
    return parts


def _headers_for_redirect(
    sent: Mapping[str, str], here: SplitResult, there: SplitResult
) -> dict[str, str]:
    """Drop secret headers for another host; raise Refused from HTTPS to HTTP."""
    if here.scheme == "https" and there.scheme != "https":
        raise Refused("The server redirects from HTTPS to HTTP.")
    if (here.scheme, here.netloc) == (there.scheme, there.netloc):
        return dict(sent)
    return {name: value for name, value in sent.items() if name.lower() not in PRIVATE_TO_ONE_HOST}


def _request(
    method: str, parts: SplitResult, body: bytes, headers: Headers, until: float, limit: int | None
) -> Response:
    host = _encode_host(parts)
    connection = http.client.HTTPConnection(host, parts.port or _default_port(parts))
    connection.sock = sock = _connect(host, parts, until)
    try:
        given = headers() if callable(headers) else headers
        sent = {"Host": _host_header(parts, host), "Accept-Encoding": "identity", **given}
        target = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~")
        if parts.query:
            target += f"?{quote(parts.query, safe='/%:@!$&()*+,;=?~')}"
        connection.request(method, target, body or None, sent)
        return _read_response(connection.getresponse(), limit)
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise Unanswered(type(error).__name__) from error
    finally:
        sock.close()


def _read_response(response: http.client.HTTPResponse, limit: int | None) -> Response:
    """Read the body; without a limit only the status counts, so errors of the body are ignored."""
    headers = {name.lower(): value for name, value in response.getheaders()}
    if limit is None:
        body = b""
        with suppress(OSError, http.client.HTTPException):
            body = response.read(POST_RESPONSE_BYTES)
        return Response(response.status, headers, body)
    length = headers.get("content-length", "")
    body = b"" if length.isdigit() and int(length) > limit else response.read(limit + 1)
    if len(body) > limit or (length.isdigit() and int(length) > limit):
        raise TooLarge(f"More than {limit} bytes.")
    complete = not length.isdigit() or len(body) >= int(length)
    if not complete and response.status != http.client.NOT_MODIFIED:
        raise Unanswered("The response ended early.")
    return Response(response.status, headers, body)


def _encode_host(parts: SplitResult) -> str:
    try:
        return (parts.hostname or "").encode("idna").decode()
    except UnicodeError as error:
        raise Refused("This is not a host name.") from error


def _host_header(parts: SplitResult, host: str) -> str:
    name = f"[{host}]" if ":" in host else host
    return name if parts.port in (None, _default_port(parts)) else f"{name}:{parts.port}"


def _default_port(parts: SplitResult) -> int:
    return 443 if parts.scheme == "https" else 80


def _connect(host: str, parts: SplitResult, until: float) -> "_PlainSocket | _TLSSocket":
    """Connect to the first allowed address that accepts."""
    resolved = _resolve(host, parts.port or _default_port(parts), until)
    allowed = [found for found in resolved if _is_allowed(found[4][0])]
    if not allowed:
        raise Refused("The address is in a private network.")
    failure: Exception | None = None
    for family, kind, protocol, _name, address in allowed:
        sock = _PlainSocket(family, kind, protocol)
        try:
            sock.set_timeout_until(until)
            sock.connect(address)
            connected: _PlainSocket | _TLSSocket = sock
            if parts.scheme == "https":
                tls = _tls_context().wrap_socket(sock, server_hostname=host)
                connected = cast(_TLSSocket, tls)
            connected.until = until
            return connected
        except OSError as error:
            failure = error
            sock.close()
    raise Unreachable(type(failure).__name__) from failure


def _resolve(host: str, port: int, until: float) -> list:
    """Resolve a name within the deadline.

    A thread asks, because the system call cannot be interrupted; after the deadline it is left to
    end by itself.
    """
    results: queue.SimpleQueue = queue.SimpleQueue()

    def ask() -> None:
        try:
            results.put(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError) as error:
            results.put(error)

    if _is_address(host):
        ask()
    else:
        threading.Thread(target=ask, daemon=True).start()
    try:
        found = results.get(timeout=max(until - monotonic(), 0.001))
    except queue.Empty as error:
        raise Unreachable("TimeoutError") from error
    if isinstance(found, Exception):
        raise Unreachable("The name does not resolve.") from found
    return found


def _is_address(host: str) -> bool:
    with suppress(ValueError):
        return bool(ipaddress.ip_address(host))
    return False


def _is_allowed(address: str) -> bool:
    """Allow public addresses, and private ones with PRIVATE_ADDRESSES; never multicast."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if found.is_multicast or found.is_unspecified:
        return False
    return bool(settings.PRIVATE_ADDRESSES) or all(
        one.is_global and not one.is_multicast and not one.is_reserved
        for one in _with_embedded(found)
    )


def _with_embedded(address: Address) -> list[Address]:
    """Return the address and the IPv4 addresses in it; of mapped and NAT64 ones only those."""
    if isinstance(address, ipaddress.IPv4Address):
        return [address]
    if address.ipv4_mapped:
        return [address.ipv4_mapped]
    if address in NAT64:
        return [ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)]
    embedded = [address.sixtofour, *(address.teredo or ())]
    return [address, *(one for one in embedded if one)]


class _DeadlineSocket(socket.socket):
    """A connection with a deadline, against servers that send a byte a minute."""

    until = float("inf")

    def set_timeout_until(self, until: float) -> None:
        left = until - monotonic()
        if left <= 0:
            raise TimeoutError
        self.settimeout(left if left < threading.TIMEOUT_MAX else None)

    def recv_into(self, *args, **kwargs):
        self.set_timeout_until(self.until)
        return super().recv_into(*args, **kwargs)

    def send(self, *args, **kwargs):
        self.set_timeout_until(self.until)
        return super().send(*args, **kwargs)

    def sendall(self, *args, **kwargs):
        self.set_timeout_until(self.until)
        return super().sendall(*args, **kwargs)


class _PlainSocket(_DeadlineSocket):
    pass


class _TLSSocket(_DeadlineSocket, ssl.SSLSocket):
    pass


@cache
def _tls_context() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.sslsocket_class = _TLSSocket
    return context
