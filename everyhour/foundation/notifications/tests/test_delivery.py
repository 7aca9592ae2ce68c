"""Delivery: on time, by the preferred channel, at most or at least once, and never late."""

from datetime import timedelta

import pytest
import time_machine
from django.test import override_settings

from everyhour.foundation.notifications import actions, addresses, tasks
from everyhour.foundation.notifications.models import (
    Address,
    DeliveryAttempt,
    Notification,
    Preferences,
)
from everyhour.foundation.notifications.tests.conftest import NOW
from testing.fakes.pushing import BREAK

State = Notification.State


def results(notification):
    return [(attempt.channel, attempt.result) for attempt in notification.attempts.all()]


def test_clock_set_forward_during_delivery_sends_nothing_early(write, phone, service):
    phone()
    write(send_at=NOW + timedelta(hours=1), minutes=90)

    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        handled = tasks.deliver_due(NOW)

    assert (handled, service.payloads()) == (0, [])


def test_push_shows_neutral_words_by_default(write, phone, service, deliver):
    phone()
    write()

    notification = deliver()["one"]

    assert (notification.state, notification.channel, notification.sent_at) == (
        State.SENT,
        "push",
        NOW,
    )
    assert [
        (payload["title"], payload["body"], payload["path"]) for payload in service.payloads()
    ] == [("A small thing, if you like", "", "/en/now/?practice=bear-walk")]


def test_push_shows_its_own_words_when_preferred(ada, write, phone, service, deliver):
    Preferences.objects.create(person=ada, shows=True)
    phone()
    write()

    deliver()

    assert [(payload["title"], payload["body"]) for payload in service.payloads()] == [
        ("Bear walk with Wren", "Teeth to pyjamas")
    ]


def test_every_push_has_the_same_length_and_a_time_to_live(write, phone, service, deliver):
    phone()
    write("short", title="x", body="")
    write("long", title="x" * 120, body="y" * 5000, minutes=7)

    deliver()

    assert len({taken.length for taken in service.taken}) == 1
    assert sorted(int(taken.headers["TTL"]) for taken in service.taken) == [7 * 60, 15 * 60]
    assert {taken.claims["sub"] for taken in service.taken} == {"mailto:everyhour@localhost"}
    assert not any("nudge" in taken.headers["Topic"] for taken in service.taken)


def test_same_key_is_the_same_notification(write, phone, service, deliver):
    phone()
    assert write() == write()
    deliver()
    write()

    deliver()

    assert len(service.taken) == 1


def test_nothing_is_sent_early_or_late(write, phone, service, deliver, clock):
    phone()
    write("later", send_at=NOW + timedelta(minutes=5))
    write("late", send_at=NOW + timedelta(minutes=20), minutes=30)

    before = deliver()
    clock.on(minutes=40)
    after = deliver()

    assert {notification.state for notification in before.values()} == {State.WAITING}
    assert {notification.state: notification.reason for notification in after.values()} == {
        State.EXPIRED: "its time was over"
    }
    assert service.taken == []


def test_nothing_is_sent_in_the_last_second(write, phone, service, deliver, clock):
    phone()
    write()
    clock.on(minutes=14, seconds=59.5)

    assert deliver()["one"].state == State.EXPIRED
    assert service.asked == {}


def test_recheck_before_each_attempt_is_final(write, phone, service, deliver, kinds, clock):
    service.answers["phone"] = lambda times: kinds.update({"nudge-like": "quiet hours"}) or 503
    phone()
    write()

    deliver()
    clock.on(minutes=1)
    notification = deliver()["one"]

    assert (notification.state, notification.reason, service.asked) == (
        State.CANCELLED,
        "quiet hours",
        {"phone": 1},
    )


def test_without_a_phone_it_goes_by_mail_with_unsubscribe(ada, write, mailbox, deliver):
    write()

    notification = deliver()["one"]

    mail = mailbox.mails[0]
    assert (notification.channel, mail["To"], mail["Subject"]) == (
        "mail",
        "ada@example.org",
        "A small thing, if you like",
    )
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["List-Unsubscribe"].startswith("<http://localhost:8000/en/messages/enough/")
    assert "http://localhost:8000/en/now/?practice=bear-walk" in mail.get_content()
    assert "Wren" not in mail.as_string() and "Teeth" not in mail.as_string()


