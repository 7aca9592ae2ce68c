"""Memory of supervisor, web and worker: after the start, and after 5,000 requests."""

import time
from pathlib import Path

from bench.server import load
from bench.table import NotTaken, Table
from testing.server import Server, running

PATHS = ("/en/", "/en/now/", "/en/now/alarm/homework/", "/en/now/pocket/", "/help/")
REQUESTS = 5000


def measure() -> list[Table]:
    if not Path("/proc/self/smaps_rollup").exists():
        raise NotTaken("Memory is read from /proc/*/smaps_rollup, which only Linux has.")
    with running() as server:
        processes = find(server)
        time.sleep(3)
        before = {name: held(pid) for name, pid in processes.items()}
        served = sum(
            load(f"{server.url}{path}", 8, requests=REQUESTS // len(PATHS), seconds=120)["requests"]
            for path in PATHS
        )
        if find(server) != processes:
            raise NotTaken(
                "A process ended and was started again while it was measured:\n"
                f"{server.log()[-500:]}"
            )
        after = {name: held(pid) for name, pid in processes.items()}
    rows = [row(name, before[name], after[name]) for name in processes]
    rows.append(row("all together", together(before), together(after)))
    notes = [
        f"MB of 1,048,576 bytes; {served} requests to {len(PATHS)} pages by 8 connections.",
        (
            "Proportional memory (PSS) divides shared memory among its processes; "
            "resident (RSS) counts it in each."
        ),
    ]
    return [Table("Memory", rows, notes)]


def find(server: Server, *, patience: float = 20) -> dict[str, int]:
    until = time.monotonic() + patience
    while server.process and time.monotonic() < until:
        web, worker = server.children("everyhour.config.web"), server.children("worker")
        if web and worker:
            return {"guard": server.process.pid, "web": web[0], "worker": worker[0]}
        time.sleep(0.2)
    raise NotTaken("Web and worker did not both start.")


def held(pid: int) -> tuple[float, float]:
    """Return resident and proportional memory of a process, in MB."""
    sizes = dict(
        line.split(":", 1)
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
    )
    return int(sizes["Rss"].split()[0]) / 1024, int(sizes["Pss"].split()[0]) / 1024


def together(sizes: dict[str, tuple[float, float]]) -> tuple[float, float]:
    return sum(resident for resident, _ in sizes.values()), sum(
        proportional for _, proportional in sizes.values()
    )


def row(name: str, before: tuple[float, float], after: tuple[float, float]) -> dict:
    return {
        "process": name,
        "RSS MB at start": before[0],
        "PSS MB at start": before[1],
        f"RSS MB after {REQUESTS}": after[0],
        f"PSS MB after {REQUESTS}": after[1],
    }
