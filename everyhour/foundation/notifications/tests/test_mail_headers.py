"""Headers that a mailbox reads by itself: never encoded, whatever their length."""

from email import policy

import pytest

from everyhour.foundation.notifications.channels import Text
from everyhour.foundation.notifications.channels.mail.client import build_message

TOKEN = "018f3c1e-7b1a-7e0c-9a55-0f7f6b6f3b1c.week-in-one-paragraph:" + "k" * 43
PATH = f"/es/messages/enough/{TOKEN}/"


@pytest.mark.parametrize("host", ["https://e.org", f"https://{'long.' * 18}example.org:8443"])
def test_one_click_unsubscribe_is_a_plain_address(host, settings):
    settings.ADDRESS = host

    sent = _sent("A message", unsubscribe=PATH)

    assert f"List-Unsubscribe: <{host}{PATH}>\r\n" in sent
    assert "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in sent
    assert "=?" not in sent


def test_message_id_of_a_long_domain_is_plain(settings):
    settings.DEFAULT_FROM_EMAIL = f"Everyhour <hello@{'long.' * 18}example.org>"

    sent = _sent("A message")

    assert f"Message-ID: <n1@{'long.' * 18}example.org>\r\n" in sent.replace(":\r\n <", ": <")
    assert "=?" not in sent


def test_subject_with_accents_is_still_encoded():
    sent = _sent("Una pequeña cosa", unsubscribe=PATH)

    assert "Subject: Una =?utf-8?q?peque=C3=B1a?= cosa" in sent


def _sent(subject: str, *, unsubscribe: str = "") -> str:
    """Return the headers as they go to the mail server."""
    text = Text(
        subject=subject,
        title=subject,
        body="",
        path="/",
        tag="n1",
        language="es",
        plain=False,
        opened="",
        unsubscribe=unsubscribe,
        answers=(),
    )
    message = build_message(text, to="ada@example.org", name="n1").message(policy=policy.SMTP)
    return message.as_bytes().decode().partition("\r\n\r\n")[0] + "\r\n"