def test_gone_phone_is_not_retried_and_mail_follows(write, phone, service, mailbox, deliver):
    service.answers["phone"] = 410
    phone()
    write()
    deliver()
    write("two")

    notifications = deliver()

    assert results(notifications["one"]) == [("push", "gone 410"), ("mail", "taken")]
    assert results(notifications["two"]) == [("mail", "taken")]
    assert (len(mailbox.mails), Address.objects.get(channel="push").gone_at) == (2, NOW)


@pytest.mark.parametrize("answer", [400, 413, 429, 500, 503])
def test_refusal_leads_to_the_next_address_at_once(answer, write, phone, service, mailbox, deliver):
    service.answers["phone"] = answer
    phone()
    write()

    notification = deliver()["one"]

    assert results(notification) == [("push", f"refused {answer}"), ("mail", "taken")]


def test_once_purpose_is_not_retried_without_a_response(
    write, phone, service, mailbox, deliver, clock
):
    service.answers["phone"] = BREAK
    phone()
    write()

    notification = deliver()["one"]
    clock.on(minutes=5)
    deliver()

    assert (notification.state, notification.reason) == (State.UNSURE, "no answer came")
    assert (service.asked, mailbox.mails) == ({"phone": 1}, [])


def test_other_purpose_tries_the_next_address(write, phone, service, mailbox, deliver):
    service.answers["phone"] = BREAK
    phone()
    write(purpose="notice-like")

    notification = deliver()["one"]

    assert (notification.state, notification.channel, len(mailbox.mails)) == (State.SENT, "mail", 1)


def test_retries_have_growing_pauses(write, mailbox, deliver, clock):
    mailbox.after = "451 Not now"
    write(purpose="notice-like", minutes=None)
    pauses = []
    for _try in range(4):
        notification = deliver()["one"]
        pauses.append((notification.held_until - clock()).total_seconds())
        clock.at = notification.held_until
    mailbox.after = "250 Taken"

    notification = deliver()["one"]

    assert pauses == [30, 60, 120, 240]
    assert (notification.state, len(notification.attempts.all()), len(mailbox.mails)) == (
        State.SENT,
        5,
        1,
    )


def test_retry_after_is_respected(ada, write, phone, service, deliver):
    Preferences.objects.create(person=ada, channels=["push"])
    service.answers["phone"] = 429
    phone()
    write()

    notification = deliver()["one"]

    assert (notification.state, notification.held_until) == (
        State.WAITING,
        NOW + timedelta(seconds=90),
    )


def test_failing_address_is_tried_last(ada, write, phone, service, mailbox, deliver):
    Address.objects.filter(pk=phone().pk).update(failures=addresses.FAILING)
    write()

    assert results(deliver()["one"]) == [("mail", "taken")]


def test_most_recently_used_phone_is_tried_first(write, phone, service, deliver):
    phone("old")
    phone("new", at=NOW + timedelta(minutes=1))
    write()

    deliver()

    assert service.asked == {"new": 1}


def test_bounced_address_gets_no_mail_until_changed(ada, write, mailbox, deliver):
    mailbox.refused["ada@example.org"] = "550 5.1.1 Nobody of this name"
    write("one")
    first = deliver()["one"]
    write("two")
    second = deliver()["two"]
    ada.email = "new@example.org"
    ada.save()
    write("three")

    third = deliver()["three"]

    assert (first.state, results(first)) == (State.FAILED, [("mail", "gone 550")])
    assert (second.state, second.reason, results(second)) == (
        State.FAILED,
        "nowhere to bring it",
        [],
    )
    assert (third.state, mailbox.mails[0]["To"]) == (State.SENT, "new@example.org")


@pytest.mark.parametrize("words", ["550 5.7.1 Not from you", "452 4.2.2 Mailbox full"])
def test_policy_refusal_does_not_end_the_address(words, ada, write, mailbox, deliver):
    mailbox.refused["ada@example.org"] = words
    write()

    deliver()

    assert Address.objects.get().gone_at is None


