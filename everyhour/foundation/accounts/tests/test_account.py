"""Pages of one's own account."""

import time
from datetime import UTC, datetime, timedelta

import pytest
from allauth.mfa.totp.internal import auth as totp
from django.contrib.sessions.models import Session
from django.test import Client

from everyhour.foundation.accounts import actions, factors, tasks
from everyhour.foundation.accounts.models import Person, SignIn
from everyhour.foundation.accounts.signals import signed_out_everywhere
from everyhour.foundation.accounts.tests.conftest import PASSWORD
from everyhour.foundation.notifications import addresses
from testing import make
from testing.make import MONDAY

pytestmark = pytest.mark.django_db
NOBODY = {
    "default": {
        "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "OPTIONS": {"host": "127.0.0.1", "port": 9, "timeout": 1},
    }
}
PHONE = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/129 Mobile Safari/537.36"


def is_in(client: Client) -> bool:
    return client.get("/en/account/").status_code == 200


def test_sign_out_everywhere_else_ends_other_sessions(
    ada, enter, django_capture_on_commit_callbacks
):
    here, phone, other = enter(), enter(agent=PHONE), Client()
    other.force_login(ada)
    heard = []
    signed_out_everywhere.connect(
        lambda sender, person, kept, **_: heard.append((person, kept)),
        weak=False,
        dispatch_uid="test",
    )

    with django_capture_on_commit_callbacks(execute=True):
        here.post("/en/account/sessions/")
    signed_out_everywhere.disconnect(sender=None, dispatch_uid="test")

    assert is_in(here)
    assert not is_in(phone)
    assert not is_in(other), "a session that was on no list lived on"
    assert heard == [(ada, SignIn.objects.get().session)]


def test_sign_out_everywhere_forgets_push_addresses(ada, enter):
    here = enter()
    addresses.allow(ada, endpoint="https://push.example.org/one", keys={}, label="", at=MONDAY)

    here.post("/en/account/sessions/")

    assert not ada.notification_addresses.filter(channel="push").exists()


def test_sessions_name_devices_and_end_one_by_one(ada, enter):
    here, phone = enter(), enter(agent=PHONE)
    theirs = SignIn.objects.get(device="Chrome, Android")
    assert "Chrome, Android" in here.get("/en/account/sessions/").content.decode()

    here.post(f"/en/account/sessions/{theirs.pk}/end/")

    assert is_in(here)
    assert not is_in(phone)


def test_other_persons_device_returns_404(ada, enter):
    bo = make.person("bo@example.org")
    here, theirs = enter(), enter("bo@example.org")

    went = here.post(f"/en/account/sessions/{bo.sign_ins.get().pk}/end/")

    assert went.status_code == 404
    assert is_in(theirs)


def test_sign_out_deletes_sign_in(ada, enter):
    here = enter()

    here.post("/en/sign-out/")

    assert not is_in(here)
    assert SignIn.objects.count() == Session.objects.count() == 0


def test_used_session_lasts_at_most_180_days(ada, enter, time_machine):
    time_machine.move_to(datetime(2026, 11, 16, 9, tzinfo=UTC))
    here, unused = enter(), enter()

    for _week in range(25):
        time_machine.shift(timedelta(days=7))
        assert is_in(here)
    assert not is_in(unused)
    time_machine.shift(timedelta(days=7))

    assert not is_in(here)


def test_expired_sessions_are_deleted(ada, enter, time_machine):
    time_machine.move_to(datetime(2026, 11, 16, 9, tzinfo=UTC))
    enter()

    tasks.forget_old_sessions(datetime(2026, 12, 17, 9, tzinfo=UTC))

    assert Session.objects.count() == SignIn.objects.count() == 0


def test_password_change_signs_out_other_devices(ada, enter, mailoutbox):
    here, other = enter(), enter()

    went = here.post("/en/account/password/", {"password": "seven green quiet spoons"})

    assert went["Location"] == "/en/account/"
    assert is_in(here)
    assert not is_in(other)
    ada.refresh_from_db()
    assert ada.check_password("seven green quiet spoons")
    here.post("/en/account/password/", {"away": "1"})
    ada.refresh_from_db()
    assert not ada.has_usable_password()
    assert is_in(here)


