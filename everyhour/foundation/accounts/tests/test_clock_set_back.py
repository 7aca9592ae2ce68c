"""Codes, reauthentication and throttles when the clock is set back."""

import time

import pytest
import time_machine
from django.test import RequestFactory

from everyhour.foundation.accounts import codes, reauthentication
from everyhour.foundation.accounts.tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db

HOUR, DAY, YEAR = 3600, 86_400, 365 * 86_400


@pytest.fixture
def now():
    return time.time()


@pytest.mark.parametrize("back", [HOUR, DAY, YEAR])
def test_expired_code_stays_expired_when_clock_is_set_back(client, ada, code_in, now, back):
    with time_machine.travel(now, tick=False):
        client.post("/en/sign-in/", {"email": "ada@example.org"})

    with time_machine.travel(now + codes.SECONDS + 60 - back, tick=False):
        client.post("/en/sign-in/code/", {"code": code_in()})

    assert "_auth_user_id" not in client.session


def test_small_clock_correction_keeps_code_valid(client, ada, code_in, now):
    with time_machine.travel(now, tick=False):
        client.post("/en/sign-in/", {"email": "ada@example.org"})

    with time_machine.travel(now - 30, tick=False):
        client.post("/en/sign-in/code/", {"code": code_in()})

    assert client.session["_auth_user_id"] == ada.pk


@pytest.mark.parametrize("clock", [1_000_000.0 - HOUR, 0.0])
def test_clock_set_back_requires_reauthentication(clock):
    request = RequestFactory().get("/")
    request.session = {}

    assert not reauthentication.recently_authenticated(request, now=clock)
    reauthentication.mark_reauthenticated(request, now=1_000_000.0)

    assert reauthentication.recently_authenticated(request, now=1_000_000.0 + 60)
    assert not reauthentication.recently_authenticated(request, now=clock)


@pytest.mark.parametrize("away", [HOUR, -HOUR, YEAR, -YEAR])
def test_throttle_ignores_jumps_of_the_wall_clock(client, ada, now, away, monkeypatch):
    counted = [time.monotonic()]
    monkeypatch.setattr(
        "everyhour.foundation.lib.counting_cache.time.monotonic", lambda: counted[0]
    )
    with time_machine.travel(now + away, tick=False):
        for _ in range(11):
            client.post(
                "/en/sign-in/password/",
                {"email": "ada@example.org", "password": "wrong river teacup"},
            )
        client.post("/en/sign-in/password/", {"email": "ada@example.org", "password": PASSWORD})
        assert "_auth_user_id" not in client.session

    counted[0] += 15 * 60 + 1
    with time_machine.travel(now + 15 * 60, tick=False):
        client.post("/en/sign-in/password/", {"email": "ada@example.org", "password": PASSWORD})

    assert client.session["_auth_user_id"] == ada.pk
