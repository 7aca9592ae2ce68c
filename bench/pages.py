"""Pages of a family in small and large databases: the cost of a page must not grow with the
number of families.

    python -m bench --only pages            10, 10,000 and 200,000 families (takes minutes)
    python -m bench --only pages --quick    10 and 2,000

One database grows through the run. `python -m bench.pages` measures the pages in process: queries,
plans, bytes, as JSON.
"""

import gzip
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from bench.server import HELLO, bare, middle
from bench.table import NotTaken, Table, ratio
from testing.server import ROOT, Server

SIZES, QUICK = (10, 10_000, 200_000), (10, 2_000)
# What is looked at, by a guardian of which family.
PAGES = {
    "Today": ("/en/today/", "usual"),
    "week map, empty": ("/en/week/", "empty"),
    "week map, usual": ("/en/week/", "usual"),
    "week map, 400 moments": ("/en/week/", "full"),
    "what helps": ("/en/helps/", "usual"),
}
CONNECTIONS, TIMES, REQUESTS, SECONDS = (1, 8), 3, 400, 2.0
QUICKLY = "EVERYHOUR_BENCH_QUICK"  # set by `python -m bench --quick`
SMALL = (
    "practices_",
    "recommendations_offlinebundle",
    "CONSTANT",
)  # what does not grow with families may be read whole
TELLS_NOTHING = (
    1.25  # a p50 within a quarter of the first one is noise on a machine with others on it
)


def measure() -> list[Table]:
    sizes = QUICK if os.environ.get(QUICKLY) else SIZES
    rows, looks, notes = [], {}, []
    with tempfile.TemporaryDirectory(prefix="everyhour-crowd-") as folder, ExitStack() as stack:
        hello = stack.enter_context(bare())
        server = Server(state=Path(folder) / "state", prepare=True).start()
        server.stop()
        for families in sizes:
            sessions, took = fill(server.state, families)
            notes.append(
                f"{families:,} families: {took}; {server.database.stat().st_size / 1e6:,.0f} MB."
            )
            looks[families] = look(server.state, sessions)
            rows += measured(server, hello, families, sessions, looks[families])
    return [speed(rows, sizes, notes), weight(looks[sizes[0]]), plans(looks[sizes[-1]])]


def fill(state: Path, families: int) -> tuple[dict[str, str], str]:
    """Grow the database to this size; return a session per measured family, and the seconds
    taken.
    """
    output = inside(state, "testing.populate", "--families", str(families))
    sessions = dict(
        line.split(": sessionid=") for line in output.splitlines() if ": sessionid=" in line
    )
    return sessions, output.splitlines()[-1].split(", ")[-1]


def look(state: Path, sessions: dict[str, str]) -> dict[str, dict]:
    return json.loads(inside(state, "bench.pages", json.dumps(sessions)).splitlines()[-1])


