"""What the worker does for SQLite's file, and that it leaves PostgreSQL to itself."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime

import pytest
from django.db import connection

from everyhour.foundation.worker import tasks

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.mark.django_db(transaction=True)
def test_the_log_is_copied_into_the_file_our_pages_use():
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE told (word TEXT)")
        cursor.execute("INSERT INTO told VALUES ('settled')")
    try:
        tasks.checkpoint(NOON)

        if connection.vendor == "sqlite":
            with closing(sqlite3.connect(f"file:{connection.settings_dict['NAME']}?immutable=1", uri=True)) as without_log:
                assert without_log.execute("SELECT word FROM told").fetchall() == [("settled",)]
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE told")


@pytest.mark.django_db(transaction=True)
def test_a_healthy_database_raises_no_alarm(caplog):
    tasks.quick_check(NOON)

    assert caplog.records == []
