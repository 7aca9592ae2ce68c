"""Time from tap to step in the real flow, with a processor slowed four times, online and with
the server stopped.

After each tap an idle button on the same page is tapped, so that the cost of our code can be read
as a ratio.
"""

from dataclasses import dataclass

from playwright.sync_api import CDPSession, Page

from bench.table import NotTaken, Table, percentile, ratio
from testing.browser import PHONE, browser, until_kept
from testing.server import Server, running

SLOWER = 4
ROUNDS = 14  # of each network: every state twice, about 140 taps
STATES = ("calm", "alert", "alarm", "fear", "terror", "drifting", "shutdown")
SITUATIONS = ("homework", "bedtime", "screens", "sibling", "leaving", "mealtime", "car")
OUTCOMES = ("settled", "a_bit", "not_yet", "unsafe")
ONE_FRAME = 1000 / 60

# A tap is read before the first and after the last of our handlers. It ends with the frame after
# the one that shows the change.
WATCH = """
(() => {
  window.benchTaps = []; window.benchLong = []; window.benchEvents = [];
  const watch = (type, note) => new PerformanceObserver(list => list.getEntries().forEach(note))
    .observe({ type, buffered: true, durationThreshold: 16 });
  watch("longtask", e => benchLong.push([e.startTime, e.duration]));
  watch("event", e => { if (e.name === "click") benchEvents.push([e.startTime, e.duration]); });
  const step = () => document.querySelector("[data-flow]").dataset.at;
  const face = () => step() + document.getElementById(`h-${step()}`).textContent
    + document.querySelector("[data-title]").textContent
    + document.querySelector("[data-answer]").textContent;
  let began, before;
  addEventListener("click", () => { before = face(); began = performance.now(); }, true);
  addEventListener("click", e => {
    const work = performance.now() - began;
    const tap = { at: e.timeStamp, work, step: step(), kept: e.defaultPrevented };
    tap.changed = face() !== before;
    tap.empty = e.target.id === "bench-empty";
    const shown = () => { tap.shown = performance.now(); benchTaps.push(tap); };
    requestAnimationFrame(() => requestAnimationFrame(shown));
  });
  addEventListener("DOMContentLoaded", () => {
    const empty = document.createElement("button");
    Object.assign(empty, { id: "bench-empty", type: "button", textContent: "·" });
    empty.style = "position: fixed; inset: 0 auto auto 0; width: 32px; height: 32px; z-index: 99";
    document.body.append(empty);
  });
})();
"""
LAST = """() => new Promise(done => {
  const look = frames => {
    if (benchTaps.length || !frames) done(benchTaps.splice(0));
    else requestAnimationFrame(() => look(frames - 1));
  };
  look(120);
})"""
REST = """() => new Promise(done => {
  setTimeout(() => done({ long: benchLong, events: benchEvents }), 300);
})"""


@dataclass
class Tap:
    """One tap: which, on which network; in ms, handler time and time to the next frame."""

    name: str
    network: str
    at: float
    work: float
    shown: float
    seen: float | None = None  # Event Timing's own figure, in steps of 8 ms; None below 16
    long: bool = False


def measure() -> list[Table]:
    with running() as server, browser() as opened:
        context = opened.new_context(
            viewport=PHONE,
            has_touch=True,
            is_mobile=True,
            device_scale_factor=2,
            reduced_motion="no-preference",
        )
        context.add_init_script(WATCH)
        page = context.new_page()
        finger = Finger(page, server)
        page.goto(f"{server.url}/en/now/")
        until_kept(page)
        finger.rounds("online")
        server.stop()
        finger.rounds("offline")
    if len(finger.taps) < 200:
        raise NotTaken(
            f"Only {len(finger.taps)} taps could be made; 200 are needed for a 99th percentile."
        )
    return [table(finger)]