def inside(state: Path, *module: str) -> str:
    environment = {
        **os.environ,
        "EVERYHOUR_STATE": str(state),
        "DJANGO_SETTINGS_MODULE": "everyhour.config.settings",
    }
    done = subprocess.run(
        [sys.executable, "-m", *module], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    if done.returncode:
        raise NotTaken(f"{module[0]} failed: {done.stderr.strip()[-300:]}")
    return done.stdout


def measured(
    server: Server, hello: str, families: int, sessions: dict[str, str], looked: dict[str, dict]
) -> list[dict]:
    """Request each page of a server on this database, each right after the bare server."""
    server = Server(state=server.state, prepare=False).start()
    try:
        return [
            row(name, families, connections, server.url, hello, sessions, looked[name])
            for connections in CONNECTIONS
            for name in PAGES
        ]
    finally:
        server.stop()


def row(
    name: str,
    families: int,
    connections: int,
    url: str,
    hello: str,
    sessions: dict[str, str],
    looked: dict,
) -> dict:
    path, whose = PAGES[name]
    asked: dict[str, Any] = {"connections": connections, "cookie": f"sessionid={sessions[whose]}"}
    load(f"{url}{path}", **asked, requests=10 * connections)
    pairs = [
        (load(hello, connections=connections), load(f"{url}{path}", **asked)) for _ in range(TIMES)
    ]
    statuses = sum((Counter(page["statuses"]) for _base, page in pairs), Counter())
    if set(statuses) != {"200"}:
        raise NotTaken(f"{name} did not give 200 each time: {dict(statuses)}")
    return {
        "what": name,
        "families": families,
        "connections": connections,
        "requests/s": middle([page["per_second"] for _base, page in pairs]),
        "x hello": middle([page["per_second"] / base["per_second"] for base, page in pairs]),
        "p50 ms": middle([page["p50"] for _base, page in pairs]),
        "p50 x hello": middle([page["p50"] / base["p50"] for base, page in pairs]),
        "p99 ms": middle([page["p99"] for _base, page in pairs]),
        "queries": looked["queries"],
    }


def load(url: str, *, connections: int, cookie: str = "", requests: int = REQUESTS) -> dict:
    command = [
        sys.executable,
        "-m",
        "bench.load",
        url,
        "--connections",
        str(connections),
        "--requests",
        str(requests),
        "--cookie",
        cookie,
    ]
    done = subprocess.run(
        [*command, "--seconds", str(SECONDS)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=SECONDS + 60,
    )
    if done.returncode:
        raise NotTaken(f"The load generator failed: {done.stderr.strip()[-300:]}")
    return json.loads(done.stdout)


def speed(rows: list[dict], sizes: tuple[int, ...], notes: list[str]) -> Table:
    """Add the cost relative to the smallest database, in processor time."""
    first = {(r["what"], r["connections"]): r for r in rows if r["families"] == sizes[0]}
    for r in rows:
        begun = first[r["what"], r["connections"]]
        r["cost x fewest"] = ratio(r["p50 x hello"], begun["p50 x hello"])
        r["queries x fewest"] = ratio(r["queries"], begun["queries"])
    grown = sorted({r["what"] for r in rows if (r["queries x fewest"] or 1) != 1})
    slower = sorted(
        {
            r["what"]
            for r in rows
            if r["families"] == sizes[-1] and (r["cost x fewest"] or 1) > TELLS_NOTHING
        }
    )
    notes = [
        *notes,
        (
            f"{TIMES} rounds of at most {REQUESTS} requests or {SECONDS} s; medians; keep-alive; "
            "the bare server just before each."
        ),
        f"{HELLO}: “x hello” is the share of its requests, or how many times its time.",
        (
            "“cost x fewest”: p50 x hello, compared with the same page in the smallest database. "
            "It should stay near 1."
        ),
        f"More queries with more families: {', '.join(grown) or 'none'}.",
        (
            f"More than {TELLS_NOTHING} times the cost with {sizes[-1]:,} families: "
            f"{', '.join(slower) or 'none'}."
        ),
    ]
    return Table("Pages of a family, among few and many", rows, notes)


def weight(looked: dict[str, dict]) -> Table:
    rows = [
        {
            "what": name,
            "bytes": page_data["bytes"],
            "bytes, gzip": page_data["gzip"],
            "of it SVG": page_data["svg"],
        }
        for name, page_data in looked.items()
    ]
    note = "The page without styles and scripts, which are cached after the first visit."
    return Table("Weight of the pages of a family", rows, [note])


def plans(looked: dict[str, dict]) -> Table:
    """List each query that scans a whole table: an index may be missing."""
    found = Counter(line for page_data in looked.values() for line in page_data["scans"])
    rows = [{"a query reads all of": line, "times": times} for line, times in found.most_common()]
    return Table(
        "Queries without an index",
        rows,
        ["By the database’s own plan, on the largest database; none is best."],
    )


# From inside


def tell(sessions: dict[str, str]) -> dict[str, dict]:
    """Open each page in this process; return queries, full scans and bytes."""
    import django

    django.setup()
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    page_data = {}
    for name, (path, whose) in PAGES.items():
        client = Client(SERVER_NAME="localhost")
        client.cookies["sessionid"] = sessions[whose]
        client.get(path)
        with CaptureQueriesContext(connection) as captured:
            page = client.get(path)
        asked = [
            query["sql"] for query in captured.captured_queries if query["sql"].startswith("SELECT")
        ]
        page_data[name] = {
            "status": page.status_code,
            "queries": len(captured),
            "bytes": len(page.content),
            "gzip": len(gzip.compress(page.content, 6)),
            "svg": sum(
                len(part)
                for part in page.content.split(b"</svg>")[:-1]
                for part in [part[part.rfind(b"<svg") :]]
            ),
            "scans": [line for sql in asked for line in scans(sql)],
        }
    return page_data


def scans(sql: str) -> list[str]:
    from django.db import connection

    if connection.vendor != "sqlite":
        return []
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql.replace('%', '%%')}")
        lines = [row[3] for row in cursor.fetchall()]
    return [
        line
        for line in lines
        if line.startswith("SCAN") and not any(small in line for small in SMALL)
    ]


if __name__ == "__main__":
    print(json.dumps(tell(json.loads(sys.argv[1]))))
