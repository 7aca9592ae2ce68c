"""Requests per second and latency of the important pages, compared with a bare server.

The bare server runs in the same minute on the same machine, so the ratio survives a busy machine.
"""

import contextlib
import json
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator

from bench.table import NotTaken, Table, percentile
from testing.server import ROOT, free_port, running

PAGES = {
    "home": "/en/",
    "Right now": "/en/now/",
    "a step, as a page": "/en/now/alarm/homework/",
    "pocket, whole": "/en/now/pocket/",
    "pocket, unchanged (304)": "/en/now/pocket/",
    "crisis file": "/help/",
}
CONNECTIONS = (1, 8, 64)
TIMES, REQUESTS, SECONDS = 3, 1500, 1.5
HELLO = "bare uvicorn, hello"


async def hello(scope, receive, send):
    """The least an ASGI application can do: the ratio's denominator."""
    if scope["type"] != "http":
        return
    await send(
        {
            "type": "http.response.start",
            "status": 200,
            "headers": [(b"content-type", b"text/plain"), (b"content-length", b"5")],
        }
    )
    await send({"type": "http.response.body", "body": b"hello"})


def measure() -> list[Table]:
    rows, troubles = [], []
    with running() as server, bare() as hello_url:
        etag = server.get("/en/now/pocket/")[1].get("etag", "")
        for connections in CONNECTIONS:
            for name, path in PAGES.items():
                pairs = side_by_side(
                    hello_url,
                    f"{server.url}{path}",
                    connections,
                    etag=etag if "304" in name else "",
                )
                rows.append(row(name, connections, pairs))
                troubles += trouble(name, connections, pairs)
            rows.append(row(HELLO, connections, [(base, base) for base, _page in pairs]))
    notes = [
        f"{TIMES} rounds of at most {REQUESTS} requests or {SECONDS} s; medians. Keep-alive.",
        "The generator is a process of its own on the same machine.",
        "In each round the bare server is measured just before the page.",
        (
            "“x hello” of requests: the share of what the bare server reaches; "
            "of p50: how many times as long."
        ),
        "“bytes” is one whole answer on the wire, compressed, with headers.",
    ]
    return [
        Table(
            "Server",
            rows,
            [*notes, *(troubles or ["Every answer was a 200, or a 304 where that was asked for."])],
        )
    ]


def side_by_side(base: str, url: str, connections: int, *, etag: str) -> list[tuple[dict, dict]]:
    """Measure bare server and page in alternation, so that machine load affects both."""
    load(url, connections, requests=20 * connections, seconds=1, etag=etag)
    return [(load(base, connections), load(url, connections, etag=etag)) for _ in range(TIMES)]


@contextlib.contextmanager
def bare() -> Iterator[str]:
    """A bare uvicorn, run as the web process runs its own."""
    port = free_port()
    command = [
        sys.executable,
        "-m",
        "uvicorn",
        "bench.server:hello",
        "--port",
        str(port),
        "--no-access-log",
        "--log-level",
        "warning",
        "--lifespan",
        "off",
    ]
    process = subprocess.Popen(command, cwd=ROOT)
    try:
        wait_for(port)
        yield f"http://localhost:{port}/"
    finally:
        process.terminate()
        process.wait(10)


def wait_for(port: int, *, patience: float = 15) -> None:
    until = time.monotonic() + patience
    while time.monotonic() < until:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.1)
    raise NotTaken("The bare server to compare with did not start.")


def load(
    url: str,
    connections: int,
    *,
    requests: int = REQUESTS,
    seconds: float = SECONDS,
    etag: str = "",
) -> dict:
    command = [
        sys.executable,
        "-m",
        "bench.load",
        url,
        "--connections",
        str(connections),
        "--requests",
        str(requests),
        "--seconds",
        str(seconds),
    ]
    done = subprocess.run(
        [*command, "--etag", etag], cwd=ROOT, capture_output=True, text=True, timeout=seconds + 60
    )
    if done.returncode:
        raise NotTaken(f"The load generator failed: {done.stderr.strip()[-300:]}")
    return json.loads(done.stdout)


def row(name: str, connections: int, pairs: list[tuple[dict, dict]]) -> dict:
    pages = [page for _base, page in pairs]
    return {
        "what": name,
        "connections": connections,
        "requests/s": middle([t["per_second"] for t in pages]),
        "x hello": middle([page["per_second"] / base["per_second"] for base, page in pairs]),
        "p50 ms": middle([t["p50"] for t in pages]),
        "p50 x hello": middle([page["p50"] / base["p50"] for base, page in pairs]),
        "p99 ms": middle([t["p99"] for t in pages]),
        "requests": sum(t["requests"] for t in pages),
        "bytes": round(pages[0]["bytes_each"]),
    }


def middle(values: list[float]) -> float | None:
    return percentile(values, 0.5)


def trouble(name: str, connections: int, pairs: list[tuple[dict, dict]]) -> list[str]:
    good = "304" if "304" in name else "200"
    statuses = sum((Counter(page["statuses"]) for _base, page in pairs), Counter())
    other = {status: count for status, count in statuses.items() if status != good}
    return [f"{name}, {connections} connections: not {good}: {other}"] if other else []
