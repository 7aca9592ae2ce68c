"""The engine by hand, with a table and where people look a plot.

Without a database: `simulate`, `analyse FILE`, `plan-study`. About this server: `fit`, `roll-back`, `replay`, `explain DECISION`.
"""

import argparse
import re

from everyhour.analysis import decisions, simulations, studies, training

ID = re.compile(r"-\w[\w-]{20}")  # ids from before may begin with a hyphen, and are no options
PARTS = (simulations, training, decisions, studies)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="everyhour engine",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    what = parser.add_subparsers(required=True, metavar="WHAT")
    for part in PARTS:
        part.add(what)
    options = parser.parse_args(
        [
            word
            for given in arguments
            for word in (("--", given) if ID.fullmatch(given) else (given,))
        ]
    )
    try:
        return options.run(options) or 0
    except KeyboardInterrupt:
        print("\nStopped.")
        return 130
