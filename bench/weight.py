"""Bytes and requests of a first and a repeat visit: of the page, and of its service worker in
the background.

A proxy between browser and server counts all traffic, headers included.
"""

import contextlib
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass

from playwright.sync_api import BrowserContext, Page

from bench.table import Table
from testing.browser import PHONE, browser, until_kept
from testing.server import Server, running

PAGES = {"home": "/en/", "Right now": "/en/now/"}
QUIET_FOR = 1500  # milliseconds after which the background counts as done


@dataclass
class Crossed:
    """Network use: requests, and bytes down and up."""

    requests: int = 0
    down: int = 0
    up: int = 0

    def __sub__(self, other: "Crossed") -> "Crossed":
        return Crossed(self.requests - other.requests, self.down - other.down, self.up - other.up)


class Relay:
    """A counting TCP proxy in front of the server."""

    def __init__(self, port: int):
        self.target = port
        self.crossed, self.lock = Crossed(), threading.Lock()
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.url = f"http://localhost:{self.listener.getsockname()[1]}"
        threading.Thread(target=self._take, daemon=True).start()

    def now(self) -> Crossed:
        with self.lock:
            return Crossed(**vars(self.crossed))

    def close(self) -> None:
        self.listener.close()

    def _take(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                browser_side, _address = self.listener.accept()
                server_side = socket.create_connection(("127.0.0.1", self.target))
                threading.Thread(
                    target=self._pass, args=(browser_side, server_side, self._up), daemon=True
                ).start()
                threading.Thread(
                    target=self._pass, args=(server_side, browser_side, self._down), daemon=True
                ).start()

    def _pass(self, source: socket.socket, sink: socket.socket, count) -> None:
        with contextlib.suppress(OSError):
            while part := source.recv(65_536):
                count(part)
                sink.sendall(part)
        for end in (source, sink):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def _up(self, part: bytes) -> None:
        with self.lock:
            self.crossed.up += len(part)
            self.crossed.requests += part.startswith(
                b"GET "
            )  # one per write: HTTP/1.1 browsers do not pipeline

    def _down(self, part: bytes) -> None:
        with self.lock:
            self.crossed.down += len(part)


def measure() -> list[Table]:
    rows = []
    with running() as server, browser() as opened:
        for name, path in PAGES.items():
            with relayed(server) as relay:
                context = opened.new_context(viewport=PHONE, is_mobile=True, has_touch=True)
                rows += [
                    row(f"{name}, first visit", relay, context, path),
                    row(f"{name}, repeat visit", relay, context, path),
                ]
                context.close()
    return [
        Table(
            "Bytes and requests of a visit",
            rows,
            [
                (
                    "kB of 1000 bytes as they crossed the network, compressed, with all headers, "
                    "counted by a relay on the way."
                ),
                "“page”: what the page itself asked for and did not get from the phone.",
                (
                    "“background”: all else; what its service worker fetched, and what the "
                    "browser asks for by itself (manifest, icon)."
                ),
                (
                    "A first visit begins with an empty browser; the repeat visit opens the same "
                    "page again in it, two seconds later."
                ),
            ],
        )
    ]


@contextlib.contextmanager
def relayed(server: Server) -> Iterator[Relay]:
    relay = Relay(server.port)
    yield relay
    relay.close()


def row(visit: str, relay: Relay, context: BrowserContext, path: str) -> dict:
    page = context.new_page()
    before, own = relay.now(), asked_for(page)
    page.goto(f"{relay.url}{path}", wait_until="load")
    until_kept(page)
    page.wait_for_timeout(500)
    settle(page, relay)
    crossed = relay.now() - before
    page.close()
    itself = Crossed(len(own), sum(own.values()))
    behind = crossed - itself
    return {
        "visit": visit,
        "page requests": itself.requests,
        "page kB": itself.down / 1000,
        "background requests": behind.requests,
        "background kB": behind.down / 1000,
        "all requests": crossed.requests,
        "all kB down": crossed.down / 1000,
        "all kB up": crossed.up / 1000,
    }


def asked_for(page: Page) -> dict[str, int]:
    """Return a dictionary, filled while the page runs, of bytes on the wire by request."""
    line, own, phone = page.context.new_cdp_session(page), {}, set()
    line.send("Network.enable")
    line.on("Network.requestServedFromCache", lambda event: phone.add(event["requestId"]))
    line.on(
        "Network.responseReceived",
        lambda event: phone.add(event["requestId"]) if from_phone(event["response"]) else None,
    )
    line.on(
        "Network.loadingFinished",
        lambda event: (
            own.update({event["requestId"]: int(event["encodedDataLength"])})
            if event["requestId"] not in phone
            else None
        ),
    )
    return own


def from_phone(response: dict) -> bool:
    return bool(
        response.get("fromServiceWorker")
        or response.get("fromDiskCache")
        or response["url"].startswith("data:")
    )


def settle(page: Page, relay: Relay) -> None:
    """Wait until there was no traffic for a while."""
    last = None
    while (now := relay.now()) != last:
        last = now
        page.wait_for_timeout(QUIET_FOR)
