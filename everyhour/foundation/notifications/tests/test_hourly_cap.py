"""The hourly cap stops a flood, and lets security notices pass."""

from datetime import timedelta

import pytest

from everyhour.foundation.notifications import hourly_cap
from everyhour.foundation.notifications.models import Notification

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def low(settings, monkeypatch):
    """Twelve an hour: two, and ten for the one person who is here."""
    settings.NOTIFICATIONS_PER_HOUR = 10
    monkeypatch.setattr(hourly_cap, "AT_LEAST", 2)
    hourly_cap.people.cache_clear()
    yield
    hourly_cap.people.cache_clear()


def test_flood_stops_at_the_cap_and_is_logged(phone, write, deliver, caplog):
    phone()
    for number in range(40):
        write(f"flood {number}")

    for _ in range(5):
        found = deliver()

    states = [notification.state for notification in found.values()]
    assert states.count(Notification.State.SENT) <= 12 + 8  # a handful is taken at once
    assert states.count(Notification.State.WAITING) >= 20
    assert "Only security notices " in caplog.text


def test_capped_notifications_expire_and_are_never_sent_late(phone, write, deliver, clock, service):
    phone()
    for number in range(40):
        write(f"flood {number}")
    deliver()
    deliver()

    clock.on(hours=2)
    found = deliver()

    left = len(service.payloads())
    states = [notification.state for notification in found.values()]
    assert states.count(Notification.State.EXPIRED) == 40 - left
    assert left <= 20


def test_security_notice_passes_the_cap(phone, write, deliver, mailbox):
    phone()
    for number in range(40):
        write(f"flood {number}")
    deliver()
    deliver()

    write("warning", purpose="security")

    assert deliver()["warning"].state == Notification.State.SENT
    assert len(mailbox.mails) == 1


def test_cap_resets_after_an_hour(phone, write, deliver, clock):
    phone()
    for number in range(40):
        write(f"flood {number}")
    deliver()
    deliver()

    clock.on(hours=1, minutes=1)
    write("later", at=clock())

    assert deliver()["later"].state == Notification.State.SENT


def test_attempts_dated_in_the_future_do_not_count(phone, write, deliver, clock):
    phone()
    clock.on(days=365)
    for number in range(40):
        write(f"flood {number}", at=clock())
    deliver()

    clock.on(days=-365)
    write("now", at=clock())

    assert deliver()["now"].state == Notification.State.SENT


def test_old_backup_sends_nothing_late(phone, write, deliver, clock, service):
    phone()
    for number in range(5):
        write(f"of then {number}")
    write("of tomorrow", send_at=clock() + DAY, minutes=25 * 60)

    clock.on(days=3)
    found = deliver()

    assert {notification.state for notification in found.values()} == {Notification.State.EXPIRED}
    assert service.payloads() == []
