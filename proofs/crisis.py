"""Crisis help never fails: every broken state x every way in (TRUST.md row 35 and section 4).

A cell passes when the way in has the crisis link or the numbers themselves, and the crisis page
answers with every emergency number, without scripts, cookies or other origins, small and unlogged.
"""

import random
from pathlib import Path

from proofs import crisis_client, crisis_numbers, crisis_server, crisis_typing
from proofs.crisis_phone import Phones
from proofs.crisis_rules import ENTRIES, problems_of_entry, problems_of_help, problems_of_log, visit
from proofs.report import Report
from proofs.sandbox import UI, Sandbox, replace
from testing.browser import browser

SABOTAGES = {
    "login": "the crisis link is shown only to people who signed in",
    "rename": "the help file is missing from the release",
    "delete-before-fetch": "a new service worker deletes the cached copies first, and then fails",
    "banner": "a banner covers the crisis link",
    "old-number": "a number was last checked 46 days ago",
    "foreign-font": "the crisis page loads a font from another origin",
    "ask-first": "the crisis sheet asks the server before it opens",
    "lose-the-place": "closing the crisis sheet shows the step of the page anew",
    "forget-phrases": "the phone does not keep the phrases of danger",
    "late-panel": "the panel beside a field asks the server before it appears",
}
HEALTHY, OPENED, OFFLINE = "healthy", "first visit", "offline, second visit"
SHEET = "the sheet over a step"
SCRIPT = Path("features/now/static/now/crisis_sheet.js")
HALF_RELEASE = "offline after a release that could not install"
# The states in which a sabotage shows; the others would add nothing.
SHOWS_IN = {
    "login": {HEALTHY},
    "rename": {HEALTHY},
    "foreign-font": {HEALTHY},
    "banner": {OPENED},
    "delete-before-fetch": {HALF_RELEASE},
    "old-number": set(),
    "ask-first": {OFFLINE},
    "lose-the-place": {OPENED},
    "forget-phrases": {OFFLINE},
    "late-panel": {OFFLINE},
}


def prove(report: Report, *, n: int | None) -> None:
    states = [*crisis_server.STATES, *crisis_client.STATES]
    if n is not None and n < len(states):
        states = random.Random(report.seed).sample(states, n)
    if report.sabotage:
        states = [*crisis_server.STATES, *crisis_client.STATES]
        states = [state for state in states if state.name in SHOWS_IN[report.sabotage]]
    with Sandbox(**_sabotage(report.sabotage)) as sandbox:
        _numbers(report)
        on_server = [state for state in states if state in crisis_server.STATES]
        slowest = _server_states(report, sandbox, on_server)
        on_phone = [state for state in states if state in crisis_client.STATES]
        _client_states(report, sandbox, on_phone)
    report.notes["states"] = len(states)
    report.notes["ways in"] = len(ENTRIES) + 1 + len(crisis_typing.ENTRIES)  # on phones
    if slowest[0]:
        report.notes["slowest crisis page, in seconds"] = f"{slowest[0]:.2f} ({slowest[1]})"


def _numbers(report: Report) -> None:
    for name, problems in crisis_numbers.cases(aged=report.sabotage == "old-number"):
        report.case(f"numbers: {name}", problems)


def _server_states(report: Report, sandbox: Sandbox, states: list) -> tuple[float, str]:
    slowest = (0.0, "")
    for state in states:
        report.say(f"server: {state.name}")
        with report.attempt(f"{state.name}: setup"), state.enter(sandbox) as (server, again):
            for entry, path in ENTRIES.items():
                again()
                response, help_page = visit(server, path), visit(server, "/help/")
                slowest = max(slowest, (help_page.seconds, state.name))
                problems = [
                    *problems_of_entry(response, path),
                    *problems_of_help(help_page),
                    *problems_of_log(server.log()),
                ]
                if path == state.page and response.status not in state.statuses:
                    problems.append(
                        f"the state was not reached: {entry} answered {response.status}"
                    )
                report.case(f"{state.name} x {entry}", problems)
    return slowest


def _client_states(report: Report, sandbox: Sandbox, states: list) -> None:
    if not states:
        return
    with browser() as opened, Phones(sandbox, opened) as phones:
        for state in states:
            report.say(f"client: {state.name}")
            with report.attempt(f"{state.name}: setup"), state.enter(phones) as phone:
                for entry, path in ENTRIES.items():
                    with report.attempt(f"{state.name} x {entry}"):
                        report.case(f"{state.name} x {entry}", phone.problems_of(path))
                with report.attempt(f"{state.name} x {SHEET}"):
                    report.case(f"{state.name} x {SHEET}", phone.problems_of_sheet())
                with report.attempt(f"{state.name} x typed"):
                    for entry, problems in crisis_typing.cases(phone, state.name):
                        report.case(f"{state.name} x {entry}", problems)
        if not report.sabotage:
            crisis_typing.every_field(report, phones)


def _sabotage(name: str | None) -> dict:
    """Return the options of the sandbox for this sabotage."""
    if name == "login":
        return {"settings": "proofs.broken.login"}
    edit = EDITS.get(name or "")
    return {"edit": edit} if edit else {}


def _rename(package: Path) -> None:
    file = package / UI / "crisis" / "all.en.html"
    file.rename(file.with_name("crisis.en.html"))


def _delete_before_fetch(package: Path) -> None:
    delete = "const kept = await caches.keys(); for (const name of kept) await caches.delete(name);"
    fail = 'if (kept.length) throw new Error("the network went away");'
    begin = "async function install() {"
    replace(package / UI / "static/ui/js/service-worker.js", begin, f"{begin} {delete} {fail}")


def _banner(package: Path) -> None:
    replace(
        package / UI / "templates/ui/base.html",
        '<a class="skip"',
        '<p class="banner">We care about your privacy.</p><a class="skip"',
    )
    sheet = package / UI / "static/ui/components.css"
    sheet.write_text(
        sheet.read_text()
        + "\n.banner{position:fixed;inset:0 0 auto;block-size:9rem;z-index:99;background:#fff}\n"
    )


def _foreign_font(package: Path) -> None:
    replace(
        package / UI / "crisis/all.en.html",
        "<style>",
        "<style>@font-face{font-family:Kind;src:url(https://fonts.invalid/kind.woff2)}",
    )


def _ask_first(package: Path) -> None:
    asking = 'fetch("/alive/", { cache: "no-store" }).then(() => open(link), () => {});'
    replace(package / SCRIPT, "  open(link);", f"  {asking}")


def _lose_the_place(package: Path) -> None:
    ours = "isOwnStep = false;\n      event.stopImmediatePropagation();"
    replace(package / SCRIPT, ours, "isOwnStep = false;")


EDITS = {
    "forget-phrases": crisis_typing.forget_phrases,
    "late-panel": crisis_typing.late_panel,
    "ask-first": _ask_first,
    "lose-the-place": _lose_the_place,
    "rename": _rename,
    "delete-before-fetch": _delete_before_fetch,
    "banner": _banner,
    "foreign-font": _foreign_font,
}
