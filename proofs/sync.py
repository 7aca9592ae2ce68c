"""Offline changes reach the server exactly once, and no text is ever overwritten unseen (TRUST.md row 6).

Histories of two phones, drawn by Hypothesis: duplicates, disorder, parts of batches, answers that get lost, an expired login,
clocks off by a day, an app that is upgraded between. What the server comes to must equal a sequential oracle that shares no
code with it. They meet the pure fold; one more for each `REAL` of them goes through the real `sync.receive` on a real database.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from proofs.report import Report
from proofs.sandbox import Sandbox, override, replace
from testing.server import ROOT

QUICK = 2000
REAL = 200  # for so many histories, one more is played against the real server
SABOTAGES = {
    "no-dedupe": "a change that comes twice counts twice",
    "last-writer-wins": "what arrives last overwrites what was there, unseen",
}
MERGING, SYNC = Path("domain/moments/merging.py"), Path("domain/moments/sync.py")


def prove(report: Report, *, n: int | None) -> None:
    histories = n or QUICK
    with Sandbox(edit=EDITS.get(report.sabotage or "")) as sandbox:
        _play(report, "pure", max(40, histories), sandbox.package)
        _play(report, "real", max(10, histories // REAL), sandbox.package)


def _play(report: Report, server: str, n: int, package: Path | None) -> None:
    """Play histories in a process of their own, on the package or on its broken copy."""
    with tempfile.TemporaryDirectory(prefix="everyhour-sync-") as state:
        command = [
            sys.executable,
            "-m",
            "proofs.sync_worker",
            server,
            "--n",
            str(n),
            "--seed",
            str(report.seed),
        ]
        path = f"{package.parent}{os.pathsep}{ROOT}" if package else str(ROOT)
        environment = {
            **os.environ,
            "EVERYHOUR_STATE": state,
            "PYTHONPATH": path,
            "PYTHONSAFEPATH": "1",
        }
        environment.pop("EVERYHOUR_DATABASE", None)
        ran = subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
        )
    lines = [json.loads(line) for line in ran.stdout.splitlines() if line.startswith("{")]
    for told in lines:
        if "problems" in told:
            report.case(f"{server}, {told['case']}", told["problems"])
        else:
            report.tried += told.pop("passed")
            report.notes[server] = told
    if ran.returncode or not lines:
        report.case(
            f"{server}: the histories could be played",
            [ran.stderr.strip().splitlines()[-1] if ran.stderr.strip() else "no answer"],
        )


def _no_dedupe(package: Path) -> None:
    override(package, f"{MERGING}:unique", "def unique(changes):\n    return list(changes)")
    replace(
        package / SYNC,
        "Change.objects.filter(family=family, key=validation.known_key(key)).first()",
        "Change.objects.none().first()",
    )


def _last_writer_wins(package: Path) -> None:
    override(
        package,
        f"{MERGING}:unique",
        """
        def unique(changes):
            from dataclasses import replace

            return [replace(one, counter=n) for n, one in enumerate(original(changes))]
        """,
    )
    override(
        package,
        f"{MERGING}:current_versions",
        "def current_versions(ranked):\n    return original(ranked)[-1:]",
    )


EDITS = {"no-dedupe": _no_dedupe, "last-writer-wins": _last_writer_wins}
