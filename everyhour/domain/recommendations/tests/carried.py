"""The real library in the database, with its pocket built: what a phone would carry today."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction

from everyhour.domain.practices import actions
from everyhour.domain.practices.tests import shelves
from everyhour.domain.recommendations import bundle


@contextmanager
def today() -> Iterator[bundle.Built]:
    """Load once for many tests, inside a transaction that is taken back at the end."""
    with transaction.atomic():
        actions.load(shelves.real(), at=shelves.MONDAY)
        yield bundle.build(at=shelves.MONDAY)
        transaction.set_rollback(True)
