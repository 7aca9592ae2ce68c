"""Each promise as one command: `everyhour prove crisis|noleak|phone|…|all`. README.md tells what each one tries."""

import argparse
import importlib
import signal
import sys
from pathlib import Path

from proofs.report import Report

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
)


def run(options: argparse.Namespace) -> int:
    """Run one proof or all; 0 only when every case passed."""
    if options.name not in (*NAMES, "all"):
        print(f"There is no proof “{options.name}”. There are: {', '.join(NAMES)}, all.")
        return 2
    names = NAMES if options.name == "all" else (options.name,)
    if options.sabotage == "list":
        return _list(names)
    if options.sabotage and options.name == "all":
        print("A sabotage belongs to one proof: name it. `--sabotage list` tells which there are.")
        return 2
    signal.signal(
        signal.SIGTERM, lambda *_: sys.exit(143)
    )  # a CI that loses patience must not leave servers and browsers behind
    return max([_prove(name, options, alone=options.name != "all") for name in names])


def _list(names: tuple[str, ...]) -> int:
    for name in names:
        for sabotage, meaning in _proof(name).SABOTAGES.items():
            print(f"{name:8} --sabotage {sabotage:20} {meaning}")
    return 0


def _prove(name: str, options: argparse.Namespace, *, alone: bool) -> int:
    proof = _proof(name)
    if options.sabotage and options.sabotage not in proof.SABOTAGES:
        print(f"{name} has no sabotage “{options.sabotage}”. It has: {', '.join(proof.SABOTAGES)}.")
        return 2
    report = Report(name, seed=options.seed, sabotage=options.sabotage)
    proof.prove(report, n=options.n)
    given = options.out if alone or not options.out else options.out / f"{name}.json"
    return report.close(
        given
        or Path("evidence") / f"{name}{f'.{options.sabotage}' if options.sabotage else ''}.json"
    )


def _proof(name: str):
    return importlib.import_module(f"proofs.{name}")
