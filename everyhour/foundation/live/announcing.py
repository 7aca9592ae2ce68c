"""Tell open pages from anywhere in Django: here, or through PostgreSQL, so that every process hears.

On SQLite there is one web process, and what the worker announces there is seen at the next look.
"""

import json
import logging
import threading

import psycopg
from django.db import connection, transaction

from everyhour.foundation.live.hub import Hub, hub

logger = logging.getLogger("everyhour.live")

LINE = "everyhour_live"
MOST_IDS = 50  # PostgreSQL carries 8000 bytes; a page that hears of more looks at everything


def announce(channel: str, kind: str, ids: tuple[str, ...] = ()) -> None:
    """Say, once the transaction is kept, that something changed for those who listen to this channel."""
    ids = tuple(ids)[:MOST_IDS]
    transaction.on_commit(lambda: _say({"channel": channel, "kind": kind, "ids": ids}), robust=True)


def close(person: str) -> None:
    """End a person's open streams everywhere, once the transaction is kept."""
    transaction.on_commit(lambda: _say({"close": person}), robust=True)


def several() -> bool:
    """Tell whether other processes may listen too."""
    return connection.vendor == "postgresql"


def _say(told: dict) -> None:
    if not several():
        return hear(hub, told)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [LINE, json.dumps(told)])


def hear(by: Hub, told: dict) -> None:
    if "close" in told:
        by.close(told["close"])
    else:
        by.publish(told["channel"], told["kind"], tuple(told["ids"]))


def bridge(by: Hub = hub) -> "Bridge | None":
    """On PostgreSQL, begin to hear what every process announces; a thread of its own, for as long as the process lives."""
    if not several():
        return None
    known = ("dbname", "host", "port", "user", "password", "service", "sslmode")
    made = Bridge(
        by,
        {
            name: value
            for name, value in connection.get_connection_params().items()
            if name in known
        },
    )
    made.start()
    return made


class Bridge(threading.Thread):
    """Holds one line to the database and hands on what is said there."""

    def __init__(self, by: Hub, address: dict):
        super().__init__(name="live", daemon=True)
        self.by, self.address, self.ending = by, address, threading.Event()

    def run(self) -> None:
        pause = 1.0
        while not self.ending.is_set():
            try:
                with psycopg.connect(**self.address, autocommit=True, connect_timeout=5) as line:
                    line.execute(f"LISTEN {LINE}")
                    self.by.refresh()  # whatever was said while we could not hear
                    pause = 1.0
                    self.listen(line)
            except psycopg.Error:
                logger.warning(
                    "The line to the database is down. Open pages hear again in %.0f s.", pause
                )
                self.ending.wait(pause)
                pause = min(pause * 2, 30)

    def listen(self, line: psycopg.Connection) -> None:
        while not self.ending.is_set():
            for notice in line.notifies(timeout=1):
                hear(self.by, json.loads(notice.payload))

    def stop(self) -> None:
        self.ending.set()
        self.join(5)
