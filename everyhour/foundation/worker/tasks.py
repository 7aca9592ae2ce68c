"""What the database itself needs from time to time."""

import logging
from datetime import datetime
from pathlib import Path

from django.db import connection

from everyhour.foundation.lib import sqlite

logger = logging.getLogger("everyhour.worker")


def checkpoint(at: datetime) -> None:
    if connection.vendor == "sqlite" and Path(connection.settings_dict["NAME"]).exists():
        sqlite.checkpoint(connection.settings_dict["NAME"])


def quick_check(at: datetime) -> None:
    if connection.vendor == "sqlite" and (found := sqlite.quick_check(connection.settings_dict["NAME"])) != "ok":
        logger.critical("The database file is damaged: %s. Restore a backup; docs/operate/database.md says how.", found)
