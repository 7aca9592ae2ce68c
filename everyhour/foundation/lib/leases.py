"""Leases on rows with a `held_until` column: one worker at a time works on a row.

Each function is one UPDATE, so of several workers exactly one succeeds, on SQLite and PostgreSQL.
"""

from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Model, Q, QuerySet


def free(at: datetime) -> Q:
    """Match rows that nobody holds."""
    return Q(held_until__isnull=True) | Q(held_until__lte=at)


def stale(at: datetime, length: timedelta) -> Q:
    """Match leases that have ended, or that end too late to be real: the clock was set back."""
    return Q(held_until__lte=at) | Q(held_until__gt=at + 2 * length)


def claim(row: QuerySet, **changes) -> bool:
    """Change a single row; False when it no longer matches because another worker was first."""
    return row.update(**changes) == 1


def held(row: Model, **still) -> QuerySet:
    """Return the row, or nothing when another worker has taken it since."""
    return type(row)._default_manager.filter(pk=row.pk, held_until=row.held_until, **still)  # type: ignore[attr-defined]


def renew(row: Model, until: datetime, **still) -> bool:
    """Extend the lease, in the database and on `row`; False when it was lost."""
    if not claim(held(row, **still), held_until=until):
        return False
    row.held_until = until  # type: ignore[attr-defined]
    return True


def release(row: Model, **changes) -> bool:
    """End the lease and record the result; False, and nothing written, when it was lost."""
    return claim(held(row), held_until=None, **changes)


def skip_locked(rows: QuerySet) -> QuerySet:
    """Lock rows, passing over those another worker has locked; SQLite locks the whole file anyway."""
    if not connection.features.has_select_for_update_skip_locked:
        return rows
    return rows.select_for_update(skip_locked=True, of=("self",))
