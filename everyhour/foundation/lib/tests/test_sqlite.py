"""SQLite with our settings is durable; faulty versions need a single checkpointer."""

import shutil
import sqlite3
import threading
import time
from contextlib import closing

import pytest
from django.db import connection

from everyhour.foundation.lib import sqlite

FAULTY, MENDED = (3, 40, 1), (3, 51, 3)


@pytest.mark.parametrize(
    ("version", "faulty"),
    [
        ((3, 6, 23), False),
        ((3, 7, 0), True),
        ((3, 40, 1), True),
        ((3, 51, 2), True),
        ((3, 51, 3), False),
        ((3, 52, 0), False),
        ((4, 0, 0), False),
    ],
)
def test_the_versions_with_the_fault_are_known(version, faulty):
    assert sqlite.has_wal_reset_fault(version) is faulty


def test_without_a_version_this_machines_own_is_meant():
    assert sqlite.has_wal_reset_fault() is sqlite.has_wal_reset_fault(sqlite3.sqlite_version_info)


def test_a_faulty_version_without_a_checkpointer_says_what_to_do():
    with pytest.raises(sqlite.UnsafeSQLite) as refused:
        sqlite.require_checkpointer(active=False, version=FAULTY)

    said = str(refused.value)
    assert "SQLite 3.40.1" in said
    assert all(
        way in said for way in ("everyhour serve", "--worker-elsewhere", "3.51.3", "PostgreSQL")
    )


@pytest.mark.parametrize(("active", "version"), [(True, FAULTY), (True, MENDED), (False, MENDED)])
def test_a_checkpointer_or_a_mended_version_is_enough(active, version):
    sqlite.require_checkpointer(active=active, version=version)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "everyhour.sqlite3"


def connect(path, version=FAULTY) -> sqlite3.Connection:
    opened = sqlite3.connect(path, timeout=5, isolation_level=None)
    opened.executescript(sqlite.pragmas(version))
    return opened


def read(opened: sqlite3.Connection, pragma: str):
    return opened.execute(f"PRAGMA {pragma}").fetchone()[0]


@pytest.mark.parametrize(("version", "own"), [(FAULTY, 0), (MENDED, 1000)])
def test_connections_checkpoint_by_themselves_only_where_that_is_safe(path, version, own):
    with closing(connect(path, version)) as opened:
        assert read(opened, "wal_autocheckpoint") == own


def test_the_settings_that_lose_nothing_are_in_force(path):
    with closing(connect(path)) as opened:
        assert read(opened, "journal_mode") == "wal"
        assert (
            read(opened, "synchronous"),
            read(opened, "foreign_keys"),
            read(opened, "secure_delete"),
        ) == (2, 1, 1)
        assert read(opened, "busy_timeout") == 20000


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "sqlite", reason="asks SQLite")
def test_the_settings_are_in_force_on_the_connection_our_pages_use():
    with connection.cursor() as cursor:

        def told(pragma):
            return cursor.execute(f"PRAGMA {pragma}").fetchone()[0]

        assert told("journal_mode") == "wal"
        assert (told("synchronous"), told("foreign_keys"), told("secure_delete")) == (2, 1, 1)
        assert told("busy_timeout") == 20000
        assert told("wal_autocheckpoint") == (0 if sqlite.has_wal_reset_fault() else 1000)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="asks SQLite")
def test_a_transaction_takes_its_place_at_once():
    assert connection.settings_dict["OPTIONS"]["transaction_mode"] == "IMMEDIATE"


def test_a_checkpoint_copies_every_frame_into_the_file(path):
    with closing(connect(path)) as opened:
        opened.execute("CREATE TABLE moment (told TEXT)")
        opened.executemany("INSERT INTO moment VALUES (?)", [("settled",)] * 50)

        busy, frames, copied = sqlite.checkpoint(path)

        assert (busy, copied) == (0, frames)
        assert frames > 0
        alone = shutil.copy(path, path.with_name("without-its-log.sqlite3"))
    with closing(sqlite3.connect(alone)) as found:
        assert found.execute("SELECT count(*) FROM moment").fetchone() == (50,)


def test_readers_and_writers_beside_a_checkpoint_are_not_refused(path):
    with closing(connect(path)) as opened:
        opened.execute("CREATE TABLE moment (told TEXT)")
    until, refused, written = time.monotonic() + 1, [], []

    def write():
        with closing(connect(path)) as own:
            while time.monotonic() < until:
                try:
                    own.execute("INSERT INTO moment VALUES ('a_bit')")
                    written.append(own.execute("SELECT count(*) FROM moment").fetchone())
                except sqlite3.OperationalError as error:
                    refused.append(error)

    writers = [threading.Thread(target=write) for _ in range(3)]
    for writer in writers:
        writer.start()
    while time.monotonic() < until:
        sqlite.checkpoint(path)
    for writer in writers:
        writer.join()

    with closing(connect(path)) as opened:
        assert refused == []
        assert opened.execute("SELECT count(*) FROM moment").fetchone() == (len(written),)
        assert len(written) > 3
    assert sqlite.quick_check(path) == "ok"


def test_a_checkpoint_lets_go_of_the_lock_even_when_it_copies_nothing(path):
    with closing(connect(path)) as opened:
        opened.execute("CREATE TABLE moment (told TEXT)")
        sqlite.checkpoint(path)
        sqlite.checkpoint(path)

        opened.execute("INSERT INTO moment VALUES ('settled')")

        assert opened.execute("SELECT count(*) FROM moment").fetchone() == (1,)


@pytest.fixture
def filled(path):
    with closing(sqlite3.connect(path)) as opened, opened:
        opened.execute("CREATE TABLE moment (told TEXT)")
        opened.executemany("INSERT INTO moment VALUES (?)", [("settled" * 50,)] * 200)
    return path


def damage(path, at: int, size: int) -> None:
    with path.open("r+b") as file:
        file.seek(at)
        file.write(bytes(size))


def test_a_whole_file_is_well(filled):
    assert sqlite.quick_check(filled) == sqlite.integrity_check(filled) == "ok"


@pytest.mark.parametrize(("at", "size"), [(0, 100), (3 * 4096, 4096)], ids=["its head", "a page"])
def test_a_damaged_file_is_noticed(filled, at, size):
    damage(filled, at, size)

    assert sqlite.quick_check(filled) != "ok"
    assert sqlite.integrity_check(filled) != "ok"


def test_a_row_that_points_at_nothing_is_found_by_the_longer_look(filled):
    with closing(sqlite3.connect(filled)) as opened, opened:
        opened.execute("CREATE TABLE family (id INTEGER PRIMARY KEY)")
        opened.execute("CREATE TABLE child (family INTEGER REFERENCES family (id))")
        opened.execute("INSERT INTO child VALUES (7)")

    assert sqlite.quick_check(filled) == "ok"
    assert sqlite.integrity_check(filled) == "a row of child points at one that is not there"
