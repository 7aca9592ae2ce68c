import pytest
from django.test import Client

from everyhour.foundation.ui.tests import served


@pytest.fixture(autouse=True)
def assets(settings):
    """Pages are tested with the assets of a real release."""
    settings.STATIC_ROOT = served.assets()
    return settings.STATIC_ROOT


@pytest.fixture
def as_():
    """Return a function that signs a caregiver in."""

    def signed_in(who):
        client = Client()
        client.force_login(who.person)
        return client

    return signed_in
