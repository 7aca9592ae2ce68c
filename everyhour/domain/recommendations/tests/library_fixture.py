"""The real library in the database, with its offline bundle."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction

from everyhour.domain.practices import actions
from everyhour.domain.practices.tests import libraries
from everyhour.domain.recommendations import bundle


@contextmanager
def loaded_library() -> Iterator[bundle.Built]:
    """Load once for many tests, in a transaction that is rolled back at the end."""
    with transaction.atomic():
        actions.load(libraries.real(), at=libraries.MONDAY)
        yield bundle.build(at=libraries.MONDAY)
        transaction.set_rollback(True)
