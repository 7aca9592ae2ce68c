import pytest
import time_machine

from everyhour.features.week.tests import example_week
from everyhour.foundation.ui.tests import served


@pytest.fixture(autouse=True)
def assets(settings):
    settings.STATIC_ROOT = served.assets()
    return settings.STATIC_ROOT


@pytest.fixture
def today():
    with time_machine.travel(example_week.NOW, tick=False):
        yield example_week.NOW


@pytest.fixture
def ada(db):
    return example_week.home()[0]


@pytest.fixture
def wren(ada):
    return ada.family.children.get()


@pytest.fixture
def as_ada(client, ada, today):
    client.force_login(ada.person)
    return client
