"""The changes that were sent, and whether a database holds exactly the acknowledged ones.

Knows nothing of the product's fold: only one writer changes a moment, one change after another, so
the expected moment is simple to compute.
"""

import base64
import json
import sqlite3
from collections import Counter
from collections.abc import Iterator, Set
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from everyhour.foundation.lib import sealing

OPENED = 100  # sealed bodies opened at each look; all of them would take too long


@dataclass(frozen=True)
class Sent:
    """One change as a writer sent it."""

    key: str
    moment: str
    counter: int
    set: dict[str, Any]
    note: str = ""
    replaces: tuple[str, ...] = ()


class Truth:
    """Every change that was ever sent."""

    def __init__(self) -> None:
        self.sent: dict[str, Sent] = {}

    def judge(
        self, database: Path, *, answered: Set[str], master: Path | None = None
    ) -> Iterator[str]:
        """Check a database file, given the changes that had been acknowledged by then."""
        try:
            with closing(sqlite3.connect(database, timeout=20)) as connection:
                found = connection.execute("PRAGMA integrity_check(5)").fetchall()
                if found != [("ok",)]:
                    lines = " ".join(str(row[0]) for row in found)
                    yield f"corrupt: {lines.replace(chr(10), ' ')[:200]}"
                yield from self._compare(connection, answered, master)
        except sqlite3.DatabaseError as error:
            if answered:
                yield f"lost: all {len(answered)} answered changes, the file cannot be read"
            yield f"corrupt: {error}"

    def _compare(
        self, connection: sqlite3.Connection, answered: Set[str], master: Path | None
    ) -> Iterator[str]:
        rows = connection.execute(
            "SELECT key, moment_key, counter, family_id, body FROM moments_change"
        ).fetchall()
        counts = Counter(row[0] for row in rows)
        if lost := answered - counts.keys():
            yield f"lost: {len(lost)} of {len(answered)} answered changes"
        if doubled := [key for key, count in counts.items() if count > 1]:
            yield f"doubled: {len(doubled)} changes"
        if strange := counts.keys() - self.sent.keys():
            yield f"invented: {len(strange)} changes that nobody sent"
        if wrong := [row[0] for row in rows if row[0] in self.sent and not self._as_sent(row)]:
            yield f"changed: {len(wrong)} changes"
        yield from self._fold(connection, [self.sent[key] for key in counts if key in self.sent])
        yield from self._open(
            [row for row in rows if row[0] in answered][-OPENED:], connection, master
        )
        if connection.execute(
            "SELECT 1 FROM audit_entry GROUP BY subject HAVING max(number) != count(*)"
        ).fetchone():
            yield "the audit has gaps"
        if connection.execute("PRAGMA foreign_key_check").fetchone():
            yield "a row points at one that is gone"

    def _as_sent(self, row: tuple) -> bool:
        return (row[1], row[2]) == (self.sent[row[0]].moment, self.sent[row[0]].counter)

    def _fold(self, connection: sqlite3.Connection, there: list[Sent]) -> Iterator[str]:
        """Check that moments and notes are the fold of the stored changes."""
        expected: dict[str, dict[str, Any]] = {}
        for change in sorted(there, key=lambda change: change.counter):
            expected.setdefault(change.moment, {}).update(change.set)
        moments = connection.execute("SELECT key, minutes, outcome FROM moments_moment").fetchall()
        if len(moments) != len({row[0] for row in moments}):
            yield "doubled: moments"
        stored = {
            key: {"minutes": minutes, "outcome": outcome} for key, minutes, outcome in moments
        }
        if wrong := [
            key for key in expected.keys() | stored.keys() if expected.get(key) != stored.get(key)
        ]:
            yield f"not what its changes come to: {len(wrong)} moments"
        replaced = {key for change in there for key in change.replaces}
        notes = {change.key for change in there if change.note and change.key not in replaced}
        kept = [row[0] for row in connection.execute("SELECT change_key FROM moments_note")]
        if Counter(kept) != Counter(notes):
            yield f"notes: {len(notes)} expected, {len(kept)} found"

    def _open(
        self, rows: list[tuple], connection: sqlite3.Connection, master: Path | None
    ) -> Iterator[str]:
        """Check that sealed rows can be opened: if the key is lost, so are they."""
        if not master or not rows:
            return
        try:
            first = base64.b64decode(master.read_text().strip(), validate=True)
            wrapped = connection.execute("SELECT id, key FROM families_family").fetchall()
            keys = {
                family: sealing.unwrap(first, bytes(key), place=family) for family, key in wrapped
            }
            bodies = [
                (row[0], json.loads(sealing.unseal(keys[row[3]], row[4], place=f"change:{row[0]}")))
                for row in rows
            ]
        except (OSError, ValueError, KeyError, sealing.Unreadable) as error:
            yield f"lost: the answered changes cannot be opened ({type(error).__name__})"
            return
        if wrong := [
            key for key, body in bodies if not self.sent[key].set.items() <= body["set"].items()
        ]:
            yield f"changed: {len(wrong)} bodies"
