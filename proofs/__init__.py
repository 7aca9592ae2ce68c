"""Each promise as one command: `everyhour prove crisis|noleak|...|all`. See README.md."""

import argparse
import contextlib
import importlib
import signal
import sys
from pathlib import Path

from proofs.report import Caught, Report

NAMES = (
    "crisis",
    "noleak",
    "phone",
    "access",
    "kill9",
    "powercut",
    "erase",
    "export",
    "sync",
    "enumeration",
    "replay",
    "safety",
    "fallback",
    "dst",
    "clock",
    "outbox",
    "quiet",
    "offline",
)


def run(options: argparse.Namespace) -> int:
    """Run one proof or all and return the exit code: 0 only when every case passed."""
    if options.name not in (*NAMES, "all"):
        print(f"There is no proof “{options.name}”. There are: {', '.join(NAMES)}, all.")
        return 2
    names = NAMES if options.name == "all" else (options.name,)
    if options.sabotage == "list":
        return _list_sabotages(names)
    if options.sabotage and options.name == "all":
        print("A sabotage belongs to one proof: name it. `--sabotage list` lists them.")
        return 2
    # Exit normally on SIGTERM, so that a CI timeout leaves no servers and browsers behind.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    return max([_prove(name, options, alone=options.name != "all") for name in names])


def _list_sabotages(names: tuple[str, ...]) -> int:
    for name in names:
        for sabotage, description in _import_proof(name).SABOTAGES.items():
            print(f"{name:8} --sabotage {sabotage:20} {description}")
    return 0


def _prove(name: str, options: argparse.Namespace, *, alone: bool) -> int:
    proof = _import_proof(name)
    if options.sabotage and options.sabotage not in proof.SABOTAGES:
        print(f"{name} has no sabotage “{options.sabotage}”. It has: {', '.join(proof.SABOTAGES)}.")
        return 2
    report = Report(name, seed=options.seed, sabotage=options.sabotage, until=options.until)
    with contextlib.suppress(Caught), report.attempt("the proof to its end"):
        proof.prove(report, n=options.n)
    if options.out:
        return report.close(options.out if alone else options.out / f"{name}.json")
    suffix = f".{options.sabotage}" if options.sabotage else ""
    return report.close(Path("evidence") / f"{name}{suffix}.json")


def _import_proof(name: str):
    return importlib.import_module(f"proofs.{name}")
