"""“Saved on this phone” is true (TRUST.md row 7), even if the browser is killed at that moment.

One profile on disk serves the whole run, so that each opening also looks for every moment saved
before.
"""

import contextlib
import os
import random
import re
import signal
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import BrowserContext, Page

from proofs.report import Report
from proofs.sandbox import Sandbox, replace
from testing.browser import PHONE, profile
from testing.server import Server

QUICK = 5
SABOTAGES = {
    "ack-before-commit": "the page says saved before the write has reached the disk",
    "relaxed": "writes use relaxed durability",
    "lie": "the page says saved and nothing is written",
}
STORE = Path("features/now/static/now/store.js")
STATES, SITUATIONS = ("alert", "alarm", "fear", "shutdown"), ("homework", "bedtime", "car", "any")
OUTCOMES = ("settled", "a_bit", "not_yet", "unsafe")
STRAITS = (1, 50_000, 5_000_000)  # free bytes, in the tries with nearly full storage
MOMENTS = """new Promise((done, fail) => {
  const asked = indexedDB.open("everyhour");
  asked.onerror = () => fail(asked.error);
  asked.onsuccess = () => {
    const all = asked.result.transaction("moments").objectStore("moments").getAll();
    all.onerror = () => fail(all.error);
    all.onsuccess = () => { asked.result.close(); done(all.result); };
  }; })"""
# Records the durability of each write: a killed process cannot show the difference, but a power
# loss can.
WATCH_WRITES = """const begin = IDBDatabase.prototype.transaction;
window.writes = [];
IDBDatabase.prototype.transaction = function (...all) {
  const made = begin.apply(this, all);
  if (made.mode === "readwrite") window.writes.push(made.durability);
  return made; };"""
# Reports on the console when the words appear, with the durability of each write.
REPORT = """() => {
  const report = line => {
    if (line.textContent) console.log(`said: ${line.textContent} | ${window.writes.join(" ")}`); };
  const lines = "[data-step=done] [data-saved], [data-step=safe] [data-saved]";
  const changes = { childList: true, characterData: true, subtree: true };
  for (const line of document.querySelectorAll(lines))
    new MutationObserver(() => report(line)).observe(line, changes); }"""


@dataclass(frozen=True)
class Entered:
    """One moment: state and situation, what was suggested from which bundle, and the outcome."""

    state: str
    situation: str
    outcome: str
    practice: str
    edition: int
    bundle: str


@dataclass(frozen=True)
class Kill:
    """One kill and the problems before it; the next opening shows whether anything was lost."""

    name: str
    problems: list[str]


def prove(report: Report, *, n: int | None) -> None:
    with (
        Sandbox(edit=EDITS.get(report.sabotage or "")) as sandbox,
        sandbox.run_server() as server,
        tempfile.TemporaryDirectory(prefix="everyhour-profile-") as folder,
    ):
        Phone(report, server, folder).live(n or QUICK)


