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


def test_only_its_browser_can_decrypt_it():
    mine, other = Browser("x"), Browser("x")

    body = client.encrypt(TEXT, mine.keys)

    assert mine.open(body)["title"] == "A message"
    with pytest.raises(http_ece.ECEException):
        other.open(body)


def test_long_text_does_not_change_the_length():
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
        len(client.encrypt(TEXT, Browser("x").keys))
        == len(client.encrypt(longest, Browser("x").keys))
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
def test_invalid_keys_end_the_address(keys):
    assert (
        client.send(TEXT, endpoint="http://127.0.0.1:9/", keys=keys, **FOR_A_SECOND).outcome
        is Outcome.GONE
    )
    assert not client.fits(keys)


def test_silent_service_is_unsure_by_the_expiry():
    with push_service() as service:
        browser = service.browser()
        service.answers["phone"] = HANG

        result = client.send(TEXT, endpoint=browser.endpoint, keys=browser.keys, **FOR_A_SECOND)

    assert (result.outcome, len(service.taken)) == (Outcome.UNSURE, 1)


def test_slow_connection_does_not_extend_the_time_to_live():
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


def test_nothing_is_sent_when_it_expires_while_connecting():
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


def test_push_key_is_created_once(tmp_path):
    client._signer.cache_clear()
    with override_settings(KEYS=tmp_path):
        first = client.public_key()
        client._signer.cache_clear()
        second = client.public_key()
    client._signer.cache_clear()

    assert first == second and len(first) == 87
    assert (tmp_path / "push-key").stat().st_mode & 0o077 == 0
