"""Largest contentful paint and layout shift as the browser reports them, on a fast and a slow
phone.
"""

from playwright.sync_api import Browser, BrowserContext, Route

from bench.table import Table, percentile
from testing.browser import PHONE, browser, until_kept
from testing.server import running

PAGES = {"home": "/en/", "Right now": "/en/now/"}
TIMES = 5
SLOWER = 4
# What Chromium's developer tools and Lighthouse call slow 4G when they throttle for real.
SLOW_4G = {
    "offline": False,
    "latency": 562.5,
    "downloadThroughput": 1_474_560 / 8,
    "uploadThroughput": 691_200 / 8,
}

WATCH = """
(() => {
  window.benchPaint = { largest: 0, first: 0, shift: 0, what: "" };
  const watch = (type, note) =>
    new PerformanceObserver(list => list.getEntries().forEach(note))
      .observe({ type, buffered: true });
  watch("largest-contentful-paint", e => {
    benchPaint.largest = e.startTime;
    benchPaint.what = e.element?.tagName.toLowerCase() ?? "";
  });
  watch("paint", e => { if (e.name === "first-contentful-paint") benchPaint.first = e.startTime; });
  watch("layout-shift", e => { if (!e.hadRecentInput) benchPaint.shift += e.value; });
})();
"""


def measure() -> list[Table]:
    rows = []
    with running() as server, browser() as opened:
        for name, path in PAGES.items():
            for slow in (False, True):
                first, repeat = visits(opened, f"{server.url}{path}", slow=slow)
                pace = f"slow 4G, processor {SLOWER} x slower" if slow else "unthrottled"
                rows += [
                    row(f"{name}, first visit", pace, first),
                    row(f"{name}, repeat visit", pace, repeat),
                ]
            rows.append(
                row(
                    f"{name}, first visit",
                    "unthrottled, font a second late",
                    [late_font(opened, f"{server.url}{path}") for _ in range(2)],
                )
            )
    return [
        Table(
            "Largest contentful paint, layout shift",
            rows,
            [
                (
                    f"Median of {TIMES} visits, {PHONE['width']} px wide; the worst beside it. A "
                    "first visit begins with an empty browser."
                ),
                (
                    f"Slow 4G: {SLOW_4G['latency']:.0f} ms for each request, "
                    f"{SLOW_4G['downloadThroughput'] * 8 / 1e6:.2f} Mbit/s down. On a repeat visit "
                    "the page comes from its service worker, which is not slowed."
                ),
            ],
        )
    ]


def visits(opened: Browser, url: str, *, slow: bool) -> tuple[list[dict], list[dict]]:
    first, repeat = [], []
    for _ in range(TIMES):
        context = phone(opened)
        first.append(visit(context, url, slow=slow))
        repeat.append(visit(context, url, slow=slow))
        context.close()
    return first, repeat


def visit(context: BrowserContext, url: str, *, slow: bool) -> dict:
    page = context.new_page()
    line = context.new_cdp_session(page)
    line.send("Network.enable")
    if slow:
        line.send("Network.emulateNetworkConditions", SLOW_4G)
        line.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.goto(url, wait_until="load", timeout=60_000)
    page.wait_for_timeout(1500)
    paints = page.evaluate("benchPaint")
    until_kept(page, patience=60_000)
    page.close()
    return paints


def late_font(opened: Browser, url: str) -> dict:
    """Delay the font until the page is shown; otherwise layout shift is a race that the median
    hides.
    """
    context = phone(opened)
    held: list[Route] = []
    page = context.new_page()
    page.route("**/*.woff2", lambda route: held.append(route))
    page.goto(url, wait_until="domcontentloaded")
    page.wait_for_timeout(1000)
    for route in held:
        route.continue_()
    page.wait_for_timeout(1500)
    paints = page.evaluate("benchPaint")
    context.close()
    return paints


def phone(opened: Browser) -> BrowserContext:
    """Return a phone-sized browser context that records its own paints."""
    context = opened.new_context(
        viewport=PHONE, is_mobile=True, has_touch=True, device_scale_factor=2
    )
    context.add_init_script(WATCH)
    return context


def row(page: str, pace: str, paints: list[dict]) -> dict:
    largest, shift = [t["largest"] for t in paints], [float(t["shift"]) for t in paints]
    return {
        "page": page,
        "pace": pace,
        "first paint ms": percentile([t["first"] for t in paints], 0.5),
        "largest ms": percentile(largest, 0.5),
        "largest, worst": max(largest),
        "shift": percentile(shift, 0.5),
        "shift, worst": max(shift),
        "largest is": ", ".join(sorted({t["what"] or "?" for t in paints})),
    }
