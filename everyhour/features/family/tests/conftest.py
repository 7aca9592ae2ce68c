import pytest
from django.test import Client

from everyhour.foundation.ui.tests import served
from testing import make


@pytest.fixture(autouse=True)
def assets(settings):
    """Pages are tested with the assets of a real release."""
    settings.STATIC_ROOT = served.assets()
    return settings.STATIC_ROOT


@pytest.fixture
def ada(db):
    return make.guardian(make.family(), who=make.person("ada@example.org", name="Ada Lovelace"))


@pytest.fixture
def as_():
    """Return a function that signs a person in and returns their client."""

    def signed_in(who):
        client = Client()
        client.force_login(getattr(who, "person", who))
        return client

    return signed_in
