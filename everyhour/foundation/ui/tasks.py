"""Deletion of old assets: until then, a page that is still open can load them."""

import os
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage

KEPT_FOR = timedelta(days=90)


def prune_assets(at: datetime) -> int:
    """Delete files that no release has served for 90 days; return how many.

    Sets the modification time of the current release's files to `at`, so that their 90 days begin
    when a release stops serving them.
    """
    current = set(getattr(staticfiles_storage, "hashed_files", {}).values())
    if not current:  # without the manifest every file would look old
        return 0
    oldest, removed = at.timestamp() - KEPT_FOR.total_seconds(), 0
    for path in Path(settings.STATIC_ROOT).rglob("*"):
        name = path.relative_to(settings.STATIC_ROOT).as_posix()
        plain = name.removesuffix(".gz")
        if plain in current:
            os.utime(path, (at.timestamp(), at.timestamp()))
        elif path.is_file() and plain != "staticfiles.json" and path.stat().st_mtime < oldest:
            path.unlink()
            removed += 1
    return removed
