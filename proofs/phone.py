"""“Saved on this phone” is true (TRUST.md row 7): the browser is killed the moment the words appear; nothing may be lost.

One profile on disk lives through the whole run, so that each opening also looks for every moment kept before.
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
    "ack-before-commit": "the words appear before the write has reached the disk",
    "relaxed": "the write is called done before the disk has it (durability relaxed)",
    "lie": "the words appear and nothing was written",
}
STORE = Path("features/now/static/now/store.js")
STATES, SITUATIONS = ("alert", "alarm", "fear", "shutdown"), ("homework", "bedtime", "car", "any")
OUTCOMES = ("settled", "a_bit", "not_yet", "unsafe")
STRAITS = (
    1,
    50_000,
    5_000_000,
)  # bytes still free, in the tries with a storage that is nearly full
MOMENTS = """new Promise((done, fail) => {
  const asked = indexedDB.open("everyhour");
  asked.onerror = () => fail(asked.error);
  asked.onsuccess = () => {
    const all = asked.result.transaction("moments").objectStore("moments").getAll();
    all.onerror = () => fail(all.error);
    all.onsuccess = () => { asked.result.close(); done(all.result); };
  }; })"""
# Every write says how hard it is kept; a killed process cannot show the difference, a lost battery can.
WATCH_WRITES = """const begin = IDBDatabase.prototype.transaction;
window.writes = [];
IDBDatabase.prototype.transaction = function (...all) {
  const made = begin.apply(this, all);
  if (made.mode === "readwrite") window.writes.push(made.durability);
  return made; };"""
# As soon as the words stand there, say so on the console, with how hard each write asked to be kept.
REPORT = """() => {
  const report = line => { if (line.textContent) console.log(`said: ${line.textContent} | ${window.writes.join(" ")}`); };
  for (const line of document.querySelectorAll("[data-step=done] [data-saved], [data-step=safe] [data-saved]"))
    new MutationObserver(() => report(line)).observe(line, { childList: true, characterData: true, subtree: true }); }"""


@dataclass(frozen=True)
class Told:
    """One moment: how it was, what was offered from which pocket, and how it ended."""

    state: str
    situation: str
    outcome: str
    practice: str
    edition: int
    pocket: str


@dataclass(frozen=True)
class Kill:
    """One kill, and what was wrong before it; whether anything was lost shows at the next opening."""

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
    """Somebody's phone, which is killed again and again."""

    def __init__(self, report: Report, server: Server, folder: str):
        self.report, self.server, self.folder = report, server, folder
        self.rng = random.Random(report.seed)
        self.straits = () if report.sabotage else STRAITS
        self.kept: list[Told] = []
        self.saved = self.refused = 0

    def live(self, kills: int) -> None:
        """Kill it `kills` times with room to write, and once for each strait; each opening judges the kill before it."""
        tries: list[int | None] = [None] * kills
        for strait in self.straits:
            tries.insert(self.rng.randrange(1, len(tries) + 1), strait)
        last = None
        for number, room in enumerate(tries, 1):
            name = f"kill {number}" + (f", room for {room:,} bytes" if room else "")
            with self.report.attempt(name), self._opened() as (context, page):
                if last:
                    self.report.case(last.name, [*last.problems, *self._look_again(page)])
                last = None
                last = self._tell_and_die(context, page, name, room)
        with self.report.attempt("the last opening"), self._opened() as (_context, page):
            if last:
                self.report.case(last.name, [*last.problems, *self._look_again(page)])
        if self.straits:
            self.report.case(
                "a full storage was met at least once",
                [] if self.refused else ["the words “not saved” were never tried"],
            )
        self.report.notes["moments told as saved"] = self.saved
        self.report.notes["moments told as not saved"] = self.refused

    def _tell_and_die(
        self, context: BrowserContext, page: Page, name: str, room: int | None
    ) -> Kill:
        """Tell one moment, and kill the browser as soon as it says what became of it."""
        page.add_init_script(WATCH_WRITES)
        page.goto(f"{self.server.url}/en/now/")
        if room:
            used = page.evaluate("navigator.storage.estimate().then(told => told.usage)")
            context.new_cdp_session(page).send(
                "Storage.overrideQuotaForOrigin",
                {"origin": self.server.url, "quotaSize": used + room},
            )
        told, words = self._walk(page)
        pids = processes_of(self.folder)
        page.evaluate(REPORT)
        with page.expect_console_message(
            lambda message: message.text.startswith("said: ")
        ) as heard:
            page.locator(f"[data-outcome={told.outcome}]").click()
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
            self.kept.append(told)
            self.saved += 1
        else:
            self.refused += 1
        return Kill(name, problems)

    def _walk(self, page: Page) -> tuple[Told, dict[str, str]]:
        """Tap to the last question; note what was offered, as the page shows it and as the pocket has it."""
        state, situation, outcome = (
            self.rng.choice(STATES),
            self.rng.choice(SITUATIONS),
            self.rng.choice(OUTCOMES),
        )
        pocket = page.evaluate("fetch('/en/now/pocket/').then(answer => answer.json())")
        page.locator(f"[data-step=start] [data-state={state}]").click()
        if state == "fear":  # help comes at once; nobody asks what is around it
            situation = "any"
        else:
            page.locator(f"[data-step=around] [data-situation={situation}]").first.click()
        for _ in range(self.rng.randrange(3)):
            page.locator("[data-else]").click()
        title = page.locator("[data-title]").inner_text()
        practice = next(
            p
            for p in pocket["practices"]
            if p["title"]
            .replace("{child}", pocket["child"][0])
            .replace("{Child}", pocket["child"][1])
            == title
        )
        page.locator("[data-step=idea] [data-go=after]").click()
        words = page.evaluate("JSON.parse(document.getElementById('words').textContent)")
        return Told(
            state, situation, outcome, practice["slug"], practice["edition"], pocket["version"]
        ), words

    def _look_again(self, page: Page) -> Iterator[str]:
        """Find everything that was ever called saved, whole, in the store and on the page."""
        page.goto(f"{self.server.url}/en/now/phone/")
        page.locator("[data-count]", has_text=re.compile(r"\S")).wait_for()
        shown, moments = page.locator("[data-moments] > li").count(), page.evaluate(MOMENTS)
        finished = [moment for moment in moments if moment["outcome"]]
        for one in list(self.kept):
            found = next((moment for moment in finished if told_by(moment) == one), None)
            if found is None:
                self.kept.remove(one)  # said once
                yield f"lost: {one.state}, {one.situation}, {one.practice}, {one.outcome}"
                continue
            finished.remove(found)
            if not 0 < found["offers"][-1]["probability"] <= 1:
                yield "the probability was not kept"
        if shown < min(len(moments), 200):
            yield f"{len(moments)} moments are kept, and {shown} shown"

    @contextlib.contextmanager
    def _opened(self) -> Iterator[tuple[BrowserContext, Page]]:
        with profile(self.folder, viewport=PHONE) as context:
            yield context, context.pages[0] if context.pages else context.new_page()


