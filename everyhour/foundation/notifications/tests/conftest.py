"""A push service and a mail server on loopback, and a person to notify."""

from datetime import timedelta

import pytest
from django.test import override_settings

from everyhour.foundation.notifications import actions, addresses, purposes
from everyhour.foundation.notifications.models import Notification
from everyhour.foundation.notifications.purposes import Purpose
from testing import make
from testing.fakes.mailing import mail_server
from testing.fakes.pushing import push_service

NOW = make.MONDAY


@pytest.fixture(autouse=True)
def own_network(settings):
    settings.PRIVATE_ADDRESSES = True


@pytest.fixture(autouse=True)
def kinds():
    """Register two purposes, at most once and at least once; yields reasons for their rechecks."""
    refuses = {}
    for name, once in (("nudge-like", True), ("notice-like", False)):
        purposes.register(
            Purpose(
                name,
                once,
                "A small thing, if you like",
                recheck=lambda notification, at, name=name: refuses.get(name),
            )
        )
    yield refuses
    for name in ("nudge-like", "notice-like"):
        purposes._purposes.pop(name)


@pytest.fixture
def service():
    with push_service() as service:
        yield service
    assert service.wrong == []


@pytest.fixture
def mailbox():
    with mail_server() as (mailbox, mailers), override_settings(MAILERS=mailers):
        yield mailbox


@pytest.fixture
def ada(db):
    return make.person("ada@example.org", name="Ada")


@pytest.fixture
def phone(ada, service):
    """Register one of her browsers for push."""

    def allow(name="phone", *, of=ada, at=NOW):
        browser = service.browser(name)
        return addresses.allow(of, endpoint=browser.endpoint, keys=browser.keys, label=name, at=at)

    return allow


@pytest.fixture
def write(ada):
    def put(key="one", *, purpose="nudge-like", person=ada, at=NOW, minutes=15, **columns):
        columns = {
            "title": "Bear walk with Wren",
            "body": "Teeth to pyjamas",
            "path": "/en/now/?practice=bear-walk",
            **columns,
        }
        ends = at + timedelta(minutes=minutes) if minutes is not None else None
        return actions.write(
            person=person, purpose=purpose, key=key, at=at, expires_at=ends, **columns
        )

    return put


class Clock:
    """A clock that a test moves."""

    def __init__(self, at=NOW):
        self.at = at

    def __call__(self):
        return self.at

    def on(self, **delta):
        self.at += timedelta(**delta)


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def deliver(clock):
    """Run one round; return the notifications by key."""

    def work():
        actions.deliver_due(clock(), clock=clock)
        return {notification.key: notification for notification in Notification.objects.all()}

    return work
