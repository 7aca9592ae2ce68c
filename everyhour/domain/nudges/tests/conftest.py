import pytest

from everyhour.domain.recommendations.tests import library_fixture


@pytest.fixture(scope="module")
def library(django_db_setup, django_db_blocker):
    """The real library and its pocket, for all tests of one file."""
    with django_db_blocker.unblock(), library_fixture.loaded_library() as built:
        yield built
