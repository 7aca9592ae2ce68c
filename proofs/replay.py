"""A decision repeats from its rows, to the bit, in another process and after everything changed.

Invented families log moments; a model is trained each night, one version is rolled back, the
library changes; each day decisions are made through the product's facade. Then moments are edited
and deleted, and children change. A fresh process repeats each decision.
"""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from proofs.parts import run_part
from proofs.report import Report
from proofs.sandbox import Sandbox, replace

QUICK = 200  # decisions; the release count is 10,000
LEAST = 60
SABOTAGES = {
    "dice-of-the-process": "the seed depends on the process",
    "forget-past": "a decision is stored without the history it was based on",
    "todays-fit": "a decision is repeated with today's model version",
    "todays-library": "a decision is repeated among today's practices",
}
DECISIONS = Path("domain/recommendations/decisions.py")


def prove(report: Report, *, n: int | None) -> None:
    with (
        Sandbox(edit=EDITS.get(report.sabotage or "")) as sandbox,
        tempfile.TemporaryDirectory(prefix="everyhour-replay-") as folder,
    ):
        environment = sandbox.create_server().environment
        made = Path(folder) / "decisions.json"
        first = environment | {"PYTHONHASHSEED": "1"}
        with report.attempt("decisions are made"):
            arguments = (max(n or QUICK, LEAST), report.seed, made)
            _record(report, run_part("decide_many", *arguments, environment=first))
        second = environment | {"PYTHONHASHSEED": "2", "TZ": "Asia/Kathmandu"}
        with report.attempt("decisions are repeated"):
            _record(report, run_part("decide_again", made, environment=second))
    report.notes["processors"] = os.cpu_count()


def _record(report: Report, records: Iterator[dict]) -> None:
    for record in records:
        if "case" in record:
            report.case(record["case"], record["problems"])
        else:
            report.tried += record.pop("identical", 0)
            report.notes |= record


def _dice_of_the_process(package: Path) -> None:
    replace(
        package / "engine/decisions.py",
        "derive_seed(self.seed, s.opportunity.key)",
        "derive_seed(self.seed, hash(s.opportunity.key))",
    )


def _forget_past(package: Path) -> None:
    replace(
        package / DECISIONS,
        '"past": learned.to_plain(past)',
        '"past": learned.to_plain(learned.History())',
    )


def _todays_fit(package: Path) -> None:
    replace(package / DECISIONS, "_decider(kept.model_version, ", "_decider(training.in_force(), ")


def _todays_library(package: Path) -> None:
    replace(
        package / DECISIONS,
        "candidates = candidate_sets.load(kept.candidate_set.digest)",
        "candidates = candidate_sets.current()",
    )


EDITS = {
    "dice-of-the-process": _dice_of_the_process,
    "forget-past": _forget_past,
    "todays-fit": _todays_fit,
    "todays-library": _todays_library,
}
