"""An export is complete, holds only the person's own data, and imports unchanged (TRUST.md row 15).

An oracle that knows who wrote what for whom judges each person's export of random families. Then it
is imported into an empty instance and exported again: the same bytes.
"""

import tempfile
from pathlib import Path

from proofs.parts import run_part
from proofs.report import Report
from proofs.sandbox import Sandbox, replace

QUICK = 6
NOTES, MOST_SECONDS = 10_000, 60
SABOTAGES = {
    "forget-column": "the export lacks how the caregiver was",
    "tell-private": "the export holds what others keep private",
    "other-home": "the export holds a child of a household that shares nothing",
    "new-ids": "an import gives rows new keys",
}
MOMENTS = Path("domain/moments/data_rights.py")


def prove(report: Report, *, n: int | None) -> None:
    with (
        Sandbox(edit=EDITS.get(report.sabotage or "")) as sandbox,
        tempfile.TemporaryDirectory(prefix="everyhour-exports-") as folder,
    ):
        here, there = sandbox.create_server().environment, sandbox.create_server().environment
        exports = size = 0
        for record in run_part("families", folder, n or QUICK, report.seed, environment=here):
            exports += 1
            report.case(f"export {record['case']}", record["problems"])
        for record in run_part("round_trip", folder, environment=there):
            size += record["bytes"]
            report.case(f"import and export {record['case']}", record["problems"])
        with report.attempt(f"{NOTES:,} notes"):
            (record,) = run_part("many_notes", NOTES, environment=here)
            seconds = record["seconds"]
            problems = [f"it took {seconds} s"] if seconds > MOST_SECONDS else []
            report.case(f"{NOTES:,} notes in at most {MOST_SECONDS} s", problems)
            report.notes[f"seconds for {NOTES:,} notes"] = seconds
        report.notes["exports"] = exports
        report.notes["bytes imported and exported again"] = size


def _forget_column(package: Path) -> None:
    replace(
        package / MOMENTS, '        "caregiver_state",\n        "origin",\n', '        "origin",\n'
    )


def _tell_private(package: Path) -> None:
    replace(
        package / MOMENTS,
        "Moment.objects.visible_to(me)",
        "Moment.objects.filter(family=place.family)",
    )


def _other_home(package: Path) -> None:
    replace(
        package / "domain/families/data_rights.py",
        "list(me.household.children.all()) if place.present",
        "list(family.children.all()) if place.present",
    )


def _new_ids(package: Path) -> None:
    new = "[row.update(key=str(__import__('uuid').uuid4())) for row in loading.rows(MOMENTS)]"
    replace(package / MOMENTS, "    moments = [\n", f"    {new}\n    moments = [\n")


EDITS = {
    "forget-column": _forget_column,
    "tell-private": _tell_private,
    "other-home": _other_home,
    "new-ids": _new_ids,
}
