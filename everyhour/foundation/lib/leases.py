"""Leases on rows with a `held_until` column: one worker at a time works on a row.

Claiming, renewing and releasing are each one UPDATE, so of several workers exactly one succeeds,
on SQLite and on PostgreSQL.
"""

from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Model, Q, QuerySet


def free(at: datetime) -> Q:
    """Match rows without a lease, or with one that has ended."""
    return Q(held_until__isnull=True) | Q(held_until__lte=at)


def stale(at: datetime, length: timedelta) -> Q:
    """Match leases that have ended, or that end too late to be real: the clock was set back."""
    return Q(held_until__lte=at) | Q(held_until__gt=at + 2 * length)


def claim(row: QuerySet, **changes) -> bool:
    """Change a single row; return False when another worker was first and it no longer matches."""
    return row.update(**changes) == 1


def held(row: Model, **still) -> QuerySet:
    """Match the row while its lease is ours and it still has these values."""
    until = row.held_until  # type: ignore[attr-defined]
    return type(row)._default_manager.filter(pk=row.pk, held_until=until, **still)


def renew(row: Model, until: datetime, **still) -> bool:
    """Extend the lease, in the database and on `row`; return False when it was lost."""
    if not claim(held(row, **still), held_until=until):
        return False
    row.held_until = until  # type: ignore[attr-defined]
    return True


def release(row: Model, **changes) -> bool:
    """End the lease and apply the changes; return False, writing nothing, when it was lost."""
    return claim(held(row), held_until=None, **changes)


def skip_locked(rows: QuerySet) -> QuerySet:
    """Lock rows, skipping those another worker has locked.

    Does nothing on SQLite, which locks the whole file anyway.
    """
    if not connection.features.has_select_for_update_skip_locked:
        return rows
    return rows.select_for_update(skip_locked=True, of=("self",))
