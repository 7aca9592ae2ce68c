import pytest

from everyhour.foundation.ui.tests import served


@pytest.fixture(autouse=True)
def assets(settings):
    """Serve pages with the assets of a release: hashed and compressed."""
    settings.STATIC_ROOT = served.assets()
    return settings.STATIC_ROOT
