import pytest

from everyhour.foundation.ui.tests import served


@pytest.fixture(scope="module", autouse=True)
def load_library(library):
    """Every page needs the library."""


@pytest.fixture(autouse=True)
def assets(settings):
    settings.STATIC_ROOT = served.assets()