def test_hangup_after_the_text_is_unsure(write, mailbox, deliver, clock):
    mailbox.hangs_up = True
    write()

    notification = deliver()["one"]
    clock.on(minutes=1)
    deliver()

    assert (notification.state, len(mailbox.mails)) == (State.UNSURE, 1)


def test_unreachable_mail_server_is_retried_until_expiry(write, deliver, clock):
    nobody = {
        "default": {
            "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "OPTIONS": {"host": "127.0.0.1", "port": 9, "timeout": 1},
        }
    }
    write(minutes=1)
    with override_settings(MAILERS=nobody):
        first = deliver()["one"]
        clock.at = first.held_until
        second = deliver()["one"]

    assert (first.state, results(first)) == (
        State.WAITING,
        [
            ("mail", "unreached ConnectionRefusedError"),
            ("mail", "unreached ConnectionRefusedError"),
        ],
    )
    assert (second.state, second.reason) == (State.FAILED, "nobody took it")


def test_unwanted_purpose_is_not_sent(ada, write, phone, service, deliver):
    Preferences.objects.create(person=ada, unwanted=["nudge-like"])
    phone()
    write()

    notification = deliver()["one"]

    assert (notification.state, notification.reason, service.asked) == (
        State.FAILED,
        "not wanted outside",
        {},
    )


def test_required_purpose_ignores_preferences(ada, write, phone, service, mailbox, deliver):
    Preferences.objects.create(person=ada, unwanted=["security"], channels=["push"])
    phone()
    write(purpose="security", title="A message for you", body="A passkey was added.")

    deliver()

    assert (service.asked, mailbox.mails[0].get_content().splitlines()[0]) == (
        {},
        "A passkey was added.",
    )
    assert mailbox.mails[0]["List-Unsubscribe"] is None


def test_cancelled_notification_is_not_sent(write, phone, service, deliver):
    phone()
    write("one")
    write("two", send_at=NOW + timedelta(minutes=5))

    assert actions.cancel(["one", "two", "none"], reason="right now was used", at=NOW) == 2
    assert {notification.state for notification in deliver().values()} == {State.CANCELLED}
    assert service.asked == {}


def test_first_seen_time_is_kept(write, clock):
    notification = write()
    actions.seen(notification, at=NOW)
    actions.seen(notification, at=NOW + timedelta(hours=1))

    notification.refresh_from_db()

    assert notification.seen_at == NOW


def test_one_failure_does_not_block_the_rest(write, phone, service, deliver, monkeypatch):
    phone()
    write("broken")
    write("whole", at=NOW + timedelta(seconds=1), send_at=NOW)
    Notification.objects.filter(key="broken").update(purpose="nobody-knows")

    notifications = deliver()

    assert (notifications["broken"].state, notifications["whole"].state) == (
        State.WAITING,
        State.SENT,
    )


def test_private_network_address_is_given_up(write, phone, service, mailbox, deliver, settings):
    settings.PRIVATE_ADDRESSES = False
    phone()
    write()

    notification = deliver()["one"]

    assert results(notification) == [("push", "gone address"), ("mail", "taken")]
    assert service.asked == {}


def test_browser_belongs_to_one_person(ada, phone, service):
    first = phone()
    from testing import make

    addresses.allow(make.person(), endpoint=first.target, keys=first.keys, label="", at=NOW)

    assert not ada.notification_addresses.exists()


def test_old_notifications_and_gone_phones_are_deleted(write, phone, service, deliver):
    Address.objects.filter(pk=phone().pk).update(gone_at=NOW)
    write("sent")
    write("waiting", minutes=None, send_at=NOW)
    Notification.objects.filter(key="sent").update(state=State.SENT)

    actions.delete_expired(NOW + timedelta(days=91))

    assert [notification.key for notification in Notification.objects.all()] == ["waiting"]
    assert not Address.objects.filter(channel="push").exists()


def test_attempt_is_recorded_before_sending(write, phone, service, deliver):
    found = []
    service.answers["phone"] = lambda times: found.append(times) or 201
    phone()
    write()

    deliver()

    attempt = DeliveryAttempt.objects.get()
    assert (attempt.at, attempt.ended_at, attempt.result, found) == (NOW, NOW, "taken", [1])
