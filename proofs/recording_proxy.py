"""An HTTP proxy that records every request of a browser, including its service worker's."""

import asyncio
import contextlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

REFUSED = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


@dataclass
class Exchange:
    """One request, with the status and headers of its response."""

    method: str
    url: str
    request_headers: list[tuple[str, str]]
    status: int = 0
    response_headers: list[tuple[str, str]] = field(default_factory=list)


class RecordingProxy:
    """Forwards requests to our server, refuses all others with 403, and records both kinds."""

    def __init__(self, port: int):
        self.port = port
        self.forwarded: list[Exchange] = []
        self.refused: list[Exchange] = []
        self.address = ""
        self.tasks: set[asyncio.Task] = set()  # the event loop itself holds weak references only

    async def serve(self, listening: threading.Event, over: asyncio.Event) -> None:
        server = await asyncio.start_server(self._handle, "127.0.0.1", 0)
        self.address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        listening.set()
        async with server:
            await over.wait()
            for task in self.tasks:
                task.cancel()

    async def _handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.tasks.add(asyncio.current_task())
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, ValueError):
            first, headers = _parse_head(await reader.readuntil(b"\r\n\r\n"))
            method, url, _version = first.split(" ", 2)
            exchange = Exchange(method, url, headers)
            target = urlsplit(url if "://" in url else f"//{url}")
            if method != "CONNECT" and (target.hostname, target.port) == ("localhost", self.port):
                self.forwarded.append(exchange)
                await self._forward(exchange, reader, writer)
            else:
                self.refused.append(exchange)
                writer.write(REFUSED)
                await writer.drain()
        writer.close()

    async def _forward(
        self, exchange: Exchange, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        target = urlsplit(exchange.url)
        length = int(dict(exchange.request_headers).get("content-length", 0))
        body = await reader.readexactly(length)
        query = f"?{target.query}" if target.query else ""
        lines = [f"{exchange.method} {target.path or '/'}{query} HTTP/1.1"]
        lines += [
            f"{name}: {value}"
            for name, value in exchange.request_headers
            if name not in ("connection", "proxy-connection")
        ]
        response, request = await asyncio.open_connection("127.0.0.1", self.port)
        request.write("\r\n".join([*lines, "connection: close", "", ""]).encode("latin-1") + body)
        head = await response.readuntil(b"\r\n\r\n")
        first, exchange.response_headers = _parse_head(head)
        exchange.status = int(first.split()[1])
        writer.write(head)
        while block := await response.read(65536):
            writer.write(block)
            await writer.drain()
        request.close()


@contextlib.contextmanager
def recording_proxy(port: int) -> Iterator[RecordingProxy]:
    """Run a proxy in front of the server on this port, in a thread of its own."""
    proxy, listening = RecordingProxy(port), threading.Event()
    loop, over = asyncio.new_event_loop(), asyncio.Event()
    thread = threading.Thread(
        target=lambda: loop.run_until_complete(proxy.serve(listening, over)), daemon=True
    )
    thread.start()
    listening.wait(10)
    try:
        yield proxy
    finally:
        loop.call_soon_threadsafe(over.set)
        thread.join(5)


def _parse_head(raw: bytes) -> tuple[str, list[tuple[str, str]]]:
    """Return the first line of a request or response, and its headers with names in lower case."""
    first, *lines = raw.decode("latin-1").strip().split("\r\n")
    pairs = (line.partition(":") for line in lines)
    return first, [(name.strip().lower(), value.strip()) for name, _colon, value in pairs]
