"""What the commands about this server share: Django set up, a table, and a sentence for what stands in the way."""

import argparse
import os
from collections.abc import Callable, Sequence

Command = Callable[[argparse.Namespace], int]


def about_this_server(work: Command) -> Command:
    """Set Django up first, and say in a sentence when there is no database to look into."""

    def run(options: argparse.Namespace) -> int:
        import django
        from django.db import DatabaseError

        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "everyhour.config.settings")
        django.setup()
        try:
            return work(options)
        except DatabaseError as error:
            print(
                f"The database does not answer: {str(error).splitlines()[0]}. Is it prepared (everyhour prepare)?"
            )
            return 1

    return run


def table(rows: Sequence[Sequence[str]]) -> str:
    """Line up columns, the first and the last to the left where they hold words; a line parts the head from the rest."""
    left = [all(not _number(row[i]) for row in rows[1:]) for i in range(len(rows[0]))]
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = [
        "  ".join(
            cell.ljust(width) if to_left else cell.rjust(width)
            for cell, width, to_left in zip(row, widths, left, strict=True)
        ).rstrip()
        for row in rows
    ]
    return "\n".join([lines[0], "─" * max(len(line) for line in lines), *lines[1:]])


def _number(cell: str) -> bool:
    return cell[:1].isdigit() or cell[:2] in {f"{sign}{n}" for sign in "+-" for n in range(10)}
