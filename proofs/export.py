"""What somebody takes along is complete, theirs alone, and comes back identical (TRUST.md row 15).

Random families with every kind of odd text; each person's export is judged by an oracle that knows who wrote what for whom,
then brought into an empty instance and exported again: the same bytes.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from proofs.ledger import Ledger
from proofs.stage import replace, stage
from testing.server import ROOT

QUICK = 6
NOTES, PATIENCE = 10_000, 60
SABOTAGES = {
    "forget-column": "how a caregiver was is not taken along",
    "tell-private": "what others keep private is taken along",
    "other-home": "what a home that shows nothing tells of its own child is taken along",
    "new-ids": "what is brought in gets new keys",
}
MOMENTS = Path("domain/moments/data_rights.py")


def prove(ledger: Ledger, *, n: int | None) -> None:
    with (
        stage(edit=EDITS.get(ledger.sabotage or "")) as playing,
        tempfile.TemporaryDirectory(prefix="everyhour-exports-") as folder,
    ):
        here, there = playing.server(), playing.server()
        exports = 0
        for told in play(here.environment, "families", folder, str(n or QUICK), str(ledger.seed)):
            exports += 1
            ledger.case(f"export {told['case']}", told["problems"])
        size = 0
        for told in play(there.environment, "round_trip", folder):
            size += told["bytes"]
            ledger.case(f"in and out again {told['case']}", told["problems"])
        with ledger.attempt(f"{NOTES:,} notes"):
            (told,) = play(here.environment, "many_notes", str(NOTES))
            ledger.case(
                f"{NOTES:,} notes in at most {PATIENCE} s",
                [f"it took {told['seconds']} s"] if told["seconds"] > PATIENCE else [],
            )
            ledger.notes[f"seconds for {NOTES:,} notes"] = told["seconds"]
        ledger.notes["exports"] = exports
        ledger.notes["bytes brought in and out again"] = size


def play(environment: dict[str, str], *arguments: str) -> Iterator[dict]:
    """Run a part of the player in a state of its own, and read what it says; a part that ends badly is an error."""
    ran = subprocess.run(
        [sys.executable, "-m", "proofs.player", *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
    )
    yield from (json.loads(line) for line in ran.stdout.splitlines() if line.startswith(("{", "[")))
    if ran.returncode:
        raise RuntimeError(
            f"{arguments[0]} ended with {ran.returncode}: {ran.stderr.strip().splitlines()[-1] if ran.stderr else ''}"
        )


def _forget_column(package: Path) -> None:
    replace(package / MOMENTS, '"caregiver_state", "origin"', '"origin"')


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
    replace(
        package / MOMENTS, "    loading.save(MOMENTS, [", f"    {new}\n    loading.save(MOMENTS, ["
    )


EDITS = {
    "forget-column": _forget_column,
    "tell-private": _tell_private,
    "other-home": _other_home,
    "new-ids": _new_ids,
}
