"""A proxy through which a browser's every request goes: what it saw is all there was, also from a service worker."""

import asyncio
import contextlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit


@dataclass
class Seen:
    """One request, and the head of its answer."""

    method: str
    url: str
    sent: list[tuple[str, str]]
    status: int = 0
    got: list[tuple[str, str]] = field(default_factory=list)

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.got if key == name), None)


class Witness:
    """Hands on what is for our server, and nothing else; writes down both."""

    def __init__(self, port: int):
        self.ours = port
        self.home: list[Seen] = []
        self.elsewhere: list[Seen] = []
        self.address = ""
        self.talks: set[asyncio.Task] = set()  # held on to, or the loop would let them go half way

    async def serve(self, listening: threading.Event, over: asyncio.Event) -> None:
        server = await asyncio.start_server(self._take, "127.0.0.1", 0)
        self.address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        listening.set()
        async with server:
            await over.wait()
            for talk in self.talks:
                talk.cancel()

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.talks.add(asyncio.current_task())
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, ValueError):
            first, headers = _head(await reader.readuntil(b"\r\n\r\n"))
            method, url, _version = first.split(" ", 2)
            seen = Seen(method, url, headers)
            where = urlsplit(url if "://" in url else f"//{url}")
            if method != "CONNECT" and where.hostname == "localhost" and where.port == self.ours:
                self.home.append(seen)
                await self._hand_on(seen, reader, writer)
            else:
                self.elsewhere.append(seen)
                writer.write(
                    b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                )
                await writer.drain()
        writer.close()

    async def _hand_on(
        self, seen: Seen, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        where = urlsplit(seen.url)
        body = await reader.readexactly(int(dict(seen.sent).get("content-length", 0)))
        lines = [
            f"{seen.method} {where.path or '/'}{f'?{where.query}' if where.query else ''} HTTP/1.1"
        ]
        lines += [
            f"{name}: {value}"
            for name, value in seen.sent
            if name not in ("connection", "proxy-connection")
        ]
        answer, question = await asyncio.open_connection("127.0.0.1", self.ours)
        question.write("\r\n".join([*lines, "connection: close", "", ""]).encode("latin-1") + body)
        head = await answer.readuntil(b"\r\n\r\n")
        first, seen.got = _head(head)
        seen.status = int(first.split()[1])
        writer.write(head)
        while block := await answer.read(65536):
            writer.write(block)
            await writer.drain()
        question.close()


@contextlib.contextmanager
def witness(port: int) -> Iterator[Witness]:
    """Stand between a browser and the server on this port."""
    standing, listening = Witness(port), threading.Event()
    loop, over = asyncio.new_event_loop(), asyncio.Event()
    thread = threading.Thread(
        target=lambda: loop.run_until_complete(standing.serve(listening, over)), daemon=True
    )
    thread.start()
    listening.wait(10)
    try:
        yield standing
    finally:
        loop.call_soon_threadsafe(over.set)
        thread.join(5)


def _head(raw: bytes) -> tuple[str, list[tuple[str, str]]]:
    first, *lines = raw.decode("latin-1").strip().split("\r\n")
    return first, [
        (name.strip().lower(), value.strip())
        for name, _colon, value in (line.partition(":") for line in lines)
    ]
