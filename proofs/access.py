"""No family sees another (TRUST.md row 16): every address x method x who asks x own, somebody else's, nobody's object.

README.md tells how a cell is judged. What is not declared, or not written in the tables of `access_rules.py`, fails.
"""

import contextlib
import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

from proofs.report import Report
from proofs.sandbox import Sandbox, replace
from testing.server import ROOT

QUICK = 800
WIRE, SHARDS = 10, 2  # one question in ten, at most 3000, goes to a real server as well
SABOTAGES = {
    "no-tenant": "a view finds a caregiver in a bare table, not through the one who asks",
    "undeclared": "an address whose view does not say who may open it",
    "foreign-403": "another family’s child is refused, a child that is not there is not found",
    "see-all": "the list of moments shows what others keep to themselves",
    "unruled": "an address with a part of which nobody wrote down what it stands for",
}
FAMILY = Path("features/family")


def prove(report: Report, *, n: int | None) -> None:
    n = QUICK if n is None else n
    with Sandbox(edit=EDITS.get(report.sabotage or "")) as sandbox:
        state = sandbox.copy_state()
        list(_walker(sandbox, state, "build", "--seed", str(report.seed)))
        told = _in_process(sandbox, report, state, n)
        told += _on_the_wire(sandbox, report, state, min(n, 3000 * WIRE) // WIRE)
    opened = {name for one in told for name in one["opened"]}
    report.notes["questions asked"] = sum(one["asked"] for one in told)
    report.notes["addresses that opened for somebody"] = len(opened)


def _in_process(sandbox: Sandbox, report: Report, state: Path, n: int) -> list[dict]:
    """Walk the shards side by side, each on a copy of the database."""
    copies = [
        Path(shutil.copytree(state, sandbox.folder / f"walked-{number}"))
        for number in range(SHARDS)
    ]
    heard: list[list[dict]] = [[] for _ in copies]

    def hear(number: int) -> None:
        walk = ("walk", "--seed", str(report.seed), "--n", str(n), "--shard", f"{number}/{SHARDS}")
        heard[number] = list(_walker(sandbox, copies[number], *walk))

    threads = [threading.Thread(target=hear, args=(number,)) for number in range(SHARDS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [told for lines in heard for told in _judged(report, lines)]


def _on_the_wire(sandbox: Sandbox, report: Report, state: Path, n: int) -> list[dict]:
    with report.attempt("a real server"), sandbox.run_server(state=state) as server:
        lines = list(
            _walker(
                sandbox,
                state,
                "walk",
                "--seed",
                str(report.seed),
                "--n",
                str(n),
                "--wire",
                server.url,
            )
        )
        return _judged(report, lines, on="on the wire: ")
    return []


def _judged(report: Report, lines: list[dict], *, on: str = "") -> list[dict]:
    """Note each cell; give what the walker said at its end. One that did not get there is a failed case."""
    ends = [line for line in lines if "asked" in line]
    for line in lines:
        if "case" in line:
            report.case(on + line["case"], line["problems"])
    if not ends:
        report.case(
            f"{on}the walk to its end",
            [lines[-1].get("broke", "it ended early") if lines else "it said nothing"],
        )
    return ends


def _walker(sandbox: Sandbox, state: Path, *arguments: str) -> Iterator[dict]:
    """Run the walker on a state, with the package of this sandbox, and give its lines."""
    environment = {
        **os.environ,
        "EVERYHOUR_STATE": str(state),
        "EVERYHOUR_CONTENT": str(ROOT / "content"),
        "PYTHONSAFEPATH": "1",
    }
    environment["PYTHONPATH"] = os.pathsep.join(
        map(str, [sandbox.package.parent, ROOT] if sandbox.package else [ROOT])
    )
    environment.setdefault("DJANGO_SETTINGS_MODULE", "everyhour.config.settings")
    with open(sandbox.folder / "walker.log", "a+b") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "proofs.access_walk", *arguments],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
        for line in process.stdout or ():
            with contextlib.suppress(ValueError):
                yield json.loads(line)
        if process.wait():
            yield {
                "broke": f"the walker ended with {process.returncode}: {(sandbox.folder / 'walker.log').read_text()[-600:]}"
            }


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
    "unruled": _unruled,
}
