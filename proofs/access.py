"""No family sees another (TRUST.md row 16): every URL, method, role, and own or others' object.

README.md says how a cell is judged. What is undeclared, or missing in the tables of
`access_rules.py`, fails.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path

from proofs.report import Report
from proofs.sandbox import Sandbox, replace
from proofs.workers import run_parallel, run_worker

QUICK = 800
WIRE, SHARDS = 10, 2  # one request in ten, at most 3000, also goes to a real server
SABOTAGES = {
    "no-tenant": "a view finds a caregiver in the whole table, not through the person",
    "undeclared": "a URL whose view declares no permission",
    "foreign-403": "another family's child answers 403, a missing child 404",
    "see-all": "the list of moments shows others' private ones",
    "downgraded": "a page for guardians is declared public",
    "unruled": "a URL with a part that has no rule",
}
FAMILY = Path("features/family")


def prove(report: Report, *, n: int | None) -> None:
    n = QUICK if n is None else n
    with Sandbox(edit=EDITS.get(report.sabotage or "")) as sandbox:
        state = sandbox.copy_state()
        list(_walk(sandbox, state, "build", "--seed", report.seed))
        summaries = _walk_in_process(report, sandbox, state, n)
        summaries += _walk_over_http(report, sandbox, state, min(n, 3000 * WIRE) // WIRE)
    opened = {name for summary in summaries for name in summary["opened"]}
    report.notes["requests"] = sum(summary["asked"] for summary in summaries)
    report.notes["URLs that opened for some role"] = len(opened)


def _walk(sandbox: Sandbox, state: Path, *arguments: object) -> Iterator[dict]:
    environment = sandbox.worker_environment(EVERYHOUR_STATE=str(state))
    return run_worker("proofs.access_walk", *arguments, environment=environment)


def _walk_in_process(report: Report, sandbox: Sandbox, state: Path, n: int) -> list[dict]:
    """Walk the shards at the same time, each on a copy of the database."""
    walks = []
    for number in range(SHARDS):
        copy = Path(shutil.copytree(state, sandbox.folder / f"walked-{number}"))
        arguments = ("--seed", report.seed, "--n", n, "--shard", f"{number}/{SHARDS}")
        walks.append(_walk(sandbox, copy, "walk", *arguments))
    with report.attempt("the walk to its end"):
        return _record(report, run_parallel(walks))
    return []


def _walk_over_http(report: Report, sandbox: Sandbox, state: Path, n: int) -> list[dict]:
    with report.attempt("a real server"), sandbox.run_server(state=state) as server:
        arguments = ("--seed", report.seed, "--n", n, "--wire", server.url)
        return _record(report, _walk(sandbox, state, "walk", *arguments), prefix="over HTTP: ")
    return []


def _record(report: Report, records: Iterator[dict], *, prefix: str = "") -> list[dict]:
    """Record each cell as a case and return the summaries of the walks."""
    summaries = []
    for record in records:
        if "case" in record:
            report.case(prefix + record["case"], record["problems"])
        else:
            summaries.append(record)
    return summaries


def _no_tenant(package: Path) -> None:
    bare = 'Caregiver.objects.present().select_related("person", "family")'
    replace(
        package / FAMILY / "views/people.py",
        'me.household.caregivers.present().select_related("person", "family")',
        bare,
    )


def _undeclared(package: Path) -> None:
    replace(
        package / FAMILY / "urls.py",
        "urlpatterns = [",
        'urlpatterns = [\n    path("family/open/", lambda request: None),',
    )


def _foreign_403(package: Path) -> None:
    path = package / FAMILY / "views/children.py"
    theirs = "Child.objects.filter(pk=child_id).exclude(family=request.place.caregiver.family)"
    refuse = f"    if {theirs}.exists():\n        raise PermissionDenied\n"
    replace(path, "    found = get_object_or_404(", f"{refuse}    found = get_object_or_404(")
    replace(
        path,
        "from django.http import",
        "from django.core.exceptions import PermissionDenied\nfrom django.http import",
    )


def _see_all(package: Path) -> None:
    replace(
        package / "features/moments/views.py",
        "Moment.objects.visible_to(by)",
        "Moment.objects.filter(family=by.family)",
    )


def _downgraded(package: Path) -> None:
    views = package / FAMILY / "views/children.py"
    replace(views, "@guardian\n@kept_offline\ndef new", "@public\n@kept_offline\ndef new")
    known = "from everyhour.foundation.ui.flash import say"
    replace(views, known, f"from everyhour.foundation.lib.permissions import public\n{known}")


def _unruled(package: Path) -> None:
    replace(
        package / FAMILY / "urls.py",
        "urlpatterns = [",
        'urlpatterns = [\n    path("family/again/<str:whom>/", overview.family),',
    )


EDITS = {
    "no-tenant": _no_tenant,
    "undeclared": _undeclared,
    "foreign-403": _foreign_403,
    "see-all": _see_all,
    "downgraded": _downgraded,
    "unruled": _unruled,
}
