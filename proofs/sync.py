"""Offline changes reach the server exactly once; no text is overwritten unseen (TRUST.md row 6).

Hypothesis draws histories of two phones: duplicates, disorder, parts of batches, lost responses, an
expired login, clocks off by a day, an app upgraded in between. What the server holds must equal a
sequential oracle that shares no code with it. Most meet the pure fold; one more for each `REAL` of
them goes through the real `sync.receive` on a real database.
"""

import tempfile
from pathlib import Path

from proofs.report import Report
from proofs.sandbox import Sandbox, override, replace
from proofs.workers import run_worker

QUICK = 2000
REAL = 200  # one more history goes to a real database for each so many
SABOTAGES = {
    "no-dedupe": "a change that arrives twice counts twice",
    "last-writer-wins": "the last arrival overwrites what it had not seen",
}
MERGING, SYNC = Path("domain/moments/merging.py"), Path("domain/moments/sync.py")


def prove(report: Report, *, n: int | None) -> None:
    histories = n or QUICK
    with Sandbox(edit=EDITS.get(report.sabotage or "")) as sandbox:
        _play(report, "pure", max(40, histories), sandbox)
        _play(report, "real", max(10, histories // REAL), sandbox)


def _play(report: Report, server: str, n: int, sandbox: Sandbox) -> None:
    """Play histories in a process of its own and record its cases."""
    with (
        report.attempt(f"{server}: histories"),
        tempfile.TemporaryDirectory(prefix="everyhour-sync-") as state,
    ):
        environment = sandbox.worker_environment(state=Path(state))
        arguments = (server, "--n", n, "--seed", report.seed)
        for record in run_worker("proofs.sync_worker", *arguments, environment=environment):
            if "problems" in record:
                report.case(f"{server}, {record['case']}", record["problems"])
            else:
                report.tried += record.pop("passed")
                report.notes[server] = record
        if server not in report.notes:
            report.case(f"{server}: histories", ["the worker printed no result"])


def _no_dedupe(package: Path) -> None:
    override(package, f"{MERGING}:unique", "def unique(changes):\n    return list(changes)")
    replace(
        package / SYNC,
        "Change.objects.filter(family=family, key=validation.require_key(key)).first()",
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