def told_by(moment: dict) -> Told:
    """Read a kept moment as what was told when it was made."""
    last = moment["offers"][-1] if moment["offers"] else {}
    return Told(
        moment["state"],
        moment["situation"],
        moment["outcome"],
        last.get("practice", ""),
        last.get("edition", 0),
        last.get("pocket", ""),
    )


def processes_of(folder: str) -> list[int]:
    """Find the browser that lives in this profile, and all of its children, the browser first."""
    lines: dict[int, tuple[int, str]] = {}
    for entry in Path("/proc").iterdir():
        with contextlib.suppress(OSError, ValueError):
            parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            lines[int(entry.name)] = (parent, (entry / "cmdline").read_text())
    found = [pid for pid, (_parent, line) in lines.items() if f"--user-data-dir={folder}" in line]
    for pid in found:  # grows while it is read: children of children
        found += [
            child
            for child, (parent, _line) in lines.items()
            if parent == pid and child not in found
        ]
    return found


def _ack_before_commit(package: Path) -> None:
    """As a store that gathers writes does: say done, write a little later."""
    later = "const write = async (store, act) => { setTimeout(() => truly(store, act), 100); };\nasync function truly(store, act) {"
    replace(package / STORE, "async function write(store, act) {", later)


def _relaxed(package: Path) -> None:
    replace(package / STORE, 'durability: "strict"', 'durability: "relaxed"')


def _lie(package: Path) -> None:
    replace(
        package / STORE,
        "saveMoment = moment =>",
        "saveMoment = async () => {}, written = moment =>",
    )


EDITS = {"ack-before-commit": _ack_before_commit, "relaxed": _relaxed, "lie": _lie}
