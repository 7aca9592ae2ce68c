"""A letter leaves at its time by the way somebody wished, at most once or at least once, and never late."""

from datetime import timedelta

import pytest
from django.test import override_settings

from everyhour.foundation.notifications import actions, addresses
from everyhour.foundation.notifications.models import (
    Address,
    DeliveryAttempt,
    Notification,
    Preferences,
)
from everyhour.foundation.notifications.tests.conftest import NOW
from testing.fakes.pushing import BREAK

State = Notification.State


def results(letter):
    return [(attempt.channel, attempt.result) for attempt in letter.attempts.all()]


def test_a_phone_hears_neutral_words_and_nothing_of_what_it_is_about(
    write, phone, service, deliver
):
    phone()
    write()

    letter = deliver()["one"]

    assert (letter.state, letter.channel, letter.sent_at) == (State.SENT, "push", NOW)
    assert [(told["title"], told["body"], told["path"]) for told in service.payloads()] == [
        ("A small thing, if you like", "", "/en/now/?practice=bear-walk")
    ]


def test_its_own_words_come_when_they_were_asked_for(ada, write, phone, service, deliver):
    Preferences.objects.create(person=ada, shows=True)
    phone()
    write()

    deliver()

    assert [(told["title"], told["body"]) for told in service.payloads()] == [
        ("Bear walk with Wren", "Teeth to pyjamas")
    ]


def test_every_notification_is_as_long_as_every_other_and_says_when_it_ends(
    write, phone, service, deliver
):
    phone()
    write("short", title="x", body="")
    write("long", title="x" * 120, body="y" * 5000, minutes=7)

    deliver()

    assert len({taken.length for taken in service.taken}) == 1
    assert sorted(int(taken.headers["TTL"]) for taken in service.taken) == [7 * 60, 15 * 60]
    assert {taken.claims["sub"] for taken in service.taken} == {"mailto:everyhour@localhost"}
    assert not any("nudge" in taken.headers["Topic"] for taken in service.taken)


def test_the_same_key_is_the_same_letter(write, phone, service, deliver):
    phone()
    assert write() == write()
    deliver()
    write()

    deliver()

    assert len(service.taken) == 1


def test_nothing_leaves_before_its_time_or_after_it(write, phone, service, deliver, clock):
    phone()
    write("later", send_at=NOW + timedelta(minutes=5))
    write("late", send_at=NOW + timedelta(minutes=20), minutes=30)

    before = deliver()
    clock.on(minutes=40)
    after = deliver()

    assert {letter.state for letter in before.values()} == {State.WAITING}
    assert {letter.state: letter.reason for letter in after.values()} == {
        State.EXPIRED: "its time was over"
    }
    assert service.taken == []


def test_with_less_than_a_second_left_nothing_leaves(write, phone, service, deliver, clock):
    phone()
    write()
    clock.on(minutes=14, seconds=59.5)

    assert deliver()["one"].state == State.EXPIRED
    assert service.asked == {}


def test_a_guard_is_asked_before_each_attempt_and_its_no_is_final(
    write, phone, service, deliver, kinds, clock
):
    service.answers["phone"] = lambda times: kinds.update({"nudge-like": "quiet hours"}) or 503
    phone()
    write()

    deliver()
    clock.on(minutes=1)
    letter = deliver()["one"]

    assert (letter.state, letter.reason, service.asked) == (
        State.CANCELLED,
        "quiet hours",
        {"phone": 1},
    )


def test_without_a_phone_it_goes_by_mail_with_a_way_to_end_it_in_one_tap(
    ada, write, mailbox, deliver
):
    write()

    letter = deliver()["one"]

    mail = mailbox.mails[0]
    assert (letter.channel, mail["To"], mail["Subject"]) == (
        "mail",
        "ada@example.org",
        "A small thing, if you like",
    )
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["List-Unsubscribe"].startswith("<http://localhost:8000/en/messages/enough/")
    assert "http://localhost:8000/en/now/?practice=bear-walk" in mail.get_content()
    assert "Wren" not in mail.as_string() and "Teeth" not in mail.as_string()


def test_a_phone_that_is_gone_is_not_asked_again_and_mail_follows_at_once(
    write, phone, service, mailbox, deliver
):
    service.answers["phone"] = 410
    phone()
    write()
    deliver()
    write("two")

    letters = deliver()

    assert results(letters["one"]) == [("push", "gone 410"), ("mail", "taken")]
    assert results(letters["two"]) == [("mail", "taken")]
    assert (len(mailbox.mails), Address.objects.get(channel="push").gone_at) == (2, NOW)


@pytest.mark.parametrize("answer", [400, 413, 429, 500, 503])
def test_a_clear_no_leads_to_the_next_address_at_once(
    answer, write, phone, service, mailbox, deliver
):
    service.answers["phone"] = answer
    phone()
    write()

    letter = deliver()["one"]

    assert results(letter) == [("push", f"refused {answer}"), ("mail", "taken")]


def test_what_comes_at_most_once_is_not_tried_again_when_no_answer_came(
    write, phone, service, mailbox, deliver, clock
):
    service.answers["phone"] = BREAK
    phone()
    write()

    letter = deliver()["one"]
    clock.on(minutes=5)
    deliver()

    assert (letter.state, letter.reason) == (State.UNSURE, "no answer came")
    assert (service.asked, mailbox.mails) == ({"phone": 1}, [])


def test_what_comes_at_least_once_goes_on_to_the_next_address(
    write, phone, service, mailbox, deliver
):
    service.answers["phone"] = BREAK
    phone()
    write(purpose="notice-like")

    letter = deliver()["one"]

    assert (letter.state, letter.channel, len(mailbox.mails)) == (State.SENT, "mail", 1)


