"""SQLite settings for durability, and a guard against versions that can corrupt a file."""

import sqlite3
from contextlib import closing
from pathlib import Path

# The WAL-reset race (sqlite.org/wal.html#walresetbug): a checkpoint racing with a writer that
# restarts the log can corrupt the file. Fixed in 3.51.3; Debian 12 ships 3.40.1. With a single
# checkpointer, holding the write lock while it works, the race cannot happen.
FAULTY_FROM, FAULTY_TO = (3, 7, 0), (3, 51, 2)

# synchronous=FULL: with NORMAL, two of three power cuts lose an acknowledged row (docs/adr/0003).
PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA busy_timeout=20000",
    "PRAGMA foreign_keys=ON",
    "PRAGMA secure_delete=ON",
    "PRAGMA mmap_size=134217728",
    "PRAGMA journal_size_limit=67108864",
)


class UnsafeSQLite(Exception):
    """This SQLite version can corrupt its file in this setup; the message names the remedies."""


def has_wal_reset_fault(version: tuple[int, ...] | None = None) -> bool:
    return FAULTY_FROM <= (version or sqlite3.sqlite_version_info) <= FAULTY_TO


def pragmas(version: tuple[int, ...] | None = None) -> str:
    """Return the statements for each new connection; faulty versions never checkpoint there."""
    frames = 0 if has_wal_reset_fault(version) else 1000
    return "; ".join((*PRAGMAS, f"PRAGMA wal_autocheckpoint={frames}")) + ";"


def require_checkpointer(*, active: bool, version: tuple[int, ...] | None = None) -> None:
    """Raise UnsafeSQLite on a faulty version without a single checkpointer."""
    if has_wal_reset_fault(version) and not active:
        found = ".".join(map(str, version or sqlite3.sqlite_version_info))
        raise UnsafeSQLite(
            f"SQLite {found} can corrupt its file when two processes checkpoint at once. Run the "
            "worker with the server (`everyhour serve`), add `--worker-elsewhere` if it already "
            "runs, use SQLite 3.51.3 or newer, or use PostgreSQL."
        )


def checkpoint(path: Path) -> tuple[int, int, int]:
    """Checkpoint while holding the write lock; return (busy, frames in log, frames copied).

    Uses two connections: the first holds the lock, so that no writer can restart the log; the
    second copies.
    """
    with closing(sqlite3.connect(path, timeout=20, isolation_level=None)) as lock:
        lock.execute("BEGIN IMMEDIATE")
        try:
            with closing(sqlite3.connect(path, timeout=20, isolation_level=None)) as copier:
                copier.execute("PRAGMA synchronous=FULL")
                return copier.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
        finally:
            lock.execute("ROLLBACK")


def empty_log(path: Path, *, tries: int = 5) -> bool:
    """Checkpoint and truncate the log, so that no deleted row stays in it; return False if busy.

    TRUNCATE takes the write lock before it restarts the log, so no writer restarts it meanwhile.
    """
    with closing(sqlite3.connect(path, timeout=1, isolation_level=None)) as copier:
        copier.execute("PRAGMA synchronous=FULL")
        return any(
            copier.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0
            for _ in range(tries)
        )


def quick_check(path: Path) -> str:
    """Return 'ok', or the first fault of the file's pages."""
    return _check(path, "PRAGMA quick_check(5)")


def integrity_check(path: Path) -> str:
    """Return 'ok', or the first fault of pages, indexes or foreign keys."""
    found = _check(path, "PRAGMA integrity_check(5)")
    if found == "ok" and (table := _check(path, "PRAGMA foreign_key_check")) != "ok":
        return f"a row of {table} refers to a missing row"
    return found


def _check(path: Path, pragma: str) -> str:
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=20)) as connection:
            row = connection.execute(pragma).fetchone()
            return row[0] if row else "ok"
    except sqlite3.DatabaseError as error:
        return str(error)
