"""Regular maintenance of the database file."""

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
    _check(sqlite.quick_check)


def integrity_check(at: datetime) -> None:
    _check(sqlite.integrity_check)


class Damaged(Exception):
    """The database file is corrupt; the message says what was found and what to do."""


def _check(check: Callable[[Path], str]) -> None:
    """Log damage and raise, so that the job's row keeps the message until a check succeeds."""
    if connection.vendor == "sqlite" and (found := check(connection.settings_dict["NAME"])) != "ok":
        message = (
            f"The database file is damaged: {found}. "
            "Stop the server and restore a backup; docs/operate/database.md says how."
        )
        logger.critical(message)
        raise Damaged(message)
