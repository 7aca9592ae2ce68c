"""Types of command-line arguments, and errors as messages instead of tracebacks."""

import argparse
from collections.abc import Callable

from everyhour.engine.evaluation.study import UnusableData

Command = Callable[[argparse.Namespace], int]


def add_command(commands, name: str, run: Command, *, help: str, epilog: str):
    """Add a subcommand described by the docstring of `run`; return its parser."""
    parser = commands.add_parser(
        name,
        help=help,
        description=run.__doc__,
        epilog=epilog,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.set_defaults(run=run)
    return parser


def reports_errors(command: Command) -> Command:
    """Print unusable data and unreadable files as messages, and exit with 1."""

    def run(options: argparse.Namespace) -> int:
        try:
            return command(options)
        except UnusableData as reason:
            print(reason)
        except UnicodeDecodeError:
            print("This file is not UTF-8 text. Save it as CSV in UTF-8.")
        except OSError as error:
            print(f"{error.filename}: {error.strerror}.")
        return 1

    run.__doc__ = command.__doc__
    return run


def names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]


def pairs(text: str) -> dict[str, str]:
    try:
        return {
            name.strip(): value.strip() for name, value in (pair.split("=") for pair in names(text))
        }
    except ValueError:
        raise argparse.ArgumentTypeError(f"“{text}” is not like family=home,sent=A") from None


def number_pairs(text: str) -> dict[str, float]:
    try:
        return {name: float(value) for name, value in pairs(text).items()}
    except (ValueError, argparse.ArgumentTypeError):
        raise argparse.ArgumentTypeError(f"“{text}” is not like lowcap=1,day=20") from None


def proportion(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text} is not a number") from None
    if not 0 < value < 1:
        raise argparse.ArgumentTypeError(f"{text} is not between 0 and 1")
    return value


def count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a whole number from 1")
    return int(text)
