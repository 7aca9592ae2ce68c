"""What a push service carries: as long as every other, readable by one browser, from us."""

from datetime import timedelta

import http_ece
import pytest
from django.test import override_settings

from everyhour.foundation.notifications.channels import Outcome, Text
from everyhour.foundation.notifications.channels.push import client
from testing import make
from testing.fakes.pushing import HANG, Browser, push_service

TEXT = Text(
    "A message",
    "A message",
    "",
    "/en/messages/",
    "nudge",
    "en",
    False,
    "/en/messages/opened/x/",
    "",
    (("later", "In ten minutes"),),
)

FOR_A_SECOND = {"clock": lambda: make.MONDAY, "until": make.MONDAY + timedelta(seconds=1)}


@pytest.fixture(autouse=True)
def own_network(settings):
    settings.PRIVATE_ADDRESSES = True


def test_only_the_browser_it_is_for_can_open_it():
    mine, other = Browser("x"), Browser("x")

    body = client.sealed(TEXT, mine.keys)

    assert mine.open(body)["title"] == "A message"
    with pytest.raises(http_ece.ECEException):
        other.open(body)


def test_even_the_longest_words_make_it_no_longer():
    longest = Text(
        "n" * 120,
        "\N{CJK UNIFIED IDEOGRAPH-6708}" * 120,
        "月" * 9000,
        "/" + "x" * 299,
        "t",
        "en",
        False,
        "/o",
        "",
        (),
    )

    assert (
        len(client.sealed(TEXT, Browser("x").keys))
        == len(client.sealed(longest, Browser("x").keys))
        < 4096
    )


@pytest.mark.parametrize(
    "keys",
    [
        {},
        {"p256dh": "AA", "auth": "AA"},
        {"p256dh": "", "auth": ""},
        {"p256dh": "B" * 87, "auth": "A" * 22},
    ],
)
def test_keys_that_are_none_give_the_phone_up(keys):
    assert (
        client.send(TEXT, endpoint="http://127.0.0.1:9/", keys=keys, **FOR_A_SECOND).outcome
        is Outcome.GONE
    )
    assert not client.fits(keys)


def test_a_service_that_never_answers_leaves_it_open_and_does_not_hold_us_beyond_the_letters_time():
    with push_service() as service:
        browser = service.browser()
        service.answers["phone"] = HANG

        result = client.send(TEXT, endpoint=browser.endpoint, keys=browser.keys, **FOR_A_SECOND)

    assert (result.outcome, len(service.taken)) == (Outcome.UNSURE, 1)


def test_a_service_that_listens_late_keeps_it_no_longer_for_that():
    times = iter(
        [make.MONDAY, make.MONDAY + timedelta(seconds=6), make.MONDAY + timedelta(seconds=6)]
    )
    with push_service() as service:
        browser = service.browser()

        client.send(
            TEXT,
            endpoint=browser.endpoint,
            keys=browser.keys,
            clock=lambda: next(times),
            until=make.MONDAY + timedelta(seconds=60),
        )

        assert service.taken[0].headers["TTL"] == "54"


def test_when_its_time_ends_while_the_service_is_called_nothing_leaves():
    times = iter(
        [make.MONDAY, make.MONDAY + timedelta(seconds=60), make.MONDAY + timedelta(seconds=60)]
    )
    with push_service() as service:
        browser = service.browser()

        result = client.send(
            TEXT,
            endpoint=browser.endpoint,
            keys=browser.keys,
            clock=lambda: next(times),
            until=make.MONDAY + timedelta(seconds=60),
        )

        assert (str(result), result.again, service.asked) == ("unreached too late", False, {})


def test_the_key_is_made_once_and_stays(tmp_path):
    client._signer.cache_clear()
    with override_settings(KEYS=tmp_path):
        first = client.public_key()
        client._signer.cache_clear()
        second = client.public_key()
    client._signer.cache_clear()

    assert first == second and len(first) == 87
    assert (tmp_path / "push-key").stat().st_mode & 0o077 == 0
