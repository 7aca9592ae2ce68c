"""A prepared state folder: migrated, library loaded, offline bundle and static files built.

It is built once and copied for each server. Journeys, proofs and all workers of pytest-xdist share
it: it is in the system's temporary folder, named by a hash of everything it is made from. On
PostgreSQL the database is a template, and the folder holds the rest.
"""

import contextlib
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import psycopg
from psycopg import sql

ROOT = Path(__file__).resolve().parent.parent
FOLDER = Path(tempfile.gettempdir()) / f"everyhour-prepared-{os.getuid()}"
# Settings that change what `everyhour prepare` writes: each value gets a prepared state of its own.
SHAPING = ("EVERYHOUR_LANGUAGES",)
SETTINGS = "everyhour.config.settings"
A_DAY = 24 * 3600


def copy_state(state: Path, environment: dict[str, str]) -> None:
    """Copy the prepared state to a new folder, without keys: each server creates its own."""
    shutil.copytree(
        _prepared(environment), state, ignore=shutil.ignore_patterns("keys"), dirs_exist_ok=True
    )


def create_database(name: str, environment: dict[str, str]) -> None:
    """Create a PostgreSQL database as a copy of the prepared one."""
    _prepared(environment)
    template = _template(_key(_shape(environment)))
    with _connect() as connection:
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                sql.Identifier(name), sql.Identifier(template)
            )
        )


def fits(environment: dict[str, str]) -> bool:
    """Return whether a server with this environment can start from the prepared state."""
    content = environment.get("EVERYHOUR_CONTENT") or str(ROOT / "content")
    settings = environment.get("DJANGO_SETTINGS_MODULE") or SETTINGS
    return content == str(ROOT / "content") and settings == SETTINGS


def _shape(environment: dict[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple((name, environment[name]) for name in SHAPING if environment.get(name))


@cache
def _key(shape: tuple[tuple[str, str], ...]) -> str:
    digest = hashlib.sha256(repr((shape, sys.version, shared_database())).encode())
    files = [ROOT / "requirements.lock"]
    for folder in ("everyhour", "content"):
        files += sorted(path for path in (ROOT / folder).rglob("*") if path.is_file())
    for path in files:
        if "__pycache__" not in path.parts and "tests" not in path.parts:
            digest.update(f"{path.relative_to(ROOT)}\0".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _prepared(environment: dict[str, str]) -> Path:
    shape = _shape(environment)
    key = _key(shape)
    ready = FOLDER / key
    with _lock(key):
        if not ready.exists() or not _template_exists(key):
            _build(key, dict(shape))
    return ready


def _build(key: str, shape: dict[str, str]) -> None:
    building, ready = FOLDER / f"{key}.building", FOLDER / key
    for folder in (building, ready):
        shutil.rmtree(folder, ignore_errors=True)
    _remove_old()
    environment = {**os.environ, **shape, "EVERYHOUR_STATE": str(building), "PYTHONPATH": str(ROOT)}
    shared, template = shared_database(), _template(key)
    if shared:
        with _connect() as connection:
            for statement in ("DROP DATABASE IF EXISTS {}", "CREATE DATABASE {}"):
                connection.execute(sql.SQL(statement).format(sql.Identifier(f"{template}_new")))
        environment["EVERYHOUR_DATABASE"] = f"{shared.rsplit('/', 1)[0]}/{template}_new"
    command = [sys.executable, "-m", "everyhour", "prepare"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"`everyhour prepare` failed.\n{done.stdout}{done.stderr}")
    if shared:
        with _connect() as connection:
            connection.execute(
                sql.SQL("ALTER DATABASE {} RENAME TO {}").format(
                    sql.Identifier(f"{template}_new"), sql.Identifier(template)
                )
            )
    building.rename(ready)


def _remove_old() -> None:
    """Delete prepared states older than a day."""
    for path in FOLDER.iterdir():
        with contextlib.suppress(OSError):
            if path.is_dir() and time.time() - path.stat().st_mtime > A_DAY:
                shutil.rmtree(path, ignore_errors=True)


@contextlib.contextmanager
def _lock(key: str) -> Iterator[None]:
    FOLDER.mkdir(mode=0o700, exist_ok=True)
    with (FOLDER / f"{key}.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def shared_database() -> str:
    """Return the URL of the PostgreSQL in which tests may create databases, or an empty string."""
    address = os.environ.get("EVERYHOUR_DATABASE", "")
    return address if address.startswith("postgres") else ""


def _template(key: str) -> str:
    return f"everyhour_prepared_{key}"


def _template_exists(key: str) -> bool:
    if not shared_database():
        return True
    with _connect() as connection:
        found = connection.execute(
            "SELECT 1 FROM pg_database WHERE datname = %s", [_template(key)]
        ).fetchone()
    return found is not None


def _connect() -> psycopg.Connection:
    return psycopg.connect(shared_database(), autocommit=True)
