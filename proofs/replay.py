"""What was decided can be decided again from its rows, to the bit, in another process and after everything moved on (`prove replay`).

Invented families try things; nights of learning follow one another, one is taken back; the library changes; each day decisions are made
through the product's own door. Then tries are edited and erased, children change. A fresh process decides each one again.
"""

import os
import tempfile
from pathlib import Path

from proofs.fallback import play
from proofs.ledger import Ledger
from proofs.stage import replace, stage

QUICK = 200  # decisions; the release count is 10,000
LEAST = 60
SABOTAGES = {
    "dice-of-the-process": "dice are seeded with what a process makes up when it starts",
    "forget-past": "a decision is written down without what was tried before it",
    "todays-fit": "it is decided again with what is believed today",
    "todays-library": "it is decided again among the practices of today",
}
DECISIONS = Path("domain/recommendations/decisions.py")


def prove(ledger: Ledger, *, n: int | None) -> None:
    with (
        stage(edit=EDITS.get(ledger.sabotage or "")) as playing,
        tempfile.TemporaryDirectory(prefix="everyhour-replay-") as folder,
    ):
        environment = playing.server().environment
        noted = str(Path(folder) / "decisions.json")
        with ledger.attempt("decisions could be made"):
            for told in play(
                {**environment, "PYTHONHASHSEED": "1"},
                "decide_many",
                str(max(n or QUICK, LEAST)),
                str(ledger.seed),
                noted,
            ):
                if "case" in told:
                    ledger.case(told["case"], told["problems"])
                else:
                    ledger.notes |= told
        with ledger.attempt("decisions could be made again"):
            for told in play(
                {**environment, "PYTHONHASHSEED": "2", "TZ": "Asia/Kathmandu"},
                "decide_again",
                noted,
            ):
                if "case" in told:
                    ledger.case(told["case"], told["problems"])
                else:
                    ledger.tried += told.pop("identical")
                    ledger.notes |= told
    ledger.notes["processors"] = os.cpu_count()


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
    replace(package / DECISIONS, "_decider(kept.fit, ", "_decider(learning.in_force(), ")


def _todays_library(package: Path) -> None:
    replace(
        package / DECISIONS,
        "candidates = shelves.read(kept.shelf.digest)",
        "candidates = shelves.current()",
    )


EDITS = {
    "dice-of-the-process": _dice_of_the_process,
    "forget-past": _forget_past,
    "todays-fit": _todays_fit,
    "todays-library": _todays_library,
}
