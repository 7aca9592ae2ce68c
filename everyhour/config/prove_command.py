"""`everyhour prove NAME`: run one of the proofs in proofs/."""

import argparse
import importlib
from pathlib import Path


def add(commands) -> None:
    prove = commands.add_parser(
        "prove", help="prove that a promise holds", description=_prove.__doc__
    )
    prove.add_argument(
        "name", help="crisis, safety, sync, ...; `all` runs every proof; an unknown name lists them"
    )
    prove.add_argument("--n", type=int, help="number of cases")
    prove.add_argument("--seed", type=int, default=168, help="seed of random cases (default: 168)")
    prove.add_argument(
        "--sabotage",
        metavar="X",
        help="break the promise on purpose: the proof must fail then (`list` lists the ways)",
    )
    prove.add_argument("--until", help="end at the first failed case that says this")
    prove.add_argument("--out", type=Path, help="write the evidence to this file as JSON")
    prove.set_defaults(run=_prove)


def _prove(options: argparse.Namespace) -> int:
    """Run one proof: it prints seed and number of cases, and fails when a case failed."""
    try:
        proofs = importlib.import_module("proofs")
    except ModuleNotFoundError:
        print(
            "Proofs are not installed with the package. "
            "Run this in a checkout of the repository, after `make test` has set it up."
        )
        return 2
    return proofs.run(options)
