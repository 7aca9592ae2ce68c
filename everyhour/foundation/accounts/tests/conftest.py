"""An inbox, and browsers that sign in."""

import re
from collections.abc import Callable

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from everyhour.foundation.notifications import actions as notifications
from everyhour.foundation.ui.tests import served
from testing import make

PASSWORD = "lamp river teacup moss"


@pytest.fixture(autouse=True)
def assets(settings):
    """Pages are tested with the assets of a real release."""
    settings.STATIC_ROOT = served.assets()


@pytest.fixture(autouse=True)
def fresh_throttles():
    cache.clear()


@pytest.fixture
def ada():
    return make.person("ada@example.org", password=PASSWORD, name="Ada")


@pytest.fixture
def code_in(mailoutbox) -> Callable[[], str]:
    """Return the code in the newest email."""
    return lambda: re.search(r"\d{4} \d{4}", mailoutbox[-1].body)[0]


@pytest.fixture
def enter(code_in) -> Callable[..., Client]:
    """Sign a person in by code, in a browser of their own."""

    def come(
        address: str = "ada@example.org", *, client: Client | None = None, agent: str = ""
    ) -> Client:
        client = client or Client(headers={"user-agent": agent})
        client.post("/en/sign-in/", {"email": address})
        client.post("/en/sign-in/code/", {"code": code_in()})
        return client

    return come


@pytest.fixture
def deliver(mailoutbox) -> Callable[[], list]:
    """Deliver due messages, and return all emails."""

    def work() -> list:
        notifications.deliver_due(timezone.now(), clock=timezone.now)
        return mailoutbox

    return work
