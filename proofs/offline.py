"""Nothing is lost and nothing arrives twice when the network goes (issue 11, docs/adr/0027, 0028).

Pages and forms of a signed-in caregiver, with the network gone before a request, and before its
answer; a browser that is killed; two tabs, two people; a clock that is off. Never the error page of
the browser.
"""

import contextlib
import os
import random
import re
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from playwright.sync_api import Browser, Error, Page

from journeys import cast
from journeys.pages import GUARDIAN
from journeys.steps import wait_for_service_worker
from proofs.offline_wire import AWAY, LOST, OPEN, Wire, wire
from proofs.phone import processes_of
from proofs.report import Report
from proofs.sandbox import UI, Sandbox, override, replace
from testing.browser import PHONE, browser, profile
from testing.server import Server

QUICK = 12  # pages without a network
PATIENCE = 40  # seconds until everything kept has arrived
KEEPING = 25  # seconds until a form is kept: the phone waits for an answer for twenty
SABOTAGES = {
    "no-key": "pages give forms no key, so that they are not kept",
    "no-once": "the server does not look whether it has a form already",
    "early-delete": "the phone deletes a form before the server has it",
    "anyone": "the server takes a kept form for whoever is signed in",
    "trust-the-clock": "a kept page takes the clock of the phone as it is",
    "error-page": "the phone answers no form without a network",
}
BEFORE, ANSWER_LOST = "a form, network gone before", "a form, its answer lost"
CLOCK, OTHER = "a clock three hours ahead", "another person signs in"
# The case in which a sabotage shows; the others would add nothing.
SHOWS_IN = {
    "no-key": BEFORE,
    "no-once": ANSWER_LOST,
    "early-delete": BEFORE,
    "anyone": OTHER,
    "trust-the-clock": CLOCK,
    "error-page": BEFORE,
}
KEPT = """async () => {
  const forms = await new Promise((done, fail) => {
    const asked = indexedDB.open("everyhour-forms", 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore("forms", { keyPath: "key" });
    asked.onerror = () => fail(asked.error);
    asked.onsuccess = () => {
      const all = asked.result.transaction("forms").objectStore("forms").getAll();
      all.onsuccess = () => { asked.result.close(); done(all.result); };
    };
  });
  return forms.map(form => ({ key: form.key, refused: form.refused ?? null }));
}"""
PAGES = """async () => {
  const paths = [];
  for (const name of await caches.keys()) if (name.startsWith("mine-"))
    for (const request of await (await caches.open(name)).keys())
      paths.push(new URL(request.url).pathname);
  return paths;
}"""
COUNT = """
from everyhour.domain.families.models import Caregiver
from everyhour.domain.moments.models import Moment, Note
from everyhour.foundation.submissions.models import Submission
family = {family!r}
found = Moment.objects.filter(family=family, deleted=False)
told = {{
    "moments": sorted(one.own_title for one in found),
    "walls": {{one.own_title: one.wall for one in found}},
    "by": {{one.own_title: one.caregiver.name for one in found}},
    "givers": sorted(Caregiver.objects.filter(family=family).values_list("name", flat=True)),
    "keys": list(Submission.objects.values_list("key", flat=True)),
}}
"""
AHEAD = """(() => { const Real = Date, ahead = %d;
  Date = class extends Real {
    constructor(...all) { all.length ? super(...all) : super(Real.now() + ahead); }
    static now() { return Real.now() + ahead; } }; })()"""


def prove(report: Report, *, n: int | None) -> None:
    with (
        Sandbox(edit=EDITS.get(report.sabotage or "")) as sandbox,
        sandbox.run_server() as server,
        wire(server.port) as line,
    ):
        server.url = f"http://localhost:{line.port}"
        with browser() as opened:
            Home(report, server, line, opened).live(n or QUICK)
        if report.sabotage:
            return
        with report.attempt("the browser is killed"):
            report.case("the browser is killed", killed(server, line))


