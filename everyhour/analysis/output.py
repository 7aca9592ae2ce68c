"""Shared by the commands that read this server's data: Django setup, and tables of text."""

import argparse
import os
from collections.abc import Sequence

from everyhour.analysis.arguments import Command


def on_this_server(command: Command) -> Command:
    """Set up Django before the command; print a message and exit with 1 if the database fails."""

    def run(options: argparse.Namespace) -> int:
        import django
        from django.db import DatabaseError

        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "everyhour.config.settings")
        django.setup()
        try:
            return command(options)
        except DatabaseError as error:
            reason = str(error).splitlines()[0]
            print(f"The database cannot be used: {reason}. Has `everyhour prepare` been run?")
            return 1

    run.__doc__ = command.__doc__
    return run


def table(rows: Sequence[Sequence[str]]) -> str:
    """Format rows as a table; the first row is the header. Columns with numbers align right."""
    left = [all(not _is_number(row[i]) for row in rows[1:]) for i in range(len(rows[0]))]
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = []
    for row in rows:
        cells = zip(row, widths, left, strict=True)
        aligned = (
            cell.ljust(wide) if to_left else cell.rjust(wide) for cell, wide, to_left in cells
        )
        lines.append("  ".join(aligned).rstrip())
    return "\n".join([lines[0], "─" * max(map(len, lines)), *lines[1:]])


def _is_number(cell: str) -> bool:
    return cell.lstrip("+-")[:1].isdigit()
