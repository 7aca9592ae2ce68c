"""Crisis help never fails: every broken state x every way in (TRUST.md row 35 and section 4).

A cell passes when the way in answers with the crisis link (or with the numbers themselves), and the crisis page answers
with every emergency number, no script, no cookie, nothing from elsewhere, small, and unlogged.
"""

import random
from pathlib import Path

from proofs import crisis_client, crisis_numbers, crisis_server
from proofs.crisis_rules import ENTRIES, problems_of_entry, problems_of_help, problems_of_log, visit
from proofs.report import Report
from proofs.sandbox import UI, Sandbox, replace
from testing.browser import browser

SABOTAGES = {
    "login": "the crisis link is shown only to people who signed in",
    "rename": "the help file is missing from the release",
    "delete-before-fetch": "a new service worker deletes the kept copies before it has new ones, and then fails",
    "banner": "a banner lies over the crisis link",
    "old-number": "a number was last checked 46 days ago",
    "foreign-font": "the crisis page asks another origin for its letters",
}
HEALTHY, OPENED, HALF_RELEASE = (
    "healthy",
    "first visit",
    "offline after a release that could not install",
)
# Where each sabotage shows; the other states would tell nothing new about it.
SHOWS_IN = {
    "login": {HEALTHY},
    "rename": {HEALTHY},
    "foreign-font": {HEALTHY},
    "banner": {OPENED},
    "delete-before-fetch": {HALF_RELEASE},
    "old-number": set(),
}


def prove(report: Report, *, n: int | None) -> None:
    states = [*crisis_server.STATES, *crisis_client.STATES]
    if n is not None and n < len(states):
        states = random.Random(report.seed).sample(states, n)
    if report.sabotage:
        states = [
            state
            for state in [*crisis_server.STATES, *crisis_client.STATES]
            if state.name in SHOWS_IN[report.sabotage]
        ]
    with Sandbox(**_sabotage(report.sabotage)) as sandbox:
        _numbers(report)
        slowest = _server_states(
            report, sandbox, [state for state in states if state in crisis_server.STATES]
        )
        _client_states(
            report, sandbox, [state for state in states if state in crisis_client.STATES]
        )
    report.notes["states"] = len(states)
    report.notes["ways in"] = len(ENTRIES)
    if slowest[0]:
        report.notes["slowest crisis answer, in seconds"] = f"{slowest[0]:.2f} ({slowest[1]})"


def _numbers(report: Report) -> None:
    for name, problems in crisis_numbers.cases(aged=report.sabotage == "old-number"):
        report.case(f"numbers: {name}", problems)


def _server_states(report: Report, sandbox: Sandbox, states: list) -> tuple[float, str]:
    slowest = (0.0, "")
    for state in states:
        report.say(f"server: {state.name}")
        with (
            report.attempt(f"{state.name}: to bring it about"),
            state.enter(sandbox) as (server, again),
        ):
            for entry, path in ENTRIES.items():
                again()
                answer, help_page = visit(server, path), visit(server, "/help/")
                slowest = max(slowest, (help_page.seconds, state.name))
                problems = [
                    *problems_of_entry(answer, path),
                    *problems_of_help(help_page),
                    *problems_of_log(server.log()),
                ]
                if path == state.witness and answer.status not in state.truly:
                    problems.append(f"the state is not what it says: {entry} gave {answer.status}")
                report.case(f"{state.name} x {entry}", problems)
    return slowest


def _client_states(report: Report, sandbox: Sandbox, states: list) -> None:
    if not states:
        return
    with browser() as opened, crisis_client.Pond(sandbox, opened) as pond:
        for state in states:
            report.say(f"client: {state.name}")
            with report.attempt(f"{state.name}: to bring it about"), state.enter(pond) as phone:
                for entry, path in ENTRIES.items():
                    with report.attempt(f"{state.name} x {entry}"):
                        report.case(f"{state.name} x {entry}", phone.problems_of(path))


def _sabotage(name: str | None) -> dict:
    """Say what must be broken on the whole sandbox."""
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


EDITS = {
    "rename": _rename,
    "delete-before-fetch": _delete_before_fetch,
    "banner": _banner,
    "foreign-font": _foreign_font,
}
