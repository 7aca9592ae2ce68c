"""Old assets are kept while an open page may load them, and then deleted."""

import os
from datetime import UTC, datetime, timedelta

import pytest

from everyhour.foundation.ui import tasks
from everyhour.foundation.ui.tests import served

NOW = datetime(2027, 6, 1, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path, settings):
    """The assets of this release, with one file of an older one."""
    for file in served.assets().glob("*.json"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    settings.STATIC_ROOT = tmp_path
    return tmp_path


def put(folder, name: str, *, days_old: int):
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("/* */")
    then = (NOW - timedelta(days=days_old)).timestamp()
    os.utime(file, (then, then))
    return file


def test_files_of_an_old_release_are_deleted_after_90_days(folder):
    young, old = (
        put(folder, f"ui/base.{name}.css", days_old=days)
        for name, days in (("aaaaaaaaaaaa", 89), ("bbbbbbbbbbbb", 91))
    )
    compressed = put(folder, "ui/base.bbbbbbbbbbbb.css.gz", days_old=91)

    assert tasks.prune_assets(NOW) == 2

    assert (young.exists(), old.exists(), compressed.exists()) == (True, False, False)


def test_files_of_this_release_are_kept_at_any_age(folder):
    from django.contrib.staticfiles.storage import staticfiles_storage

    current = staticfiles_storage.stored_name("ui/base.css")
    files = [put(folder, name, days_old=400) for name in (current, f"{current}.gz")]

    assert tasks.prune_assets(NOW) == 0

    assert all(file.exists() for file in files)
    assert (folder / "staticfiles.json").exists()


def test_90_days_begin_when_a_release_stops_serving_a_file(folder):
    """After a release that served for 100 days, pages opened yesterday still load its files."""
    name = put(folder, "ui/base.cccccccccccc.css", days_old=100)
    manifest = folder / "staticfiles.json"
    this_release = manifest.read_text()
    manifest.write_text(
        '{"paths": {"ui/base.css": "ui/base.cccccccccccc.css"}, "version": "1.1", "hash": ""}'
    )
    _read_manifest_again()
    tasks.prune_assets(NOW - timedelta(days=1))
    manifest.write_text(this_release)
    _read_manifest_again()

    tasks.prune_assets(NOW)

    assert name.exists()


def test_nothing_is_deleted_without_a_manifest(folder):
    (folder / "staticfiles.json").unlink()
    _read_manifest_again()
    file = put(folder, "ui/base.dddddddddddd.css", days_old=91)

    tasks.prune_assets(NOW)

    assert file.exists()


def _read_manifest_again() -> None:
    """Reload the manifest, as a new process does when it starts."""
    from django.contrib.staticfiles.storage import staticfiles_storage

    staticfiles_storage.hashed_files, staticfiles_storage.manifest_hash = (
        staticfiles_storage.load_manifest()
    )
