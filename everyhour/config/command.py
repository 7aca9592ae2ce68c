"""The `everyhour` command. Each `*_command(s).py` beside it adds its subcommands with `add`."""

import argparse
import logging
import os
import sys

from everyhour import __version__
from everyhour.config import (
    content_commands,
    data_commands,
    messages_command,
    prove_command,
    serve_commands,
    timetable_command,
)

MODULES = (
    serve_commands,
    content_commands,
    prove_command,
    data_commands,
    messages_command,
    timetable_command,
)
EXAMPLES = """
examples:
  everyhour serve --prepare        set up the database, then start web and worker
  everyhour content check          check the library; print file and line of each problem
  everyhour content load           load edited files into the database as new editions
  everyhour timetable              list the regular jobs: last run, result, next run
  everyhour prove crisis           prove that crisis help works while other parts are broken
  everyhour demo                   create demo families, so that every page has content
  everyhour engine --help          inspect what was learned, simulate, plan or analyse a study
  everyhour manage migrate         run any Django command
"""


def main(arguments: list[str] | None = None) -> int:
    logging.basicConfig(
        level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "everyhour.config.settings")
    words = sys.argv[1:] if arguments is None else arguments
    if words[:1] == ["manage"]:  # the rest belongs to Django, --help included
        return _manage(words[1:])
    if words[:1] == ["engine"]:  # imported here, so that no other command loads NumPy
        from everyhour.analysis import command

        return command.main(words[1:])
    options = _parser().parse_args(words)
    try:
        return options.run(options) or 0
    except KeyboardInterrupt:
        print("\nStopped.")
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="everyhour",
        description="Run and manage an Everyhour server.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"everyhour {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for module in MODULES:
        module.add(commands)
    commands.add_parser(
        "engine",
        help="inspect what was learned; simulate; plan and analyse studies",
        add_help=False,
    )
    commands.add_parser("manage", help="run any Django management command", add_help=False)
    return parser


def _manage(words: list[str]) -> int:
    from django.core.management import execute_from_command_line

    execute_from_command_line(["everyhour manage", *words])
    return 0


if __name__ == "__main__":
    sys.exit(main())
