"""Today and the week from the phone's own store: bytes, files and first paint without a network."""

from playwright.sync_api import Browser

from bench.paint import SLOWER, phone
from bench.table import Table, percentile
from journeys import cast
from testing.browser import browser, until_kept
from testing.server import Server, running

PAGES = {"Today": "/en/today/", "week": "/en/week/"}
TIMES = 5
GOAL = 200  # milliseconds to first paint
WEIGHED = """() => {
  const files = performance.getEntriesByType("resource").filter(one =>
    new URL(one.name).pathname.startsWith("/static/"));
  const page = performance.getEntriesByType("navigation")[0];
  return {
    files: files.length,
    kB: (page.decodedBodySize + files.reduce((sum, one) => sum + one.decodedBodySize, 0)) / 1000,
    worker: page.responseEnd - page.startTime,
    line: !!document.querySelector("[data-kept-line]:not([hidden])"),
  };
}"""
KEPT = """async paths => {
  for (let left = 600; left; left--) {
    const found = await Promise.all(paths.map(path => caches.match(path)));
    if (found.every(Boolean)) return;
    await new Promise(done => setTimeout(done, 100));
  }
  throw new Error("The pages were not kept in time.");
}"""


def measure() -> list[Table]:
    with running() as server, browser() as opened:
        rows = [row for pace in (1, SLOWER) for row in offline(opened, server, pace)]
    return [
        Table(
            "Today and the week from the phone's own store",
            rows,
            [
                f"Median of {TIMES} visits without a network, among seven weeks of moments.",
                f"Goal: first paint within {GOAL} ms with the processor {SLOWER} x slower.",
                "kB: the page and its files, unpacked, as the phone holds them.",
            ],
        )
    ]


def offline(opened: Browser, server: Server, pace: int) -> list[dict]:
    """Open each page several times without a network, on a phone that has kept it."""
    home = cast.family(server, weeks=True)
    context = phone(opened)
    cast.sign_in(context, server, home, "Ada")
    page = context.new_page()
    page.goto(f"{server.url}/en/today/")
    until_kept(page, patience=60_000)
    page.goto(f"{server.url}/en/today/")
    page.evaluate(KEPT, list(PAGES.values()))
    context.set_offline(True)
    context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": pace})
    rows = []
    for name, path in PAGES.items():
        seen = []
        for _ in range(TIMES):
            page.goto(f"{server.url}{path}", wait_until="load")
            page.wait_for_timeout(800)
            seen.append(page.evaluate("benchPaint") | page.evaluate(WEIGHED))
        rows.append(row(name, pace, seen))
    context.close()
    return rows


def row(name: str, pace: int, seen: list[dict]) -> dict:
    paints = [float(one["first"]) for one in seen]
    return {
        "page": name,
        "pace": f"processor {pace} x slower" if pace > 1 else "unthrottled",
        "files": seen[-1]["files"],
        "kB": float(seen[-1]["kB"]),
        "page read ms": percentile([float(one["worker"]) for one in seen], 0.5),
        "first paint ms": percentile(paints, 0.5),
        "worst": max(paints),
        "kept copy": f"{sum(one['line'] for one in seen)} of {len(seen)}",
    }
