"""Mail: plain text, a neutral subject, and one tap to end it (RFC 8058)."""

import smtplib
from urllib.parse import urljoin

from django.conf import settings
from django.core.mail import EmailMessage, mailers
from django.template.loader import render_to_string

from everyhour.foundation.notifications.channels import Outcome, Result, Text

POLICY = b"5.7."  # "not from you", "not like this": it says nothing of whether somebody is there


def send(text: Text, *, to: str, name: str) -> Result:
    """Hand one mail in. What the mail server said decides; a connection that ends without a word leaves it open."""
    mailer = mailers.create_connection("default")
    try:
        mailer.open()
    except (OSError, smtplib.SMTPException) as trouble:
        return Result(Outcome.UNREACHED, type(trouble).__name__, again=True)
    try:
        mailer.send_messages([message(text, to=to, name=name)])
    except smtplib.SMTPRecipientsRefused as trouble:
        return _refused(*next(iter(trouble.recipients.values())))
    except smtplib.SMTPResponseException as trouble:
        return Result(Outcome.REFUSED, str(trouble.smtp_code), again=trouble.smtp_code < 500)
    except (OSError, smtplib.SMTPException) as trouble:
        return Result(Outcome.UNSURE, type(trouble).__name__, again=True)
    finally:
        mailer.close()
    return Result(Outcome.TAKEN)


def _refused(code: int, words: bytes | str) -> Result:
    told = words if isinstance(words, bytes) else words.encode()
    if code < 500 or told.startswith(POLICY):
        return Result(Outcome.REFUSED, str(code), again=code < 500)
    return Result(Outcome.GONE, str(code))


def message(text: Text, *, to: str, name: str) -> EmailMessage:
    """Write the mail. Its name is the letter's, so that a mailbox can tell a second copy from a second letter."""
    headers = {
        "Message-ID": f"<{name}@{settings.DEFAULT_FROM_EMAIL.rpartition('@')[2].strip('>')}>",
        "Auto-Submitted": "auto-generated",
    }
    if text.enough:
        headers |= {
            "List-Unsubscribe": f"<{there(text.enough)}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }
    told = {
        "text": text,
        "link": there(text.path) if text.path else "",
        "enough": there(text.enough) if text.enough else "",
    }
    return EmailMessage(
        text.subject, render_to_string("notifications/mail.txt", told), to=[to], headers=headers
    )


def there(path: str) -> str:
    return urljoin(settings.ADDRESS + "/", path)
