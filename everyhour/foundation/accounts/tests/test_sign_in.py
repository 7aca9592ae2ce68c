"""Sign-up and sign-in by code, password, passkey and second factor."""

import re
import time

import pytest
from allauth.mfa.totp.internal import auth as totp
from django.test import Client

from everyhour.foundation.accounts import factors
from everyhour.foundation.accounts.models import Person
from everyhour.foundation.accounts.tests.conftest import PASSWORD
from everyhour.foundation.audit.models import Entry

pytestmark = pytest.mark.django_db


def test_sign_up_confirms_address_and_creates_account(client, code_in, mailoutbox):
    client.post("/en/sign-up/", {"email": "Bo@Example.org", "name": "Bo", "zone": "Europe/Paris"})
    assert not Person.objects.exists()

    went = client.post("/en/sign-up/code/", {"code": code_in()})

    bo = Person.objects.get()
    assert went.status_code == 302
    assert (bo.email, bo.name, bo.language, bo.has_usable_password()) == (
        "bo@example.org",
        "Bo",
        "en",
        False,
    )
    assert [period.zone for period in bo.zone_periods.all()] == ["Europe/Paris"]
    assert client.get("/en/account/").status_code == 200
    assert list(Entry.objects.filter(subject=bo.pk).values_list("act", flat=True)) == [
        "account opened",
        "signed in by code",
    ]
    assert [(letter.subject, letter.to) for letter in mailoutbox] == [
        ("A code for you", ["bo@example.org"])
    ]
    assert "Bo" not in mailoutbox[0].body


def test_sign_up_without_javascript_uses_utc(client, code_in):
    client.post("/en/sign-up/", {"email": "bo@example.org", "zone": "Middle/Earth"})

    client.post("/en/sign-up/code/", {"code": code_in()})

    assert Person.objects.get().zone_periods.get().zone == "UTC"


def test_sign_in_with_unknown_address_offers_account(client, code_in):
    client.post("/en/sign-in/", {"email": "bo@example.org", "next": "/en/week/"})

    asked = client.post("/en/sign-in/code/", {"code": code_in()}, follow=True)
    assert "There is no account with this address yet." in asked.content.decode()
    went = client.post("/en/sign-up/", {"name": "Bo"})

    assert went["Location"] == "/en/week/"
    assert Person.objects.get().email == "bo@example.org"


def test_signing_up_twice_signs_in(client, ada, code_in):
    client.post("/en/sign-up/", {"email": "ada@example.org", "name": "Somebody"})

    client.post("/en/sign-up/code/", {"code": code_in()})

    assert client.get("/en/account/").status_code == 200
    assert Person.objects.get().name == "Ada"


def test_code_works_once_in_one_browser(client, ada, code_in):
    client.post("/en/sign-in/", {"email": "ada@example.org"})
    elsewhere = Client()
    elsewhere.post("/en/sign-in/", {"email": "ada@example.org"})
    theirs = code_in()

    assert (
        "That isn’t the code" in client.post("/en/sign-in/code/", {"code": theirs}).content.decode()
    )
    assert elsewhere.post("/en/sign-in/code/", {"code": theirs}).status_code == 302
    elsewhere.post("/en/sign-out/")
    assert elsewhere.post("/en/sign-in/code/", {"code": theirs})["Location"] == "/en/sign-in/"


def test_code_expires_after_15_minutes(client, ada, code_in, time_machine):
    time_machine.move_to(time.time())
    client.post("/en/sign-in/", {"email": "ada@example.org"})
    time_machine.shift(15 * 60 + 1)

    went = client.post("/en/sign-in/code/", {"code": code_in()})

    assert went["Location"] == "/en/sign-in/"


def test_code_is_void_after_five_guesses(client, ada, code_in):
    client.post("/en/sign-in/", {"email": "ada@example.org"})
    for _try in range(5):
        client.post("/en/sign-in/code/", {"code": "0000 0000"})

    went = client.post("/en/sign-in/code/", {"code": code_in()})

    assert "Too many tries" in went.content.decode()


def test_password_signs_in_and_wrong_one_is_rejected(client, ada):
    wrong = client.post(
        "/en/sign-in/password/", {"email": "ada@example.org", "password": "lamp river teacup mess"}
    )
    right = client.post(
        "/en/sign-in/password/?next=/en/week/", {"email": "ADA@example.org", "password": PASSWORD}
    )

    assert wrong.status_code == 200
    assert "don’t match" in wrong.content.decode()
    assert 'value="ada@example.org"' in wrong.content.decode()
    assert right["Location"] == "/en/week/"


def test_account_without_password_rejects_any_password(client):
    Person.objects.create_user("bo@example.org")

    assert (
        "don’t match"
        in client.post(
            "/en/sign-in/password/", {"email": "bo@example.org", "password": "nobody's"}
        ).content.decode()
    )


