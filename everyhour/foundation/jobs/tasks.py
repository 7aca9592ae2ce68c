"""What the database itself needs from time to time."""

import logging
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from django.db import connection

from everyhour.foundation.lib import sqlite

logger = logging.getLogger("everyhour.worker")


def checkpoint(at: datetime) -> None:
    if connection.vendor == "sqlite" and Path(connection.settings_dict["NAME"]).exists():
        sqlite.checkpoint(connection.settings_dict["NAME"])


def quick_check(at: datetime) -> None:
    _look(sqlite.quick_check)


def integrity_check(at: datetime) -> None:
    _look(sqlite.integrity_check)


class Damaged(Exception):
    """The database's file is not as SQLite wrote it; the message says what was found and what to do."""


def _look(check: Callable[[Path], str]) -> None:
    """Say it loudly in the log, and fail, so that the job's row keeps the words until a look finds the file well again."""
    if connection.vendor == "sqlite" and (found := check(connection.settings_dict["NAME"])) != "ok":
        told = f"The database file is damaged: {found}. Stop the server and restore a backup; docs/operate/database.md says how."
        logger.critical(told)
        raise Damaged(told)
