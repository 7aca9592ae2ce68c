"""Old assets stay for pages that are still open somewhere; after 90 days they may go."""

import os
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage

KEPT_FOR = timedelta(days=90)


def prune_assets(at: datetime) -> int:
    """Remove hashed files that no page of the last 90 days can ask for, and count them."""
    current = set(getattr(staticfiles_storage, "hashed_files", {}).values())
    if not current:  # without its list of files nothing can be told apart
        return 0
    oldest, gone = at.timestamp() - KEPT_FOR.total_seconds(), 0
    for path in Path(settings.STATIC_ROOT).rglob("*"):
        name = path.relative_to(settings.STATIC_ROOT).as_posix()
        plain = name.removesuffix(".gz")
        if plain in current:
            os.utime(
                path, (at.timestamp(), at.timestamp())
            )  # the 90 days begin when a release stops serving it
        elif path.is_file() and plain != "staticfiles.json" and path.stat().st_mtime < oldest:
            path.unlink()
            gone += 1
    return gone