class Finger:
    """Follows the flow as a caregiver does, and records each tap."""

    def __init__(self, page: Page, server: Server):
        self.page, self.server = page, server
        self.line: CDPSession = page.context.new_cdp_session(page)
        self.network = "online"
        self.taps: list[Tap] = []
        self.empty: list[Tap] = []
        self.left = self.late = self.long_opening = 0

    def rounds(self, network: str) -> None:
        self.network = network
        for number in range(ROUNDS):
            self.open()
            began, began_empty = len(self.taps), len(self.empty)
            self.walk(number)
            self.close(self.taps[began:], self.empty[began_empty:])

    def open(self) -> None:
        self.line.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        self.page.goto(f"{self.server.url}/en/now/")
        self.page.wait_for_load_state("networkidle")

    def walk(self, number: int) -> None:
        state = STATES[number % len(STATES)]
        self.tap("the breath", "[data-breathed]", "start")
        self.tap("caregiver says “flooded”", "[data-step=start] [data-you=flooded]", "start")
        self.tap("one thing for you first", "[data-step=start] [data-for-you]", "you")
        self.tap("another card for me", "[data-step=you] [data-you-else]", "you")
        self.tap("now the child", "[data-step=you] [data-go=start]", "start")
        if state in ("fear", "terror"):
            self.tap(
                "state, and the step at once", f"[data-step=start] [data-state={state}]", "idea"
            )
        else:
            self.tap("state", f"[data-step=start] [data-state={state}]", "around")
            self.tap(
                "situation, and the step",
                f"[data-step=around] [data-situation={SITUATIONS[number % len(SITUATIONS)]}]",
                "idea",
            )
        self.tap("something else", "[data-step=idea] [data-else]", "idea")
        self.tap("something else", "[data-step=idea] [data-else]", "idea")
        self.tap("I tried it", "[data-step=idea] [data-go=after]", "after")
        outcome = OUTCOMES[number % len(OUTCOMES)]
        self.tap(
            "how it is now",
            f"[data-step=after] [data-outcome={outcome}]",
            "safe" if outcome == "unsafe" else "done",
        )
        if outcome != "unsafe":
            self.tap("one more thing", "[data-step=done] [data-again]", "idea")

    def tap(self, name: str, where: str, expected: str) -> None:
        """Tap and record; taps that navigate are counted apart."""
        target = self.page.locator(where)
        if not target.is_visible():
            return
        target.tap()
        found = self.page.evaluate(LAST)
        if not found or not found[-1]["kept"] or found[-1]["step"] != expected:
            self.left += 1
            return
        self.late += not found[-1]["changed"]
        self.taps.append(self.noted(name, found[-1]))
        self.page.locator("#bench-empty").tap()
        self.empty.extend(
            self.noted("a button that does nothing", tap)
            for tap in self.page.evaluate(LAST)
            if tap["empty"]
        )

    def noted(self, name: str, tap: dict) -> Tap:
        return Tap(name, self.network, tap["at"], tap["work"], tap["shown"] - tap["at"])

    def close(self, taps: list[Tap], empty: list[Tap]) -> None:
        """Match taps with the browser's own event timings and long tasks."""
        rest = self.page.evaluate(REST)
        for tap in [*taps, *empty]:
            tap.seen = next(
                (duration for start, duration in rest["events"] if abs(start - tap.at) < 0.5), None
            )
        for start, duration in rest["long"]:
            disturbed = [
                tap for tap in taps if start < tap.at + tap.shown and start + duration > tap.at
            ]
            for tap in disturbed:
                tap.long = True
            self.long_opening += not disturbed


def table(finger: Finger) -> Table:
    taps, empty = finger.taps, finger.empty
    groups = {
        "every tap, online": [t for t in taps if t.network == "online"],
        "every tap, offline": [t for t in taps if t.network == "offline"],
    }
    groups |= {
        name: [t for t in taps if t.name == name] for name in dict.fromkeys(t.name for t in taps)
    }
    groups["a button that does nothing"] = empty
    return Table(
        "Tap to step on the device",
        [row(name, group, empty) for name, group in groups.items()],
        [
            (
                f"{len(taps)} taps of the real flow, {PHONE['width']} px wide, "
                f"processor {SLOWER} x slower, by touch."
            ),
            "Online, then with the server stopped.",
            (
                "“shown”: from the finger to the frame after the one that holds the change; two "
                f"frames of {ONE_FRAME:.1f} ms at best."
            ),
            (
                "“x empty”: against a button that does nothing, tapped in turns with the others "
                "on the same page."
            ),
            (
                "“our code”: the click handlers alone, with the layout that scrolling and focus "
                "ask for, before the paint."
            ),
            (
                "“browser’s own”: Event Timing, from the finger to the paint, in steps of 8 ms; "
                "what is below 16 counts as 16."
            ),
            (
                f"{len(taps) - finger.late} of {len(taps)} taps had changed the page when their "
                "handlers ended: the next frame shows it."
            ),
            (
                f"{finger.left} taps followed their link instead of being answered on the phone, "
                "or led to another step than expected."
            ),
            (
                f"{finger.long_opening} long tasks (over 50 ms) while "
                f"{2 * ROUNDS} pages opened, between taps."
            ),
        ],
    )


def row(name: str, group: list[Tap], empty: list[Tap]) -> dict:
    shown, work, seen = (
        [t.shown for t in group],
        [t.work for t in group],
        [t.seen or 16.0 for t in group],
    )
    still = [t.shown for t in empty]
    return {
        "tap": name,
        "taps": len(group),
        "shown p50 ms": percentile(shown, 0.5),
        "p99": percentile(shown, 0.99),
        "x empty p50": ratio(percentile(shown, 0.5), percentile(still, 0.5)),
        "x empty p99": ratio(percentile(shown, 0.99), percentile(still, 0.99)),
        "our code p50 ms": percentile(work, 0.5),
        "our code p99": percentile(work, 0.99),
        "browser’s own p50 ms": percentile(seen, 0.5),
        "browser’s own p99": percentile(seen, 0.99),
        "taps with a long task": sum(t.long for t in group),
    }
