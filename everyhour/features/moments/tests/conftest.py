import pytest

from everyhour.domain.recommendations.tests import library_fixture
from everyhour.foundation.ui.tests import served


@pytest.fixture(scope="module", autouse=True)
def library(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), library_fixture.loaded_library() as built:
        yield built


@pytest.fixture(autouse=True)
def assets(settings):
    settings.STATIC_ROOT = served.assets()