class Phone:
    """A phone whose browser is killed again and again."""

    def __init__(self, report: Report, server: Server, folder: str):
        self.report, self.server, self.folder = report, server, folder
        self.rng = random.Random(report.seed)
        self.straits = () if report.sabotage else STRAITS
        self.kept: list[Entered] = []
        self.saved = self.refused = 0

    def live(self, kills: int) -> None:
        """Kill it `kills` times with free storage, and once for each of the straits."""
        tries: list[int | None] = [None] * kills
        for strait in self.straits:
            tries.insert(self.rng.randrange(1, len(tries) + 1), strait)
        last = None
        for number, room in enumerate(tries, 1):
            name = f"kill {number}" + (f", room for {room:,} bytes" if room else "")
            with self.report.attempt(name), self._opened() as (context, page):
                if last:
                    self.report.case(last.name, [*last.problems, *self._check_saved(page)])
                last = None
                last = self._enter_and_kill(context, page, name, room)
        with self.report.attempt("the last opening"), self._opened() as (_context, page):
            if last:
                self.report.case(last.name, [*last.problems, *self._check_saved(page)])
        if self.straits:
            self.report.case(
                "a full storage was met at least once",
                [] if self.refused else ["the page never said “not saved”"],
            )
        self.report.notes["moments called saved"] = self.saved
        self.report.notes["moments called not saved"] = self.refused

    def _enter_and_kill(
        self, context: BrowserContext, page: Page, name: str, room: int | None
    ) -> Kill:
        """Enter one moment, and kill the browser as soon as the page says how it was kept."""
        page.add_init_script(WATCH_WRITES)
        page.goto(f"{self.server.url}/en/now/")
        if room:
            used = page.evaluate("navigator.storage.estimate().then(found => found.usage)")
            context.new_cdp_session(page).send(
                "Storage.overrideQuotaForOrigin",
                {"origin": self.server.url, "quotaSize": used + room},
            )
        entered, words = self._walk(page)
        pids = processes_of(self.folder)
        page.evaluate(REPORT)
        with page.expect_console_message(
            lambda message: message.text.startswith("said: ")
        ) as heard:
            page.locator(f"[data-outcome={entered.outcome}]").click()
        said, _colon, writes = heard.value.text.removeprefix("said: ").partition(" | ")
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        problems = [] if said in (words["saved"], words["not_saved"]) else [f"it said “{said}”"]
        problems += [
            f"a write was {durability}, not strict"
            for durability in sorted({*writes.split()} - {"strict"})
        ]
        if said == words["saved"]:
            self.kept.append(entered)
            self.saved += 1
        else:
            self.refused += 1
        return Kill(name, problems)

    def _walk(self, page: Page) -> tuple[Entered, dict[str, str]]:
        """Tap to the last question; return the moment and the page's words."""
        choose = self.rng.choice
        state, situation, outcome = choose(STATES), choose(SITUATIONS), choose(OUTCOMES)
        bundle = page.evaluate("fetch('/en/now/pocket/').then(answer => answer.json())")
        page.locator("[data-breathed]").click()
        page.locator(f"[data-step=start] [data-state={state}]").click()
        if state == "fear":  # the page helps at once, without asking for the situation
            situation = "any"
        else:
            page.locator(f"[data-step=around] [data-situation={situation}]").first.click()
        for _ in range(self.rng.randrange(3)):
            page.locator("[data-else]").click()
        title = page.locator("[data-title]").inner_text()
        lower, upper = bundle["child"]
        titles = {
            one["title"].replace("{child}", lower).replace("{Child}", upper): one
            for one in reversed(bundle["practices"])
        }
        practice = titles[title]
        page.locator("[data-step=idea] [data-go=after]").click()
        words = page.evaluate("JSON.parse(document.getElementById('words').textContent)")
        found = (practice["slug"], practice["edition"], bundle["version"])
        return Entered(state, situation, outcome, *found), words

    def _check_saved(self, page: Page) -> Iterator[str]:
        """Look for everything that was ever called saved, in the store and on the page."""
        page.goto(f"{self.server.url}/en/now/phone/")
        page.locator("[data-count]", has_text=re.compile(r"\S")).wait_for()
        shown, moments = page.locator("[data-moments] > li").count(), page.evaluate(MOMENTS)
        finished = [moment for moment in moments if moment["outcome"]]
        for one in list(self.kept):
            found = next((moment for moment in finished if entered_from(moment) == one), None)
            if found is None:
                self.kept.remove(one)  # reported once
                yield f"lost: {one.state}, {one.situation}, {one.practice}, {one.outcome}"
                continue
            finished.remove(found)
            if not 0 < found["offers"][-1]["probability"] <= 1:
                yield "the probability was not stored"
        if shown < min(len(moments), 200):
            yield f"{len(moments)} moments are stored, but {shown} shown"

    @contextlib.contextmanager
    def _opened(self) -> Iterator[tuple[BrowserContext, Page]]:
        with profile(self.folder, viewport=PHONE) as context:
            yield context, context.pages[0] if context.pages else context.new_page()


def entered_from(moment: dict) -> Entered:
    """Return a stored moment in the form in which it was entered."""
    last = moment["offers"][-1] if moment["offers"] else {}
    return Entered(
        moment["state"],
        moment["situation"],
        moment["outcome"],
        last.get("practice", ""),
        last.get("edition", 0),
        last.get("pocket", ""),
    )


def processes_of(folder: str) -> list[int]:
    """Return the processes of the browser with this profile, the browser first."""
    lines: dict[int, tuple[int, str]] = {}
    for entry in Path("/proc").iterdir():
        with contextlib.suppress(OSError, ValueError):
            parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            lines[int(entry.name)] = (parent, (entry / "cmdline").read_text())
    found = [pid for pid, (_parent, line) in lines.items() if f"--user-data-dir={folder}" in line]
    for pid in found:  # grows in the loop, by children of children
        found += [
            child
            for child, (parent, _line) in lines.items()
            if parent == pid and child not in found
        ]
    return found


def _ack_before_commit(package: Path) -> None:
    """Report success first and write later, as a store that batches writes does."""
    later = """const write = async (store, act) => { setTimeout(() => really(store, act), 100); };
const really = (store, act) => onOpenDatabase("""
    replace(package / STORE, "const write = (store, act) => onOpenDatabase(", later)


def _relaxed(package: Path) -> None:
    replace(package / STORE, 'durability: "strict"', 'durability: "relaxed"')


def _lie(package: Path) -> None:
    replace(
        package / STORE,
        "saveMoment = moment =>",
        "saveMoment = async () => {}, written = moment =>",
    )


EDITS = {"ack-before-commit": _ack_before_commit, "relaxed": _relaxed, "lie": _lie}
