"""Words of danger in every text field: the number to call appears beside it, in every state.

A field passes when ordinary words show nothing, words of danger show the panel with a call button
or the crisis link that can be tapped, the field keeps its text, and no request carries it.
"""

from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Error, Page, Request

from journeys import cast
from journeys.pages import FULL, GUARDIAN
from proofs.crisis_phone import ON_TOP, Phone, Phones
from proofs.report import Report
from proofs.sandbox import UI, replace
from testing.server import Server

TEXT_FIELD = "textarea, input:not([type]), input[type=text], input[type=search]"
PANEL = "[data-danger-panel]:visible"
DANGER, ORDINARY, TRACE = "i want to kill myself", "we are killing time", "kill"
# Fields a guest types into; the second is on the phone without a network as well.
SEARCH, NICKNAME = ("/en/ideas/", "#q"), ("/en/now/phone/", "#nickname")
ENTRIES = {"typed in the search": SEARCH, "typed as a nickname": NICKNAME}
WITHOUT_SCRIPTS = "JavaScript off"
PATIENCE = 15_000  # milliseconds
SLOW = 90_000  # at slow 2G


def cases(phone: Phone, state: str) -> Iterator[tuple[str, list[str]]]:
    """Yield entry and problems for each field that a guest's phone shows in this state."""
    for entry, (path, field) in ENTRIES.items():
        path = path.replace("/en/", f"/{phone.language}/")
        try:
            phone.page.goto(phone.url + path, wait_until="domcontentloaded")
            there = phone.page.locator(f"{field}:visible").count() > 0
        except Error:
            there = False
        if state == WITHOUT_SCRIPTS:
            if entry == "typed in the search":
                yield entry, list(_without_scripts(phone.page, field))
        elif there:
            yield entry, problems_of_field(phone.page, field, styled=phone.styled)
        elif (path, field) == NICKNAME:
            yield entry, ["the field is not there"]


def every_field(report: Report, phones: Phones) -> None:
    """Type into every text field of every page of a guardian."""
    with phones.phone() as phone:
        family = cast.run(phones.server(), FULL)
        cast.sign_in(phone.page.context, phones.server(), family, "Ada")
        tried = 0
        for name, address in GUARDIAN.items():
            for number in range(_open(phone, phones.server(), address, family)):
                tried += 1
                with report.attempt(f"typed: {name}, field {number + 1}"):
                    _open(phone, phones.server(), address, family)
                    field = _fields(phone.page)[number]
                    report.case(
                        f"typed: {name}, field {number + 1}", problems_of_field(phone.page, field)
                    )
        report.notes["fields a guardian types into"] = tried


def _open(phone: Phone, server: Server, address: str, family: dict) -> int:
    """Open a page and all its folds; return how many text fields it shows."""
    phone.page.goto(server.url + address.format("en", **family), wait_until="load")
    phone.page.evaluate("for (const fold of document.querySelectorAll('details')) fold.open = true")
    return len(_fields(phone.page))


def _fields(page: Page) -> list[str]:
    """Return a selector of each text field that can be typed into."""
    return page.evaluate(
        """fields => [...document.querySelectorAll(fields)]
          .filter(field => !field.readOnly && !field.disabled && field.checkVisibility())
          .map((field, number) => {
            field.dataset.tried = number;
            return `[data-tried="${number}"]`; })""",
        TEXT_FIELD,
    )


def problems_of_field(page: Page, field: str, *, styled: bool = True) -> list[str]:
    carried: list[str] = []

    def record(request: Request) -> None:
        if TRACE in f"{request.url} {request.post_data or ''}".lower():
            carried.append(f"a request carries what was typed: {request.method} {request.url}")

    page.on("request", record)
    try:
        return [*_typed(page, field, styled), *carried]
    except Error as error:
        return [f"the field cannot be typed into ({error.message.splitlines()[0]})"]
    finally:
        page.remove_listener("request", record)


def _typed(page: Page, field: str, styled: bool) -> Iterator[str]:
    box = page.locator(field)
    box.fill("")
    box.press_sequentially(ORDINARY)
    page.wait_for_timeout(600)
    if page.locator(PANEL).count():
        yield "ordinary words show the panel"
    box.fill("")
    box.press_sequentially(DANGER)
    try:
        page.locator(PANEL).wait_for(timeout=SLOW if _is_slow(page) else PATIENCE)
    except Error:
        yield "no panel appears beside the field"
        return
    ways = page.locator(f"{PANEL} a[href^='tel:'], {PANEL} a[data-crisis]")
    if not any(ways.nth(number).is_visible() for number in range(ways.count())):
        yield "the panel has neither a number nor the crisis link"
        return
    way = page.locator(f"{PANEL} a:visible").first
    way.scroll_into_view_if_needed()
    if covered := way.evaluate(ON_TOP, styled):
        yield f"the panel's button cannot be tapped; it is covered by {covered}"
    if box.input_value() != DANGER[: int(box.get_attribute("maxlength") or len(DANGER))]:
        yield "the field does not hold what was typed"


def _is_slow(page: Page) -> bool:
    return page.evaluate("performance.getEntriesByType('navigation')[0].duration > 2000")


def _without_scripts(page: Page, field: str) -> Iterator[str]:
    page.locator(field).fill(DANGER)
    page.locator(field).press("Enter")
    page.wait_for_url("**/*q=*")
    if not page.locator(f"main {PANEL}").count():
        yield "the page of the search has no panel"


def forget_phrases(package: Path) -> None:
    """Leave the phrases of danger out of what the service worker keeps."""
    listed = '    "ui/danger.en.json",\n    "ui/danger.es.json",\n'
    replace(package / UI / "views.py", listed, "")


def late_panel(package: Path) -> None:
    """Ask the server whether it is there before showing the panel."""
    asking = 'fetch("/alive/", { cache: "no-store" }).then(() => show(field, kind), () => {});'
    script = package / UI / "static/ui/js/typing.js"
    replace(script, "!hidden.has(kind)) show(field, kind);", f"!hidden.has(kind)) {asking}")
