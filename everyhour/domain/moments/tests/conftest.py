import pytest
from django.db import transaction

from everyhour.domain.practices import actions
from everyhour.domain.practices.tests import libraries


@pytest.fixture(scope="module")
def library(django_db_setup, django_db_blocker):
    """Load the real library, once for all tests of a file."""
    with django_db_blocker.unblock(), transaction.atomic():
        actions.load(libraries.real(), at=libraries.MONDAY)
        yield
        transaction.set_rollback(True)
