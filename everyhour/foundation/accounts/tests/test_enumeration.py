"""No page reveals who has an account, and throttles lock nobody out from afar."""

import re
import time

import pytest
from django.http import Http404, HttpResponse
from django.test import Client, RequestFactory

from everyhour.foundation.accounts import passwords
from everyhour.foundation.accounts.middleware import ClosedByDefault
from everyhour.foundation.accounts.models import Person
from everyhour.foundation.accounts.tests.conftest import PASSWORD
from everyhour.foundation.lib.permissions import public

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
KNOWN, UNKNOWN = "ada@example.org", "eve@example.org"


def seen_by_stranger(response, address: str) -> tuple:
    """Return a response as a stranger sees it, without the typed address and random tokens."""
    body = re.sub(
        r'name="csrfmiddlewaretoken" value="\w+"',
        "",
        response.content.decode().replace(address, "ADDRESS"),
    )
    cookies = sorted(
        (cookie.key, len(cookie.value), cookie["expires"] == "", cookie["max-age"])
        for cookie in response.cookies.values()
    )
    return (
        response.status_code,
        body,
        sorted((k, v) for k, v in response.items() if k not in ("Content-Length", "Expires")),
        cookies,
    )


@pytest.mark.parametrize(
    "steps",
    [
        [("sign-in/", {})],
        [("sign-in/", {}), ("sign-in/code/", {"code": "0000 0000"})],
        [("sign-up/", {"name": "Ada"})],
        [("sign-up/", {"name": "Ada"}), ("sign-up/code/", {"code": "0000 0000"})],
        [("sign-in/password/", {"password": "something wrong"})],
        [("sign-in/password/", {"password": ""})],
        [("sign-in/", {})] * 7,
        [("sign-in/password/", {"password": "something wrong"})] * 12,
    ],
    ids=[
        "code",
        "code, guessed",
        "sign-up",
        "sign-up, guessed",
        "password",
        "no password",
        "many codes",
        "many passwords",
    ],
)
def test_known_and_unknown_addresses_get_the_same_answer(ada, steps, mailoutbox):
    answers: dict[str, list] = {KNOWN: [], UNKNOWN: []}
    for address, seen in answers.items():
        browser = Client()
        for path, given in steps:
            seen.append(
                seen_by_stranger(browser.post(f"/en/{path}", {"email": address, **given}), address)
            )

    assert answers[KNOWN] == answers[UNKNOWN]
    letters = {
        address: [
            (m.subject, re.sub(r"\d{4} \d{4}", "CODE", m.body))
            for m in mailoutbox
            if m.to == [address]
        ]
        for address in answers
    }
    assert letters[KNOWN] == letters[UNKNOWN]


def test_second_factor_is_not_revealed_to_strangers(ada):
    from everyhour.foundation.accounts import factors

    factors.add_app(ada, factors.new_app_secret())
    one, other = Client(), Client()
    given = {"password": "something wrong"}

    assert seen_by_stranger(
        one.post("/en/sign-in/password/", {"email": KNOWN, **given}), KNOWN
    ) == seen_by_stranger(other.post("/en/sign-in/password/", {"email": UNKNOWN, **given}), UNKNOWN)


def test_unknown_address_costs_one_hash(ada, monkeypatch):
    Person.objects.create_user("bo@example.org")
    passwords.dummy_hash()
    tried: list[str] = []
    real = passwords.check_password
    monkeypatch.setattr(
        passwords,
        "check_password",
        lambda given, kept: tried.append(kept[:24]) or real(given, kept),
    )

    for address in (KNOWN, UNKNOWN, "bo@example.org"):
        assert passwords.authenticate(address, "something wrong") is None

    assert len(tried) == 3
    assert len(set(tried)) == 1


def test_wrong_passwords_lock_out_only_their_network(ada):
    ex, own = Client(REMOTE_ADDR="203.0.113.7"), Client(REMOTE_ADDR="198.51.100.4")
    answers = [
        ex.post(
            "/en/sign-in/password/", {"email": KNOWN, "password": "guess number nine"}
        ).status_code
        for _try in range(30)
    ]

    blocked = ex.post("/en/sign-in/password/", {"email": KNOWN, "password": PASSWORD})
    free = own.post("/en/sign-in/password/", {"email": KNOWN, "password": PASSWORD})

    assert answers == [200] * 10 + [429] * 20
    assert blocked.status_code == 429
    assert "those still work" in blocked.content.decode()
    assert free.status_code == 302


def test_password_throttle_ends_after_15_minutes(ada, monkeypatch):
    counted = [time.monotonic()]
    monkeypatch.setattr(
        "everyhour.foundation.lib.counting_cache.time.monotonic", lambda: counted[0]
    )
    here = Client()
    for _try in range(12):
        here.post("/en/sign-in/password/", {"email": KNOWN, "password": "guess number nine"})
    counted[0] += 15 * 60 + 1

    assert (
        here.post("/en/sign-in/password/", {"email": KNOWN, "password": PASSWORD}).status_code
        == 302
    )


def test_codes_to_one_address_are_limited(mailoutbox):
    for network in range(60):
        Client(REMOTE_ADDR=f"203.0.{network}.7").post("/en/sign-in/", {"email": KNOWN})

    assert len(mailoutbox) == 30


def test_mail_outage_is_reported_alike_to_everyone(ada, settings):
    settings.MAILERS = {
        "default": {
            "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "OPTIONS": {"host": "127.0.0.1", "port": 9},
        }
    }

    answers = [
        seen_by_stranger(Client().post("/en/sign-in/", {"email": address}), address)
        for address in (KNOWN, UNKNOWN)
    ]

    assert answers[0] == answers[1]
    assert answers[0][0] == 503
    assert "Try again in a minute" in answers[0][1]


@pytest.mark.parametrize(
    "password",
    [
        "P4ssw0rd2024!!",
        "!!sunshine99!!",
        "abcabcabcabc",
        "qwertyuiop12",
        "thequickbrownfox",
        "motherhood1",
        "zyxwvutsrqpo",
    ],
)
def test_disguised_common_passwords_are_guessable(password):
    assert passwords.guessable(password)


@pytest.mark.parametrize(
    "password",
    ["lamp river teacup moss", "Tr4mpoline-Gherkin", "x7#kQ2!mWz9p", "olla verde tren luna"],
)
def test_uncommon_passwords_are_accepted(password):
    assert not passwords.guessable(password)


def test_view_without_permission_returns_404(caplog):
    def silent(request):
        return HttpResponse("open")

    closed = ClosedByDefault(lambda request: HttpResponse())
    asked = RequestFactory().get("/")

    assert closed.process_view(asked, public(lambda request: None), (), {}) is None
    with pytest.raises(Http404):
        closed.process_view(asked, silent, (), {})
    assert "declares no permission" in caplog.text
