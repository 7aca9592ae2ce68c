"""The simulated disk and the tap, which are tools of a proof."""

import random
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest

from proofs.disk.platter import Platter
from proofs.disk.tap import WATCHED, Line, Tap

pytestmark = pytest.mark.proof
WORK = """
import os, sqlite3, sys
connection = sqlite3.connect(sys.argv[1])
connection.execute("PRAGMA journal_mode=WAL")
connection.execute("CREATE TABLE t (n)")
for n in range(500):
    connection.execute("INSERT INTO t VALUES (?)", (n,))
    connection.commit()
os._exit(0)
"""


@pytest.fixture
def base(tmp_path):
    (tmp_path / "base/data").mkdir(parents=True)
    (tmp_path / "base/data/old").write_bytes(b"a" * 1024)
    return tmp_path / "base"


def play(base, *lines) -> list[dict[str, bytes]]:
    """Replay these lines and cut the power with each of 60 seeds."""
    platter = Platter(base, WATCHED, watched_at=base)
    for what, name, *rest in lines:
        inode = sum(name.encode())  # differs between names, as on a disk
        written = rest[0] if rest else b""
        platter.play(Line(what, 1, inode, 0, 0, f"{base}/{name}", written))
    return [platter.after_cut(random.Random(seed)) for seed in range(60)]


def test_synced_bytes_always_survive(base):
    left = play(
        base,
        ("o", "data/old"),
        ("w", "data/old", b"b" * 1024),
        ("s", "data/old"),
        ("S", "data/old"),
    )

    assert {files["data/old"] for files in left} == {b"b" * 1024}


def test_unsynced_bytes_survive_in_whole_in_part_or_not_at_all(base):
    left = play(base, ("o", "data/old"), ("w", "data/old", b"b" * 1024))

    assert {files["data/old"] for files in left} == {
        b"a" * 1024,
        b"b" * 1024,
        b"a" * 512 + b"b" * 512,
        b"b" * 512 + b"a" * 512,
    }


def test_write_during_a_sync_is_not_safe(base):
    left = play(
        base,
        ("o", "data/old"),
        ("s", "data/old"),
        ("w", "data/old", b"b" * 1024),
        ("S", "data/old"),
    )

    assert b"a" * 1024 in {files["data/old"] for files in left}


def test_new_file_may_vanish_until_its_folder_is_synced(base):
    made = [("o", "data/new"), ("w", "data/new", b"n"), ("s", "data/new"), ("S", "data/new")]

    without = play(base, *made)
    after_sync = play(base, *made, ("d", "data"), ("s", "data"), ("S", "data"))

    assert {files.get("data/new") for files in without} == {b"n", None}
    assert {files.get("data/new") for files in after_sync} == {b"n"}


def test_removed_file_may_come_back(base):
    left = play(base, ("o", "data/old"), ("u", "data/old"))

    assert {"data/old" in files for files in left} == {True, False}


def test_tap_logs_everything_sqlite_does(tmp_path):
    state = tmp_path / "state"
    (state / "data").mkdir(parents=True)
    tap = Tap(tmp_path, state)

    command = [sys.executable, "-c", WORK, str(state / "data/it.sqlite3")]
    subprocess.run(command, env=tap.environment, check=True)
    platter = Platter(tmp_path / "nothing", WATCHED, watched_at=state.resolve())
    for line in tap.lines():
        platter.play(line)
    (tmp_path / "left").mkdir()
    for name, content in platter.after_cut(random.Random(1)).items():
        (tmp_path / "left" / name.removeprefix("data/")).write_bytes(content)

    assert not platter.unfollowed
    with closing(sqlite3.connect(tmp_path / "left/it.sqlite3")) as found:
        assert found.execute("SELECT count(*) FROM t").fetchone() == (500,)
