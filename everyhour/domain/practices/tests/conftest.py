import pytest

from everyhour.domain.practices.tests import shelves


@pytest.fixture
def root(tmp_path):
    """A small good library that this test may break."""
    return shelves.small(tmp_path)
