"""However wrong everything else is, a house does not flood anybody; what is for somebody's safety leaves all the same."""

from datetime import timedelta

import pytest

from everyhour.foundation.notifications import hourly_cap
from everyhour.foundation.notifications.models import Notification

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def low(settings, monkeypatch):
    """Twelve an hour: two, and ten for the one person who is here."""
    settings.LETTERS_AN_HOUR = 10
    monkeypatch.setattr(hourly_cap, "AT_LEAST", 2)
    hourly_cap.people.cache_clear()
    yield
    hourly_cap.people.cache_clear()


def test_a_flood_stops_at_the_fence_and_the_log_says_so(phone, write, deliver, caplog):
    phone()
    for number in range(40):
        write(f"flood {number}")

    for _ in range(5):
        found = deliver()

    states = [letter.state for letter in found.values()]
    assert states.count(Notification.State.SENT) <= 12 + 8  # a handful is taken at once
    assert states.count(Notification.State.WAITING) >= 20
    assert "only those for somebody’s safety go on" in caplog.text


def test_what_waited_at_the_fence_expires_and_is_never_sent_late(
    phone, write, deliver, clock, service
):
    phone()
    for number in range(40):
        write(f"flood {number}")
    deliver()
    deliver()

    clock.on(hours=2)
    found = deliver()

    left = len(service.payloads())
    states = [letter.state for letter in found.values()]
    assert states.count(Notification.State.EXPIRED) == 40 - left
    assert left <= 20


def test_a_warning_passes_a_closed_fence(phone, write, deliver, mailbox):
    phone()
    for number in range(40):
        write(f"flood {number}")
    deliver()
    deliver()

    write("warning", purpose="security")

    assert deliver()["warning"].state == Notification.State.SENT
    assert len(mailbox.mails) == 1


def test_after_an_hour_it_is_open_again(phone, write, deliver, clock):
    phone()
    for number in range(40):
        write(f"flood {number}")
    deliver()
    deliver()

    clock.on(hours=1, minutes=1)
    write("later", at=clock())

    assert deliver()["later"].state == Notification.State.SENT


def test_attempts_of_a_clock_that_was_a_year_ahead_do_not_close_it(phone, write, deliver, clock):
    phone()
    clock.on(days=365)
    for number in range(40):
        write(f"flood {number}", at=clock())
    deliver()

    clock.on(days=-365)
    write("now", at=clock())

    assert deliver()["now"].state == Notification.State.SENT


def test_a_backup_of_three_days_ago_sends_nothing_of_these_days(
    phone, write, deliver, clock, service
):
    phone()
    for number in range(5):
        write(f"of then {number}")
    write("of tomorrow", send_at=clock() + DAY, minutes=25 * 60)

    clock.on(days=3)
    found = deliver()

    assert {letter.state for letter in found.values()} == {Notification.State.EXPIRED}
    assert service.payloads() == []
