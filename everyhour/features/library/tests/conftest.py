import pytest

from everyhour.domain.recommendations.tests import library_fixture
from everyhour.foundation.ui.tests import served


@pytest.fixture(scope="module")
def library(django_db_setup, django_db_blocker):
    """Load the real library with its offline bundle, once for all tests of a file."""
    with django_db_blocker.unblock(), library_fixture.loaded_library() as built:
        yield built


@pytest.fixture(autouse=True)
def assets(settings):
    """Serve the assets of a real release."""
    settings.STATIC_ROOT = served.assets()
    return settings.STATIC_ROOT
