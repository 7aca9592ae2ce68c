"""The engine's commands: inspect and train the model, repeat decisions, simulate, plan studies.

Without a database: `simulate`, `analyse FILE`, `plan-study`.
On this server's data: `fit`, `roll-back`, `replay`, `explain DECISION`.
"""

import argparse
import re

from everyhour.analysis import decisions, simulations, studies, training

MODULES = (simulations, training, decisions, studies)
ID = re.compile(r"-\w[\w-]{20}")  # old ids may begin with a hyphen; they are not options


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="everyhour engine",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for module in MODULES:
        module.add(commands)
    words: list[str] = []
    for argument in arguments:
        words += ["--", argument] if ID.fullmatch(argument) else [argument]
    options = parser.parse_args(words)
    try:
        return options.run(options) or 0
    except KeyboardInterrupt:
        print("\nStopped.")
        return 130
