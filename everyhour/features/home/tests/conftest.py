import pytest

from everyhour.domain.recommendations.tests import library_fixture
from everyhour.foundation.ui.tests import served


@pytest.fixture(scope="module")
def library(django_db_setup, django_db_blocker):
    """Load the real library and its offline bundle once for all tests of a file."""
    with django_db_blocker.unblock(), library_fixture.loaded_library() as built:
        yield built


@pytest.fixture(autouse=True)
def assets(settings):
    """Serve pages with the assets of a release: hashed and compressed."""
    settings.STATIC_ROOT = served.assets()
    return settings.STATIC_ROOT
