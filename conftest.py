"""What every test of units begins with."""

import pytest
from django.conf import settings
from django.utils import timezone, translation


@pytest.fixture(autouse=True)
def nobody_spoke_before():
    """A page asked in Spanish leaves Spanish behind in its thread. In the server each request chooses; a test without a page does not."""
    translation.activate(settings.LANGUAGE_CODE)
    timezone.deactivate()
    yield
    translation.activate(settings.LANGUAGE_CODE)
    timezone.deactivate()
