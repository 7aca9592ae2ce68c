"""Announce events to open pages: in this process, or to all processes through PostgreSQL.

On SQLite there is one web process; pages see what the worker announces at their next request.
"""

import json
import logging
import threading

import psycopg
from django.db import connection, transaction

from everyhour.foundation.live.hub import Hub, hub

logger = logging.getLogger("everyhour.live")

LINE = "everyhour_live"
MOST_IDS = 50  # a PostgreSQL notification carries at most 8000 bytes


def announce(channel: str, kind: str, ids: tuple[str, ...] = ()) -> None:
    """Publish an event on a channel after the transaction commits; ids beyond 50 are dropped."""
    ids = tuple(ids)[:MOST_IDS]
    transaction.on_commit(
        lambda: _publish({"channel": channel, "kind": kind, "ids": ids}), robust=True
    )


def close(person: str) -> None:
    """End a person's open streams in all processes after the transaction commits."""
    transaction.on_commit(lambda: _publish({"close": person}), robust=True)


def several() -> bool:
    """Return whether other processes may have listeners."""
    return connection.vendor == "postgresql"


def _publish(message: dict) -> None:
    if not several():
        return hear(hub, message)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [LINE, json.dumps(message)])


def hear(by: Hub, message: dict) -> None:
    if "close" in message:
        by.close(message["close"])
    else:
        by.publish(message["channel"], message["kind"], tuple(message["ids"]))


def bridge(by: Hub = hub) -> "Bridge | None":
    """On PostgreSQL, start a thread that receives what every process announces; else None."""
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
    """Listens on a connection to PostgreSQL and passes events on to the hub."""

    def __init__(self, by: Hub, address: dict):
        super().__init__(name="live", daemon=True)
        self.by, self.address, self.ending = by, address, threading.Event()

    def run(self) -> None:
        pause = 1.0
        while not self.ending.is_set():
            try:
                with psycopg.connect(**self.address, autocommit=True, connect_timeout=5) as line:
                    line.execute(f"LISTEN {LINE}")
                    self.by.refresh()  # events may have been missed
                    pause = 1.0
                    self.listen(line)
            except psycopg.Error:
                logger.warning("Live events lost the database. Reconnecting in %.0f s.", pause)
                self.ending.wait(pause)
                pause = min(pause * 2, 30)

    def listen(self, line: psycopg.Connection) -> None:
        while not self.ending.is_set():
            for notice in line.notifies(timeout=1):
                hear(self.by, json.loads(notice.payload))

    def stop(self) -> None:
        self.ending.set()
        self.join(5)