class Home:
    """One family, and its phones behind a wire that is cut."""

    def __init__(self, report: Report, server: Server, line: Wire, opened: Browser):
        self.report, self.server, self.line, self.browser = report, server, line, opened
        self.family = cast.family(server)
        self.known = {"child": self.family["child"], "nana": self.family["caregivers"]["Nana"]}
        self.page = self.phone()

    def live(self, n: int) -> None:
        cases: dict[str, Callable[[], Iterator[str]]] = {
            BEFORE: self.before,
            ANSWER_LOST: self.answer_lost,
            "two tabs": self.two_tabs,
            "a form that is never kept": self.never_kept,
            CLOCK: self.clock_ahead,
        }
        if not self.report.sabotage:
            self.pages(n)
        for name, tried in {**cases, OTHER: self.another_person}.items():
            if SHOWS_IN.get(self.report.sabotage or "", name) == name:
                self.line.cut(OPEN)
                with self.report.attempt(name):
                    self.report.case(name, tried())

    def phone(self, name: str = "Ada", *, ahead: int = 0) -> Page:
        """Open Ada's phone, with the log form and the form for a new giver kept."""
        context = self.browser.new_context(
            viewport=PHONE, base_url=self.server.url, locale="en-US", reduced_motion="reduce"
        )
        context.set_default_timeout(15_000)
        if ahead:
            context.add_init_script(AHEAD % ahead)
        return settle(cast.sign_in(context, self.server, self.family, name).new_page())

    def before(self) -> Iterator[str]:
        page = self.page
        self.line.cut(AWAY)
        yield from log(page, "Before")
        yield from log(page, "Before, again")
        yield from add_giver(page, "Neighbor Before")
        self.line.cut(OPEN)
        yield from arrive(page)
        found = self.count()
        for title in ("Before", "Before, again"):
            yield from once(found["moments"], title)
        yield from once(found["givers"], "Neighbor Before")

    def answer_lost(self) -> Iterator[str]:
        """The server has the form, and the phone cannot know it: it sends the form again."""
        page = self.page
        page.goto("/en/family/people/new/")
        self.line.cut(LOST)
        yield from add_giver(page, "Neighbor Lost", go=False)
        self.line.cut(OPEN)
        yield from arrive(page)
        yield from once(self.count()["givers"], "Neighbor Lost")

    def another_person(self) -> Iterator[str]:
        page = self.page
        self.line.cut(AWAY)
        yield from log(page, "Only Ada's")
        page.goto("about:blank")
        cast.sign_in(page.context, self.server, self.family, "Otto")
        self.line.cut(OPEN)
        page.goto("/en/today/")
        page.wait_for_timeout(1500)
        if "Only Ada's" in self.count()["moments"]:
            yield "it was taken for somebody else's"
        cast.sign_in(page.context, self.server, self.family, "Ada")
        page.goto("/en/today/")
        yield from arrive(page)
        found = self.count()
        yield from once(found["moments"], "Only Ada's")

    def two_tabs(self) -> Iterator[str]:
        page = self.page
        self.line.cut(AWAY)
        for title in ("Tab one", "Tab two", "Tab three"):
            yield from log(page, title)
        yield from add_giver(page, "Neighbor Tabs")
        other = page.context.new_page()
        self.line.cut(OPEN)
        other.goto("/en/today/")
        yield from arrive(page)
        found = self.count()
        for title in ("Tab one", "Tab two", "Tab three"):
            yield from once(found["moments"], title)
        yield from once(found["givers"], "Neighbor Tabs")

    def clock_ahead(self) -> Iterator[str]:
        page = self.phone(ahead=3 * 3_600_000)
        self.line.cut(AWAY)
        began = time.time()
        yield from log(page, "By the server's clock")
        self.line.cut(OPEN)
        yield from arrive(page)
        wall = self.count()["walls"].get("By the server's clock")
        if not wall:
            yield "lost: By the server's clock"
        elif abs(_minutes(wall) - _minutes(_chicago(began))) > 3:
            yield f"it was logged at {wall}; by the server's clock it was {_chicago(began)}"
        page.context.close()

    def never_kept(self) -> Iterator[str]:
        page = self.page
        self.line.cut(AWAY)
        page.goto("/en/today/")
        with contextlib.suppress(Error):
            page.evaluate("""() => {
              const form = document.createElement("form");
              form.method = "post";
              form.action = "/en/data/erasure/";
              document.body.append(form);
              form.submit();
            }""")
        page.wait_for_timeout(1500)
        yield from ours(page)

    def pages(self, n: int) -> None:
        page = self.page
        kinds = {name: path for name, path in GUARDIAN.items() if "{moment}" not in path}
        names = random.Random(self.report.seed).sample(sorted(kinds), min(n, len(kinds)))
        self.line.cut(AWAY)
        for name in names:
            path = re.sub(r"{(\w*)}", self._known, kinds[name])
            with self.report.attempt(f"page {name}"):
                self.report.case(f"page {name}", opens(page, path))

    def _known(self, part: re.Match) -> str:
        return self.known.get(part[1], "en")

    def count(self) -> dict:
        return cast.run(self.server, COUNT.format(family=self.family["family"]))


def killed(server: Server, line: Wire) -> Iterator[str]:
    """Kill the browser as soon as the page says that a form is kept."""
    family = cast.family(server)
    options = {"viewport": PHONE, "base_url": server.url, "locale": "en-US"}
    with tempfile.TemporaryDirectory(prefix="everyhour-profile-") as folder:
        line.cut(OPEN)
        with profile(folder, **options) as context:
            page = settle(cast.sign_in(context, server, family, "Ada").pages[0])
            line.cut(AWAY)
            yield from log(page, "Killed")
            for pid in processes_of(folder):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
        line.cut(OPEN)
        with profile(folder, **options) as context:
            page = cast.sign_in(context, server, family, "Ada").pages[0]
            page.goto("/en/today/")
            yield from arrive(page)
        found = cast.run(server, COUNT.format(family=family["family"]))
        yield from once(found["moments"], "Killed")


