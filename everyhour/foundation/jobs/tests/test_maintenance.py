"""Maintenance of SQLite's file; PostgreSQL is left alone."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from everyhour.foundation.jobs import tasks
from everyhour.foundation.jobs.actions import Regular, enrol, run_due
from everyhour.foundation.jobs.models import Job

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.mark.django_db(transaction=True)
def test_checkpoint_moves_the_log_into_the_file():
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE words (word TEXT)")
        cursor.execute("INSERT INTO words VALUES ('settled')")
    try:
        tasks.checkpoint(NOON)

        if connection.vendor == "sqlite":
            with closing(
                sqlite3.connect(f"file:{connection.settings_dict['NAME']}?immutable=1", uri=True)
            ) as without_log:
                assert without_log.execute("SELECT word FROM words").fetchall() == [("settled",)]
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE words")


@pytest.mark.django_db(transaction=True)
def test_healthy_database_passes(caplog):
    tasks.quick_check(NOON)
    tasks.integrity_check(NOON)

    assert caplog.records == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("check", [tasks.quick_check, tasks.integrity_check])
def test_damage_is_logged_and_kept_as_the_error(tmp_path, monkeypatch, caplog, check):
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL looks after its own files")
    damaged = tmp_path / "damaged.sqlite3"
    damaged.write_bytes(b"SQLite format 3\x00" + bytes(5000))
    job = Regular("check", check, every=timedelta(hours=1))
    enrol([job], at=NOON)

    monkeypatch.setitem(
        connection.settings_dict, "NAME", str(damaged)
    )  # this connection stays open on its own file
    run_due([job], at=NOON, clock=lambda: NOON)

    assert (
        "The database file is damaged" in caplog.text and "docs/operate/database.md" in caplog.text
    )
    assert "restore a backup" in Job.objects.get(name="check").last_error
