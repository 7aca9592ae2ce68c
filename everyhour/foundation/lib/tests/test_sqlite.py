"""SQLite with our settings is durable; faulty versions need a single checkpointer."""

import shutil
import sqlite3
import threading
import time
from contextlib import closing

import pytest
from django.db import connection

from everyhour.foundation.lib import sqlite

FAULTY, FIXED = (3, 40, 1), (3, 51, 3)


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
def test_versions_with_the_wal_reset_fault_are_known(version, faulty):
    assert sqlite.has_wal_reset_fault(version) is faulty


def test_version_defaults_to_the_installed_one():
    assert sqlite.has_wal_reset_fault() is sqlite.has_wal_reset_fault(sqlite3.sqlite_version_info)


def test_faulty_version_without_a_checkpointer_names_the_remedies():
    with pytest.raises(sqlite.UnsafeSQLite) as caught:
        sqlite.require_checkpointer(active=False, version=FAULTY)

    message = str(caught.value)
    assert "SQLite 3.40.1" in message
    for remedy in ("everyhour serve", "--worker-elsewhere", "3.51.3", "PostgreSQL"):
        assert remedy in message


@pytest.mark.parametrize(("active", "version"), [(True, FAULTY), (True, FIXED), (False, FIXED)])
def test_checkpointer_or_a_fixed_version_is_accepted(active, version):
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


@pytest.mark.parametrize(("version", "frames"), [(FAULTY, 0), (FIXED, 1000)])
def test_connections_of_faulty_versions_never_checkpoint(path, version, frames):
    with closing(connect(path, version)) as opened:
        assert read(opened, "wal_autocheckpoint") == frames


def test_pragmas_are_in_force_on_a_new_connection(path):
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
def test_pragmas_are_in_force_on_the_django_connection():
    with connection.cursor() as cursor:

        def value(pragma):
            return cursor.execute(f"PRAGMA {pragma}").fetchone()[0]

        assert value("journal_mode") == "wal"
        assert (value("synchronous"), value("foreign_keys"), value("secure_delete")) == (2, 1, 1)
        assert value("busy_timeout") == 20000
        assert value("wal_autocheckpoint") == (0 if sqlite.has_wal_reset_fault() else 1000)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="asks SQLite")
def test_transactions_begin_immediate():
    assert connection.settings_dict["OPTIONS"]["transaction_mode"] == "IMMEDIATE"


def test_checkpoint_copies_every_frame_into_the_file(path):
    with closing(connect(path)) as opened:
        opened.execute("CREATE TABLE moment (outcome TEXT)")
        opened.executemany("INSERT INTO moment VALUES (?)", [("settled",)] * 50)

        busy, frames, copied = sqlite.checkpoint(path)

        assert (busy, copied) == (0, frames)
        assert frames > 0
        copy = shutil.copy(path, path.with_name("without-its-log.sqlite3"))
    with closing(sqlite3.connect(copy)) as found:
        assert found.execute("SELECT count(*) FROM moment").fetchone() == (50,)


def test_checkpoints_refuse_no_concurrent_reader_or_writer(path):
    with closing(connect(path)) as opened:
        opened.execute("CREATE TABLE moment (outcome TEXT)")
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


def test_checkpoint_releases_the_lock_even_if_it_copies_nothing(path):
    with closing(connect(path)) as opened:
        opened.execute("CREATE TABLE moment (outcome TEXT)")
        sqlite.checkpoint(path)
        sqlite.checkpoint(path)

        opened.execute("INSERT INTO moment VALUES ('settled')")

        assert opened.execute("SELECT count(*) FROM moment").fetchone() == (1,)


@pytest.fixture
def filled(path):
    with closing(sqlite3.connect(path)) as opened, opened:
        opened.execute("CREATE TABLE moment (outcome TEXT)")
        opened.executemany("INSERT INTO moment VALUES (?)", [("settled" * 50,)] * 200)
    return path


def damage(path, at: int, size: int) -> None:
    with path.open("r+b") as file:
        file.seek(at)
        file.write(bytes(size))


def test_intact_file_passes_both_checks(filled):
    assert sqlite.quick_check(filled) == sqlite.integrity_check(filled) == "ok"


@pytest.mark.parametrize(("at", "size"), [(0, 100), (3 * 4096, 4096)], ids=["header", "page"])
def test_damaged_file_fails_both_checks(filled, at, size):
    damage(filled, at, size)

    assert sqlite.quick_check(filled) != "ok"
    assert sqlite.integrity_check(filled) != "ok"


def test_broken_foreign_key_fails_the_integrity_check_only(filled):
    with closing(sqlite3.connect(filled)) as opened, opened:
        opened.execute("CREATE TABLE family (id INTEGER PRIMARY KEY)")
        opened.execute("CREATE TABLE child (family INTEGER REFERENCES family (id))")
        opened.execute("INSERT INTO child VALUES (7)")

    assert sqlite.quick_check(filled) == "ok"
    assert sqlite.integrity_check(filled) == "a row of child refers to a missing row"