def settle(page: Page) -> Page:
    """Let the phone keep the pages that the proof uses."""
    page.goto("/en/today/")
    wait_for_service_worker(page)
    for path in ("/en/moments/log/", "/en/family/people/new/", "/en/today/"):
        page.goto(path)
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        kept = page.evaluate(PAGES)
        if {"/en/moments/log/", "/en/offline/", "/en/today/"} <= set(kept):
            return page
        page.wait_for_timeout(100)
    raise AssertionError(f"these pages are kept: {kept}")


def log(page: Page, title: str) -> Iterator[str]:
    before = len(page.evaluate(KEPT)) if page.url.startswith("http") else 0
    yield from opens(page, "/en/moments/log/")
    page.locator("form[data-fresh] summary").click()
    page.locator("[name=title]").fill(title)
    page.locator("form[data-fresh] .btn--ink").first.click()
    yield from keeps(page, before, title)


def add_giver(page: Page, name: str, *, go: bool = True) -> Iterator[str]:
    if go:
        yield from opens(page, "/en/family/people/new/")
    before = len(page.evaluate(KEPT))
    page.locator("main [name=name]").fill(name)
    page.locator("main form .btn--ink").last.click()
    yield from keeps(page, before, name)


def keeps(page: Page, before: int, what: str) -> Iterator[str]:
    until = time.monotonic() + KEEPING
    while time.monotonic() < until:
        with contextlib.suppress(Error):
            if page.url.startswith("chrome-error"):
                break
            if len(page.evaluate(KEPT)) > before:
                yield from ours(page)
                return
        page.wait_for_timeout(100)
    yield f"lost: {what} is not kept on the phone"
    yield from ours(page)


def opens(page: Page, path: str) -> Iterator[str]:
    try:
        page.goto(path)
    except Error as error:
        yield f"{path}: the error page of the browser ({error.message.splitlines()[0]})"
        return
    yield from ours(page)


def ours(page: Page) -> Iterator[str]:
    try:
        page.wait_for_load_state()
        found = page.evaluate("'everyhour' in document.body.dataset")
    except Error:
        found = False
    if not found:
        yield f"the error page of the browser at {page.url}"


def arrive(page: Page) -> Iterator[str]:
    """Wait until nothing waits on the phone."""
    until = time.monotonic() + PATIENCE
    left: list = ["unknown"]
    while time.monotonic() < until:
        with contextlib.suppress(Error):
            left = page.evaluate(KEPT)
            if not left:
                return
        page.wait_for_timeout(200)
    yield f"still on the phone after {PATIENCE} s: {left}"


def once(found: list[str], what: str) -> Iterator[str]:
    if (times := found.count(what)) != 1:
        yield f"lost: {what}" if not times else f"{what} arrived {times} times"


def _chicago(at: float) -> str:
    return f"{datetime.fromtimestamp(at, ZoneInfo('America/Chicago')):%Y-%m-%dT%H:%M}"


def _minutes(wall: str) -> int:
    return int(wall[11:13]) * 60 + int(wall[14:16])


JS = UI / "static/ui/js"


def _no_key(package: Path) -> None:
    replace(package / JS / "kept_forms.js", "field.value = crypto.randomUUID()", "field.remove()")


def _no_once(package: Path) -> None:
    replace(
        package / "foundation/submissions/middleware.py",
        'key = request.POST.get(FIELD, "")',
        'key = ""',
    )


def _early_delete(package: Path) -> None:
    replace(
        package / JS / "service-worker-forms.js",
        "const answer = await deliver(form)",
        "await withForms('readwrite', store => store.delete(form.key));"
        " if (!form.tries) { await change(form.key, {}); continue; }"
        " const answer = await deliver(form)",
    )


def _anyone(package: Path) -> None:
    override(
        package,
        "foundation/submissions/middleware.py:_is_theirs",
        "def _is_theirs(request): return request.person is not None",
    )


def _trust_the_clock(package: Path) -> None:
    replace(package / JS / "kept_forms.js", "Date.now() + clockOffset()", "Date.now()")


def _error_page(package: Path) -> None:
    replace(
        package / JS / "service-worker.js",
        'request.method === "POST" && request.mode === "navigate"',
        "false",
    )


EDITS: dict[str, Callable[[Path], None]] = {
    "no-key": _no_key,
    "no-once": _no_once,
    "early-delete": _early_delete,
    "anyone": _anyone,
    "trust-the-clock": _trust_the_clock,
    "error-page": _error_page,
}