@pytest.mark.parametrize(
    "there",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "javascript:alert(1)",
        "http:///evil.example",
    ],
)
@pytest.mark.parametrize("way", ["get", "post"])
def test_next_never_leads_to_another_site(client, ada, there, way):
    message = {"email": "ada@example.org", "password": PASSWORD}
    if way == "post":
        went = client.post("/en/sign-in/password/", {**message, "next": there})
    else:
        went = client.post("/en/sign-in/password/", message, query_params={"next": there})

    assert went.status_code == 302
    assert went["Location"].startswith("/en/")


def test_app_code_is_required_and_works_once(client, ada, enter, time_machine):
    time_machine.move_to(time.time(), tick=False)
    secret = factors.new_app_secret()
    factors.add_app(ada, secret)
    enter(client=client)
    assert client.get("/en/account/").status_code == 302

    now = totp.format_hotp_value(totp.hotp_value(secret, int(time.time()) // 30))
    assert "didn’t match" in client.post("/en/sign-in/second/", {"code": "000000"}).content.decode()
    assert client.post("/en/sign-in/second/", {"code": now}).status_code == 302

    other = Client()
    enter(client=other)
    assert "didn’t match" in other.post("/en/sign-in/second/", {"code": now}).content.decode()


def test_recovery_code_works_once(ada, enter):
    factors.add_app(ada, factors.new_app_secret())
    code = factors.new_recovery_codes(ada)[0]
    one, other = Client(), Client()
    enter(client=one)
    enter(client=other)

    assert one.post("/en/sign-in/second/", {"code": f"{code[:4]} {code[4:]}"}).status_code == 302
    assert "didn’t match" in other.post("/en/sign-in/second/", {"code": code}).content.decode()
    assert factors.recovery_codes_left(ada) == 9


def test_second_factor_cannot_be_skipped(client, ada, enter):
    factors.add_app(ada, factors.new_app_secret())
    enter(client=client)

    for page in ("account", "account/sessions", "account/second-factor", "account/again"):
        assert client.get(f"/en/{page}/")["Location"].startswith("/en/sign-in/")


def test_second_factor_secrets_are_encrypted(ada):
    secret = factors.new_app_secret()

    kept = factors.add_app(ada, secret)

    assert secret not in str(kept.data)
    assert (
        factors.app(ada)
        .wrap()
        .validate_code(totp.format_hotp_value(totp.hotp_value(secret, int(time.time()) // 30)))
    )


@pytest.mark.parametrize(
    "message",
    [
        "",
        "x",
        "{}",
        "[]",
        '{"response": {}}',
        '{"id":"a","rawId":"a","type":"public-key","response":{"userHandle":"YQ"}}',
    ],
)
def test_invalid_passkey_response_is_rejected(client, message):
    client.post("/en/sign-in/passkey/", headers={"accept": "application/json"})

    went = client.post("/en/sign-in/passkey/", {"credential": message})

    assert went.status_code == 200
    assert "That passkey didn’t work here" in went.content.decode()


def test_passkey_challenge_names_no_account(client, ada):
    asked = client.post("/en/sign-in/passkey/", headers={"accept": "application/json"}).json()[
        "publicKey"
    ]

    assert not asked.get("allowCredentials")
    assert asked["userVerification"] == "required"
    assert asked["rpId"] == "testserver"


def test_guests_get_no_session_from_public_pages(client):
    for page in ("", "about/", "offline/"):
        assert client.get(f"/en/{page}").cookies == {}
    assert set(client.get("/en/sign-in/").cookies) == {"csrftoken"}


def test_sign_in_pages_have_exits_and_neutral_titles(client, ada, enter):
    pages = ["sign-in", "sign-up", "sign-in/password"]
    message = [client.get(f"/en/{page}/").content.decode() for page in pages]
    enter(client=client)
    own = [
        "account",
        "account/zone",
        "account/address",
        "account/password",
        "account/passkeys",
        "account/second-factor",
        "account/sessions",
    ]
    message += [client.get(f"/en/{page}/").content.decode() for page in own]

    for page in message:
        assert 'href="/help/' in page
        assert 'href="/leave/"' in page
        assert not re.search(r"<title>[^<]*(Ada|ada@)", page)


def test_long_names_and_other_scripts_are_accepted(client, code_in):
    name = "نور 🌙 " + "x" * 54
    too_long = client.post("/en/sign-up/", {"email": "bo@example.org", "name": name + "x"})
    client.post("/en/sign-up/", {"email": "bo@example.org", "name": name})

    client.post("/en/sign-up/code/", {"code": code_in()})

    assert "the limit is 60 characters" in too_long.text and name + "x" in too_long.text
    assert Person.objects.get().name == name


@pytest.mark.parametrize(
    "address", ["", "ada", "ada@", "@x", "a@b\r\nBcc: c@d.org", "x" * 300 + "@example.org"]
)
def test_invalid_address_is_asked_for_again(client, address, mailoutbox):
    went = client.post("/en/sign-in/", {"email": address})

    assert went.status_code == 200
    assert "Please check the address" in went.content.decode()
    assert mailoutbox == []