def test_it_is_tried_again_with_growing_pauses_until_somebody_takes_it(
    write, mailbox, deliver, clock
):
    mailbox.after = "451 Not now"
    write(purpose="notice-like", minutes=None)
    pauses = []
    for _try in range(4):
        letter = deliver()["one"]
        pauses.append((letter.held_until - clock()).total_seconds())
        clock.at = letter.held_until
    mailbox.after = "250 Taken"

    letter = deliver()["one"]

    assert pauses == [30, 60, 120, 240]
    assert (letter.state, len(letter.attempts.all()), len(mailbox.mails)) == (State.SENT, 5, 1)


def test_a_service_that_names_a_pause_gets_it(ada, write, phone, service, deliver):
    Preferences.objects.create(person=ada, channels=["push"])
    service.answers["phone"] = 429
    phone()
    write()

    letter = deliver()["one"]

    assert (letter.state, letter.held_until) == (State.WAITING, NOW + timedelta(seconds=90))


def test_after_failures_in_a_row_others_are_tried_first(
    ada, write, phone, service, mailbox, deliver
):
    Address.objects.filter(pk=phone().pk).update(failures=addresses.TIRED)
    write()

    assert results(deliver()["one"]) == [("mail", "taken")]


def test_the_phone_used_last_is_tried_first(write, phone, service, deliver):
    phone("old")
    phone("new", at=NOW + timedelta(minutes=1))
    write()

    deliver()

    assert service.asked == {"new": 1}


def test_mail_that_comes_back_ends_that_address_until_it_is_another(ada, write, mailbox, deliver):
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
def test_a_mail_server_that_will_not_have_us_says_nothing_of_the_address(
    words, ada, write, mailbox, deliver
):
    mailbox.refused["ada@example.org"] = words
    write()

    deliver()

    assert Address.objects.get().gone_at is None


def test_a_mail_server_that_hangs_up_after_the_text_leaves_it_open(write, mailbox, deliver, clock):
    mailbox.hangs_up = True
    write()

    letter = deliver()["one"]
    clock.on(minutes=1)
    deliver()

    assert (letter.state, len(mailbox.mails)) == (State.UNSURE, 1)


def test_where_no_mail_server_answers_it_waits_while_there_is_time(write, deliver, clock):
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


def test_what_somebody_does_not_want_stays_in_the_house(ada, write, phone, service, deliver):
    Preferences.objects.create(person=ada, unwanted=["nudge-like"])
    phone()
    write()

    letter = deliver()["one"]

    assert (letter.state, letter.reason, service.asked) == (State.FAILED, "not wanted outside", {})


def test_what_is_needed_goes_out_whatever_was_wished(ada, write, phone, service, mailbox, deliver):
    Preferences.objects.create(person=ada, unwanted=["security"], channels=["push"])
    phone()
    write(purpose="security", title="A message for you", body="A passkey was added.")

    deliver()

    assert (service.asked, mailbox.mails[0].get_content().splitlines()[0]) == (
        {},
        "A passkey was added.",
    )
    assert mailbox.mails[0]["List-Unsubscribe"] is None


def test_taken_back_before_it_left_it_does_not_leave(write, phone, service, deliver):
    phone()
    write("one")
    write("two", send_at=NOW + timedelta(minutes=5))

    assert actions.cancel(["one", "two", "none"], reason="right now was used", at=NOW) == 2
    assert {letter.state for letter in deliver().values()} == {State.CANCELLED}
    assert service.asked == {}


def test_what_was_seen_first_stays(write, clock):
    letter = write()
    actions.seen(letter, at=NOW)
    actions.seen(letter, at=NOW + timedelta(hours=1))

    letter.refresh_from_db()

    assert letter.seen_at == NOW


def test_one_that_breaks_us_does_not_keep_the_others(write, phone, service, deliver, monkeypatch):
    phone()
    write("broken")
    write("whole", at=NOW + timedelta(seconds=1), send_at=NOW)
    Notification.objects.filter(key="broken").update(purpose="nobody-knows")

    letters = deliver()

    assert (letters["broken"].state, letters["whole"].state) == (State.WAITING, State.SENT)


def test_an_address_of_our_own_network_is_given_up(
    write, phone, service, mailbox, deliver, settings
):
    settings.PRIVATE_ADDRESSES = False
    phone()
    write()

    letter = deliver()["one"]

    assert results(letter) == [("push", "gone address"), ("mail", "taken")]
    assert service.asked == {}


def test_a_browser_is_one_persons(ada, phone, service):
    first = phone()
    from testing import make

    addresses.allow(make.person(), endpoint=first.target, keys=first.keys, label="", at=NOW)

    assert not ada.notification_addresses.exists()


def test_old_letters_and_phones_that_are_gone_are_let_go(write, phone, service, deliver):
    Address.objects.filter(pk=phone().pk).update(gone_at=NOW)
    write("sent")
    write("waiting", minutes=None, send_at=NOW)
    Notification.objects.filter(key="sent").update(state=State.SENT)

    actions.let_go_of_old(NOW + timedelta(days=91))

    assert [letter.key for letter in Notification.objects.all()] == ["waiting"]
    assert not Address.objects.filter(channel="push").exists()


def test_an_attempt_is_on_record_before_anything_leaves(write, phone, service, deliver):
    found = []
    service.answers["phone"] = lambda times: found.append(times) or 201
    phone()
    write()

    deliver()

    attempt = DeliveryAttempt.objects.get()
    assert (attempt.at, attempt.ended_at, attempt.result, found) == (NOW, NOW, "taken", [1])
