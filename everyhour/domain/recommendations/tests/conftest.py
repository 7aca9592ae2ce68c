import pytest

from everyhour.domain.practices.tests import libraries


@pytest.fixture
def root(tmp_path):
    """A small good library that this test may change."""
    return libraries.small(tmp_path)