@pytest.mark.parametrize(
    "password",
    [
        "P4ssw0rd2024!",
        "qwertyuiop",
        "everyhour2026",
        "ada@example.org",
        "short one",
        "1234567890",
        "aaaaaaaaaaaa",
    ],
)
def test_guessable_password_is_rejected(ada, enter, password):
    here = enter()

    went = here.post("/en/account/password/", {"password": password})

    ada.refresh_from_db()
    assert went.status_code == 200
    assert "Four" in went.content.decode()
    assert ada.check_password(PASSWORD)


def test_time_zone_page_lists_earlier_zones(ada, enter):
    here = enter()

    here.post("/en/account/zone/", {"zone": "Europe/Berlin"})
    strange = here.post("/en/account/zone/", {"zone": "Middle/Earth"})

    assert [period.zone for period in ada.zone_periods.all()] == [
        "America/Chicago",
        "Europe/Berlin",
    ]
    assert str(ada.zone_at(MONDAY)) == "America/Chicago"
    page = here.get("/en/account/zone/").content.decode()
    assert page.index("Europe/Berlin") < page.index("America/Chicago")
    assert "We don’t know this place" in strange.content.decode()
    assert 'value="Middle/Earth"' in strange.content.decode()


@pytest.mark.parametrize(
    ("message", "zone"),
    [
        ("Chicago", "America/Chicago"),
        ("new york", "America/New_York"),
        (" america/new york ", "America/New_York"),
        ("utc", "UTC"),
    ],
)
def test_city_alone_selects_time_zone(ada, enter, message, zone):
    here = enter()

    went = here.post("/en/account/zone/", {"zone": message}, follow=True)

    assert ada.zone_periods.last().zone == zone
    assert "Saved. This applies from now on." in went.content.decode()


def test_name_and_language_can_be_changed(ada, enter):
    here = enter()

    here.post("/en/account/", {"name": "Mama"})
    went = here.post("/en/account/language/", {"language": "es"})

    ada.refresh_from_db()
    assert (ada.name, ada.language) == ("Mama", "es")
    assert went["Location"] == "/es/account/"


def test_address_changes_after_its_code_is_entered(ada, enter, code_in, deliver):
    here = enter()

    here.post("/en/account/address/", {"email": "new@example.org", "tell": "1"})
    assert Person.objects.get().email == "ada@example.org"
    here.post("/en/account/address/code/", {"code": code_in()})

    assert Person.objects.get().email == "new@example.org"
    message = deliver()[-1]
    assert (message.to, message.subject) == (["ada@example.org"], "A message for you")
    assert message.body.startswith("You can no longer sign in with this address.")


def test_old_address_is_not_notified_when_declined(ada, enter, code_in, deliver):
    here = enter()

    here.post("/en/account/address/", {"email": "new@example.org"})
    here.post("/en/account/address/code/", {"code": code_in()})

    assert deliver()[-1].to == ["new@example.org"]


