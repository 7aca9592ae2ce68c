"""Whatever step a worker ends at, another one does what is right: nothing lost, and nothing twice that may come once only."""

from datetime import timedelta

import pytest

from everyhour.foundation.notifications import addresses, delivery
from everyhour.foundation.notifications.models import Notification, Preferences
from everyhour.foundation.notifications.tests.conftest import NOW

State = Notification.State
pytestmark = pytest.mark.django_db


@pytest.fixture
def held(write, phone, service):
    """A letter that a worker took and did not begin to bring."""
    phone()

    def hold(purpose):
        write(purpose=purpose, minutes=60)
        return delivery.claim(NOW, most=1)[0]

    return hold


def begin(letter):
    address = addresses.ways(letter, Preferences(), (), at=NOW)[0]
    return delivery.begin(letter, address, NOW)


@pytest.mark.parametrize("purpose", ["nudge-like", "notice-like"])
def test_one_that_had_not_begun_to_leave_goes_out_once_the_hold_is_over(
    purpose, held, deliver, clock, service
):
    held(purpose)
    assert deliver()["one"].state == State.SENDING

    clock.on(minutes=3)

    assert deliver()["one"].state == State.SENT
    assert service.asked == {"phone": 1}


def test_one_that_may_have_left_is_not_told_twice(held, deliver, clock, service):
    begin(held("nudge-like"))
    clock.on(minutes=3)

    letter = deliver()["one"]

    assert (letter.state, letter.reason, service.asked) == (
        State.UNSURE,
        "the worker ended on the way",
        {},
    )


def test_one_that_may_be_told_twice_goes_out_again(held, deliver, clock, service):
    begin(held("notice-like"))
    clock.on(minutes=3)

    assert deliver()["one"].state == State.SENT
    assert service.asked == {"phone": 1}


def test_who_comes_back_late_does_not_begin(held, deliver, clock, service):
    letter = held("nudge-like")
    clock.on(minutes=3)
    deliver()

    assert begin(letter) is None
    assert service.asked == {"phone": 1}


def test_who_comes_back_late_with_a_yes_is_believed(held, deliver, clock):
    letter = held("nudge-like")
    attempt = begin(letter)
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


def test_two_workers_never_take_the_same(write):
    for number in range(5):
        write(f"{number}")

    first, second = delivery.claim(NOW, most=3), delivery.claim(NOW, most=10)

    assert (
        len(first),
        len(second),
        {letter.pk for letter in first} & {letter.pk for letter in second},
    ) == (3, 2, set())


def test_a_clock_that_was_set_back_holds_nothing_for_years(held, deliver, clock, service):
    held("nudge-like")
    Notification.objects.update(held_until=NOW + timedelta(days=400))

    assert deliver()["one"].state == State.SENT
