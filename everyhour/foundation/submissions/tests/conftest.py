import pytest

from everyhour.foundation.ui.tests import served


@pytest.fixture(autouse=True)
def assets(settings):
    settings.STATIC_ROOT = served.assets()
