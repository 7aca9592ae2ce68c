"""The engine by hand: `everyhour engine analyse FILE`, `everyhour engine plan-study`. Needs no database and no Django."""

import argparse

from everyhour.config import engine_evaluating

PARTS = (engine_evaluating,)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="everyhour engine", description=__doc__)
    what = parser.add_subparsers(required=True, metavar="WHAT")
    for part in PARTS:
        part.add(what)
    options = parser.parse_args(arguments)
    try:
        return options.run(options) or 0
    except KeyboardInterrupt:
        print("\nStopped.")
        return 130
