"""Somebody reads what reached them, and chooses how they may be reached."""

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from everyhour.foundation.notifications import actions, addresses, texts
from everyhour.foundation.notifications.channels.mail import client as mail
from everyhour.foundation.notifications.models import Address, Notification, Preferences
from testing import make

NOW = make.MONDAY
OURS = {"Sec-Fetch-Site": "same-origin"}


def write(person, key="one", **columns):
    columns = {
        "title": "Bear walk",
        "path": "/en/now/?practice=bear-walk",
        "purpose": "nudge",
        "at": NOW,
        **columns,
    }
    return actions.write(person=person, key=key, **columns)


def allow(client, browser, *, headers=OURS, **more):
    told = {"endpoint": browser.endpoint, "keys": browser.keys, **more}
    return client.post(
        "/en/messages/phones/", json.dumps(told), content_type="application/json", headers=headers
    )


def test_before_anything_came_the_page_says_so_kindly(here):
    page = here.get("/en/messages/").content.decode()

    assert "No messages yet." in page


def test_what_was_missed_stands_there_and_whoever_looks_has_seen_it(ada, here):
    for state in Notification.State:
        letter = write(ada, state, title=f"It is {state}")
        Notification.objects.filter(pk=letter.pk).update(state=state)

    page = here.get("/en/messages/").content.decode()

    shown = {state for state in Notification.State if f"It is {state}" in page}
    assert shown == {"sent", "unsure", "failed", "expired"}
    assert "too late to send, so it’s only here" in page
    assert (
        set(Notification.objects.filter(seen_at__isnull=False).values_list("state", flat=True))
        == shown
    )
    assert "new</small>" not in here.get("/en/messages/").content.decode()


def test_nobody_reads_what_somebody_else_was_told(ada, here):
    Notification.objects.filter(pk=write(make.person(), title="Not for Ada").pk).update(
        state="sent"
    )

    assert "Not for Ada" not in here.get("/en/messages/").content.decode()


def test_a_path_that_leads_elsewhere_is_no_link(ada, here):
    Notification.objects.filter(pk=write(ada, path="//evil.example/").pk).update(state="sent")

    assert "evil.example" not in here.get("/en/messages/").content.decode()


def test_choices_are_kept(ada, here):
    here.post("/en/messages/reach/", {"order": "mail", "shows": "on", "wanted": ["digest"]})

    wishes = Preferences.objects.get(person=ada)
    assert (wishes.channels, wishes.shows, wishes.unwanted, wishes.digest) == (
        ["mail"],
        True,
        ["nudge"],
        True,
    )
    page = here.get("/en/messages/reach/").content.decode()
    assert 'value="mail" checked' in page and 'value="nudge" checked' not in page


@pytest.mark.parametrize("order", ["", "pigeon", "push push", "mail  push"])
def test_an_order_nobody_offered_is_the_usual_one(order, ada, here):
    here.post("/en/messages/reach/", {"order": order})

    assert addresses.channels(Preferences.objects.get(person=ada)) == ["push", "mail"]


def test_a_phone_says_yes_and_is_forgotten_again(ada, here, service):
    answer = allow(here, service.browser())

    phone = Address.objects.get(channel="push")
    assert (answer.json(), phone.label) == ({"phone": phone.pk}, "Chrome, Android")
    assert "Chrome, Android" in here.get("/en/messages/reach/").content.decode()
    here.post(f"/en/messages/phones/{phone.pk}/")
    assert not ada.notification_addresses.filter(channel="push").exists()


def test_nobody_forgets_the_phone_of_somebody_else(ada, here, service):
    other = Client()
    other.force_login(make.person())
    allow(here, service.browser())

    answer = other.post(f"/en/messages/phones/{Address.objects.get(channel='push').pk}/")

    assert answer.status_code == 404
    assert ada.notification_addresses.filter(channel="push").exists()


def test_a_browser_that_moved_is_followed(ada, here, service):
    old, new = service.browser("old"), service.browser("new")
    allow(here, old)

    allow(here, new, instead_of=old.endpoint)

    assert [phone.target for phone in ada.notification_addresses.good().filter(channel="push")] == [
        new.endpoint
    ]


@pytest.mark.parametrize(
    "told",
    [
        b"",
        b"[]",
        b"{}",
        b"\xff",
        b'{"endpoint": "javascript:1", "keys": {}}',
        b'{"endpoint": "https://a.example/", "keys": {"p256dh": "AA", "auth": "AA"}}',
        b'{"endpoint": "https://a.example/", "keys": null}',
    ],
)
def test_what_is_no_subscription_is_not_kept(told, here):
    answer = here.post("/en/messages/phones/", told, content_type="application/json", headers=OURS)

    assert answer.status_code == 400
    assert not Address.objects.filter(channel="push").exists()


@pytest.mark.parametrize(
    "headers", [{}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://elsewhere.example"}]
)
def test_another_site_cannot_say_yes_for_somebody(headers, here, service):
    assert allow(here, service.browser(), headers=headers).status_code == 404
    assert not Address.objects.filter(channel="push").exists()


def test_one_to_try_is_on_its_way_once_a_minute(ada, here, service):
    browser = service.browser()
    allow(here, browser)
    here.post("/en/messages/try/")
    here.post("/en/messages/try/")

    actions.deliver_due(timezone.now(), clock=timezone.now)

    assert 1 <= len(service.taken) <= 2  # two, when a minute begins in between
    assert service.payloads()[0]["title"] == "This is how a message looks"


def test_what_a_notification_opened_is_seen_also_when_nobody_is_signed_in(ada):
    letter = write(ada)
    opened = texts.text_of(letter, Preferences()).opened

    assert Client(enforce_csrf_checks=True).post(opened).status_code == 204
    letter.refresh_from_db()
    assert letter.seen_at is not None
    assert Client().post(f"{opened[:-3]}xx/").status_code == 404
    assert Client().get(opened).status_code == 405


def test_one_tap_in_a_mail_program_ends_letters_of_that_kind(ada):
    letter = write(ada, expires_at=NOW + timedelta(hours=1))
    text = texts.text_of(letter, Preferences())
    headers = mail.message(text, to=ada.email, name=letter.pk).extra_headers
    path = headers["List-Unsubscribe"].strip("<>").removeprefix("http://localhost:8000")

    answer = Client(enforce_csrf_checks=True).post(path, {"List-Unsubscribe": "One-Click"})

    assert answer.status_code == 200
    assert Preferences.objects.get(person=ada).unwanted == ["nudge"]


def test_who_follows_the_link_is_asked_first(ada):
    path = texts.text_of(write(ada), Preferences()).enough

    page = Client().get(path).content.decode()

    assert "Turn these off</button>" in page
    assert not Preferences.objects.exists()


def test_an_address_nobody_signed_ends_nothing(ada):
    assert Client().post(f"/en/messages/enough/{ada.pk}.nudge:abc/").status_code == 404


def test_mail_that_came_back_is_told_and_may_be_tried_again(ada, here):
    addresses.bounced("Ada@Example.org", at=NOW)
    addresses.mailbox(ada, at=NOW)
    assert addresses.bounced("ada@example.org", at=NOW) == 1
    assert "came back" in here.get("/en/messages/reach/").content.decode()

    here.post("/en/messages/mail/")

    assert addresses.mailbox(ada, at=NOW).gone_at is None


@pytest.mark.parametrize("path", ["", "reach/"])
def test_a_stranger_is_asked_to_sign_in(path, db):
    assert Client().get(f"/en/messages/{path}").status_code == 302
