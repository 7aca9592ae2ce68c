"""Load generator in a process of its own: keep-alive connections that request, read the
response, and repeat.

    python -m bench.load http://localhost:8000/en/ --connections 8 --requests 2000 --seconds 5

Stops at the first limit reached, connects to this machine only, and prints one line of JSON.
"""

import argparse
import asyncio
import json
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from bench.table import percentile

LOOPBACK = {"localhost", "127.0.0.1"}


@dataclass
class Tally:
    """Requests left to send, and the responses so far."""

    left: int
    until: float
    milliseconds: list[float] = field(default_factory=list)
    statuses: Counter = field(default_factory=Counter)
    received: int = 0
    ended: float = 0.0

    def take(self) -> bool:
        """Count one more request; return whether it may be sent."""
        self.left -= 1
        return self.left >= 0 and time.perf_counter() < self.until


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m bench.load",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("url")
    parser.add_argument("--connections", type=int, default=8)
    parser.add_argument("--requests", type=int, default=2000)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument(
        "--etag",
        default="",
        help="ask only for what is newer, as a phone that holds this version does",
    )
    parser.add_argument("--cookie", default="", help="ask as somebody who is signed in")
    options = parser.parse_args()
    address = urlsplit(options.url)
    if address.hostname not in LOOPBACK:
        print(f"Only this machine may be measured, not {address.hostname}.", file=sys.stderr)
        return 2
    began = time.perf_counter()
    tally = Tally(options.requests, began + options.seconds)
    asyncio.run(
        crowd(
            tally,
            address.port or 80,
            question(address, options.etag, options.cookie),
            options.connections,
        )
    )
    print(json.dumps(summary(tally, tally.ended - began)))
    return 0


def question(address, etag: str, cookie: str = "") -> bytes:
    lines = [
        f"GET {address.path or '/'} HTTP/1.1",
        f"Host: {address.netloc}",
        "Accept-Encoding: gzip",
        "Accept: */*",
        "Connection: keep-alive",
    ]
    lines += [f"If-None-Match: {etag}"] if etag else []
    lines += [f"Cookie: {cookie}"] if cookie else []
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


async def crowd(tally: Tally, port: int, asked: bytes, connections: int) -> None:
    await asyncio.gather(*(visitor(tally, port, asked) for _ in range(connections)))
    tally.ended = time.perf_counter()


async def visitor(tally: Tally, port: int, asked: bytes) -> None:
    line: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
    while tally.take():
        try:
            line = line or await asyncio.open_connection("127.0.0.1", port)
            reader, writer = line
            began = time.perf_counter()
            writer.write(asked)
            status, size, stays = await asyncio.wait_for(answer(reader), 20)
            tally.milliseconds.append(1000 * (time.perf_counter() - began))
            tally.statuses[status] += 1
            tally.received += size
        except (OSError, EOFError, TimeoutError, asyncio.IncompleteReadError) as error:
            tally.statuses[type(error).__name__] += 1
            stays = False
        if not stays:
            hang_up(line)
            line = None
    hang_up(line)


def hang_up(line: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None) -> None:
    if line:
        line[1].close()


async def answer(reader: asyncio.StreamReader) -> tuple[int, int, bool]:
    """Read one whole answer: its status, its size on the wire, and whether the connection stays."""
    head = await reader.readuntil(b"\r\n\r\n")
    status = int(head[9:12])
    headers = dict(
        line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:] if b": " in line
    )
    size = len(head)
    if headers.get(b"transfer-encoding") == b"chunked":
        while True:
            line = await reader.readuntil(b"\r\n")
            part = int(line.split(b";")[0], 16)
            await reader.readexactly(part + 2)
            size += len(line) + part + 2
            if not part:
                break
    elif status not in (204, 304):
        length = int(headers.get(b"content-length", b"0"))
        await reader.readexactly(length)
        size += length
    return status, size, headers.get(b"connection") != b"close"


def summary(tally: Tally, seconds: float) -> dict:
    done = len(tally.milliseconds)
    return {
        "requests": done,
        "seconds": seconds,
        "per_second": done / seconds,
        "p50": percentile(tally.milliseconds, 0.5),
        "p99": percentile(tally.milliseconds, 0.99),
        "bytes_each": tally.received / done if done else 0,
        "statuses": {str(status): count for status, count in tally.statuses.items()},
    }


if __name__ == "__main__":
    sys.exit(main())