def test_factor_change_is_emailed_after_mail_outage(ada, enter, deliver, settings, time_machine):
    time_machine.move_to(datetime(2026, 11, 16, 9, tzinfo=UTC), tick=False)
    here = enter()
    here.get("/en/account/second-factor/")
    secret = here.session["totp"]
    here.post(
        "/en/account/second-factor/",
        {"code": totp.format_hotp_value(totp.hotp_value(secret, int(time.time()) // 30))},
    )
    usual, settings.MAILERS = settings.MAILERS, NOBODY

    before = len(deliver())
    settings.MAILERS = usual
    time_machine.shift(timedelta(minutes=2))
    message = deliver()[before:]

    assert [(mail.to, mail.subject, mail.body.splitlines()[0]) for mail in message] == [
        (["ada@example.org"], "A message for you", "An authenticator app was added.")
    ]
    assert "List-Unsubscribe" not in message[0].extra_headers


def test_taken_address_is_revealed_only_after_its_code(ada, enter, code_in):
    make.person("bo@example.org")
    here = enter()

    first = here.post("/en/account/address/", {"email": "bo@example.org"})
    then = here.post("/en/account/address/code/", {"code": code_in()})

    assert first.status_code == 302
    assert "Another account already uses this address" in then.content.decode()
    assert is_in(here)


def test_sensitive_pages_require_reauthentication(ada, enter, time_machine):
    time_machine.move_to(datetime(2026, 11, 16, 9, tzinfo=UTC))
    here = enter()
    time_machine.shift(timedelta(minutes=16))

    for page in ("address", "password", "passkeys", "second-factor", "recovery-codes"):
        assert here.get(f"/en/account/{page}/")[
            "Location"
        ] == f"/en/account/again/?next=/en/account/{page}/".replace(
            "/en/account/" + page + "/", f"%2Fen%2Faccount%2F{page}%2F"
        )
    assert (
        "didn’t match"
        in here.post(
            "/en/account/again/?next=/en/account/password/", {"password": "wrong"}
        ).content.decode()
    )
    went = here.post("/en/account/again/?next=/en/account/password/", {"password": PASSWORD})

    assert went["Location"] == "/en/account/password/"
    assert here.get("/en/account/password/").status_code == 200


def test_reauthentication_by_email_without_other_ways(enter, code_in, time_machine):
    time_machine.move_to(datetime(2026, 11, 16, 9, tzinfo=UTC))
    Person.objects.create_user("bo@example.org")
    here = enter("bo@example.org")
    time_machine.shift(timedelta(minutes=16))

    here.post("/en/account/again/", {"mail": "1"})
    went = here.post("/en/account/again/", {"code": code_in()})

    assert went["Location"] == "/en/account/"
    assert here.get("/en/account/address/").status_code == 200


def test_email_code_does_not_replace_authenticator_app(enter, code_in, time_machine, mailoutbox):
    time_machine.move_to(datetime(2026, 11, 16, 9, tzinfo=UTC))
    bo = Person.objects.create_user("bo@example.org")
    here = enter("bo@example.org")
    factors.add_app(bo, factors.new_app_secret())
    time_machine.shift(timedelta(minutes=16))
    before = len(mailoutbox)

    here.post("/en/account/again/", {"mail": "1"})

    assert len(mailoutbox) == before
    assert here.get("/en/account/second-factor/").status_code == 302


def test_connecting_app_leads_to_recovery_codes(ada, enter):
    here = enter()
    page = here.get("/en/account/second-factor/").content.decode()
    secret = here.session["totp"]
    assert "<svg" in page and secret[:4] in page

    wrong = here.post("/en/account/second-factor/", {"code": "000000"})
    right = here.post(
        "/en/account/second-factor/",
        {"code": totp.format_hotp_value(totp.hotp_value(secret, int(time.time()) // 30))},
    )
    shown = here.post("/en/account/recovery-codes/").content.decode()

    assert "didn’t match" in wrong.content.decode()
    assert right["Location"] == "/en/account/recovery-codes/"
    assert shown.count("<li>") >= 10
    here.post("/en/account/second-factor/", {"away": "1"})
    assert not factors.requires_second_factor(ada)
    assert factors.recovery_codes_left(ada) == 0


def test_account_pages_redirect_guests_to_sign_in(client):
    for page in (
        "",
        "zone/",
        "address/",
        "password/",
        "passkeys/",
        "second-factor/",
        "recovery-codes/",
        "sessions/",
        "again/",
        "language/",
    ):
        for went in (client.get(f"/en/account/{page}"), client.post(f"/en/account/{page}")):
            assert went["Location"].startswith("/en/sign-in/")


def test_pages_of_signed_in_people_are_not_stored(ada, enter):
    here = enter()

    assert here.get("/en/account/")["Cache-Control"] == "no-store"
    assert "no-store" in Client().get("/en/sign-in/")["Cache-Control"]


def test_sign_out_everywhere_without_request_ends_all(ada, enter):
    here = enter()

    actions.sign_out_everywhere(ada, by=ada, at=MONDAY)

    assert not is_in(here)
    assert SignIn.objects.count() == 0
