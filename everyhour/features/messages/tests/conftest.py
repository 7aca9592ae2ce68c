"""A signed-in client, and a push service on loopback."""

import pytest
from django.test import Client

from everyhour.foundation.ui.tests import served
from testing import make
from testing.fakes.pushing import push_service


@pytest.fixture(autouse=True)
def assets(settings):
    """Pages are tested with the assets of a real release."""
    settings.STATIC_ROOT = served.assets()
    settings.PRIVATE_ADDRESSES = True


@pytest.fixture
def ada(db):
    return make.person("ada@example.org", name="Ada")


@pytest.fixture
def here(ada):
    client = Client(
        headers={
            "user-agent": "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 "
            "Chrome/129 Mobile Safari/537.36"
        }
    )
    client.force_login(ada)
    return client


@pytest.fixture
def service():
    with push_service() as service:
        yield service
