import pytest

from everyhour.foundation.ui.tests import served


@pytest.fixture(autouse=True)
def assets(settings):
    """Serve the assets of a real release."""
    settings.STATIC_ROOT = served.assets()
    return settings.STATIC_ROOT
