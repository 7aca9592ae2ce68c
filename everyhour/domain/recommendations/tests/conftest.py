import pytest

from everyhour.domain.practices.tests import libraries
from everyhour.domain.recommendations.tests import library_fixture


@pytest.fixture(scope="module")
def library(django_db_setup, django_db_blocker):
    """The real library and its pocket, for all tests of one file."""
    with django_db_blocker.unblock(), library_fixture.loaded_library() as built:
        yield built


@pytest.fixture
def root(tmp_path):
    """A small good library that this test may change."""
    return libraries.small(tmp_path)
