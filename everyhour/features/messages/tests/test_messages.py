"""The messages page, preferences, phones, and signed links."""

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
    data = {"endpoint": browser.endpoint, "keys": browser.keys, **more}
    return client.post(
        "/en/messages/phones/", json.dumps(data), content_type="application/json", headers=headers
    )


def test_empty_page_says_so(here):
    page = here.get("/en/messages/").content.decode()

    assert "No messages yet." in page


def test_page_shows_missed_messages_and_marks_them_seen(ada, here):
    for state in Notification.State:
        notification = write(ada, state, title=f"It is {state}")
        Notification.objects.filter(pk=notification.pk).update(state=state)

    page = here.get("/en/messages/").content.decode()

    shown = {state for state in Notification.State if f"It is {state}" in page}
    assert shown == {"sent", "unsure", "failed", "expired"}
    assert "too late to send, so it’s only here" in page
    assert (
        set(Notification.objects.filter(seen_at__isnull=False).values_list("state", flat=True))
        == shown
    )
    assert "new</small>" not in here.get("/en/messages/").content.decode()


def test_messages_of_others_are_not_shown(ada, here):
    Notification.objects.filter(pk=write(make.person(), title="Not for Ada").pk).update(
        state="sent"
    )

    assert "Not for Ada" not in here.get("/en/messages/").content.decode()


def test_external_path_is_not_linked(ada, here):
    Notification.objects.filter(pk=write(ada, path="//evil.example/").pk).update(state="sent")

    assert "evil.example" not in here.get("/en/messages/").content.decode()


def test_preferences_are_saved(ada, here):
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
def test_invalid_order_falls_back_to_the_default(order, ada, here):
    here.post("/en/messages/reach/", {"order": order})

    assert addresses.channels(Preferences.objects.get(person=ada)) == ["push", "mail"]


def test_phone_is_registered_and_removed(ada, here, service):
    answer = allow(here, service.browser())

    phone = Address.objects.get(channel="push")
    assert (answer.json(), phone.label) == ({"phone": phone.pk}, "Chrome, Android")
    assert "Chrome, Android" in here.get("/en/messages/reach/").content.decode()
    here.post(f"/en/messages/phones/{phone.pk}/")
    assert not ada.notification_addresses.filter(channel="push").exists()


def test_phone_of_another_person_returns_404(ada, here, service):
    other = Client()
    other.force_login(make.person())
    allow(here, service.browser())

    answer = other.post(f"/en/messages/phones/{Address.objects.get(channel='push').pk}/")

    assert answer.status_code == 404
    assert ada.notification_addresses.filter(channel="push").exists()


def test_renewed_subscription_replaces_the_old_one(ada, here, service):
    old, new = service.browser("old"), service.browser("new")
    allow(here, old)

    allow(here, new, instead_of=old.endpoint)

    assert [phone.target for phone in ada.notification_addresses.good().filter(channel="push")] == [
        new.endpoint
    ]


@pytest.mark.parametrize(
    "data",
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
def test_invalid_subscription_returns_400(data, here):
    answer = here.post("/en/messages/phones/", data, content_type="application/json", headers=OURS)

    assert answer.status_code == 400
    assert not Address.objects.filter(channel="push").exists()


@pytest.mark.parametrize(
    "headers", [{}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://elsewhere.example"}]
)
def test_other_origin_cannot_register_a_phone(headers, here, service):
    assert allow(here, service.browser(), headers=headers).status_code == 404
    assert not Address.objects.filter(channel="push").exists()


def test_test_message_is_sent_once_a_minute(ada, here, service):
    browser = service.browser()
    allow(here, browser)
    here.post("/en/messages/try/")
    here.post("/en/messages/try/")

    actions.deliver_due(timezone.now(), clock=timezone.now)

    assert 1 <= len(service.taken) <= 2  # two, when a minute begins in between
    assert service.payloads()[0]["title"] == "This is how a message looks"


def test_opened_link_works_without_a_session(ada):
    notification = write(ada)
    opened = texts.text_of(notification, Preferences()).opened

    assert Client(enforce_csrf_checks=True).post(opened).status_code == 204
    notification.refresh_from_db()
    assert notification.seen_at is not None
    assert Client().post(f"{opened[:-3]}xx/").status_code == 404
    assert Client().get(opened).status_code == 405


def test_one_click_unsubscribe_works_without_a_session(ada):
    notification = write(ada, expires_at=NOW + timedelta(hours=1))
    text = texts.text_of(notification, Preferences())
    headers = mail.build_message(text, to=ada.email, name=notification.pk).extra_headers
    path = headers["List-Unsubscribe"].strip("<>").removeprefix("http://localhost:8000")

    answer = Client(enforce_csrf_checks=True).post(path, {"List-Unsubscribe": "One-Click"})

    assert answer.status_code == 200
    assert Preferences.objects.get(person=ada).unwanted == ["nudge"]


def test_unsubscribe_link_asks_first(ada):
    path = texts.text_of(write(ada), Preferences()).unsubscribe

    page = Client().get(path).content.decode()

    assert "Turn these off</button>" in page
    assert not Preferences.objects.exists()


def test_forged_unsubscribe_link_returns_404(ada):
    assert Client().post(f"/en/messages/enough/{ada.pk}.nudge:abc/").status_code == 404


def test_bounced_mail_can_be_retried(ada, here):
    addresses.bounced("Ada@Example.org", at=NOW)
    addresses.mailbox(ada, at=NOW)
    assert addresses.bounced("ada@example.org", at=NOW) == 1
    assert "came back" in here.get("/en/messages/reach/").content.decode()

    here.post("/en/messages/mail/")

    assert addresses.mailbox(ada, at=NOW).gone_at is None


@pytest.mark.parametrize("name", ["opened", "unsubscribe"])
def test_signed_links_sent_before_the_rename_still_work(name, ada):
    path = getattr(texts.text_of(write(ada), Preferences()), name)

    answer = Client(enforce_csrf_checks=True).post(path.replace("/messages/", "/letters/"))

    assert answer.status_code in (200, 204)
    assert Preferences.objects.exists() or Notification.objects.get().seen_at is not None


@pytest.mark.parametrize("path", ["", "reach/"])
def test_former_addresses_redirect(path, here):
    assert here.get(f"/en/letters/{path}").url == f"/en/messages/{path}"


@pytest.mark.parametrize("path", ["", "reach/"])
def test_pages_require_a_session(path, db):
    assert Client().get(f"/en/messages/{path}").status_code == 302
