"""Recovery after a worker dies at any step: nothing lost, nothing wrongly sent twice."""

from datetime import timedelta

import pytest

from everyhour.foundation.notifications import addresses, delivery
from everyhour.foundation.notifications.models import Notification, Preferences
from everyhour.foundation.notifications.tests.conftest import NOW

State = Notification.State
pytestmark = pytest.mark.django_db


@pytest.fixture
def claimed(write, phone, service):
    """Claim a notification without beginning an attempt."""
    phone()

    def claim_one(purpose):
        write(purpose=purpose, minutes=60)
        return delivery.claim(NOW, most=1)[0]

    return claim_one


def begin(notification):
    address = addresses.ways(notification, Preferences(), (), at=NOW)[0]
    return delivery.begin(notification, address, NOW)


@pytest.mark.parametrize("purpose", ["nudge-like", "notice-like"])
def test_unsent_notification_goes_out_after_its_lease_ends(
    purpose, claimed, deliver, clock, service
):
    claimed(purpose)
    assert deliver()["one"].state == State.SENDING

    clock.on(minutes=3)

    assert deliver()["one"].state == State.SENT
    assert service.asked == {"phone": 1}


def test_once_purpose_is_not_retried_after_an_open_attempt(claimed, deliver, clock, service):
    begin(claimed("nudge-like"))
    clock.on(minutes=3)

    notification = deliver()["one"]

    assert (notification.state, notification.reason, service.asked) == (
        State.UNSURE,
        "the worker ended on the way",
        {},
    )


def test_other_purpose_is_retried_after_an_open_attempt(claimed, deliver, clock, service):
    begin(claimed("notice-like"))
    clock.on(minutes=3)

    assert deliver()["one"].state == State.SENT
    assert service.asked == {"phone": 1}


def test_late_worker_cannot_begin_an_attempt(claimed, deliver, clock, service):
    notification = claimed("nudge-like")
    clock.on(minutes=3)
    deliver()

    assert begin(notification) is None
    assert service.asked == {"phone": 1}


def test_late_success_is_recorded(claimed, deliver, clock):
    notification = claimed("nudge-like")
    attempt = begin(notification)
    clock.on(minutes=3)
    deliver()

    delivery.finish(
        attempt,
        attempt.address,
        delivery.Result(delivery.Outcome.TAKEN),
        delivery.purposes.of("nudge-like"),
        clock(),
    )

    assert Notification.objects.get().state == State.SENT


def test_two_workers_never_claim_the_same_notification(write):
    for number in range(5):
        write(f"{number}")

    first, second = delivery.claim(NOW, most=3), delivery.claim(NOW, most=10)

    assert (
        len(first),
        len(second),
        {notification.pk for notification in first} & {notification.pk for notification in second},
    ) == (3, 2, set())


def test_lease_set_by_a_fast_clock_is_reclaimed(claimed, deliver, clock, service):
    claimed("nudge-like")
    Notification.objects.update(held_until=NOW + timedelta(days=400))

    assert deliver()["one"].state == State.SENT
