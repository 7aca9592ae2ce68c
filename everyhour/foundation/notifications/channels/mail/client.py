"""Mail: plain text, a neutral subject, and one-click unsubscribe (RFC 8058)."""

import smtplib
from email import policy as policies
from email.headerregistry import BaseHeader, HeaderRegistry, UnstructuredHeader

from django.conf import settings
from django.core.mail import EmailMessage, mailers
from django.template.loader import render_to_string

from everyhour.foundation.lib.public_address import absolute
from everyhour.foundation.notifications.channels import Outcome, Result, Text

POLICY = b"5.7."  # refused by policy, which does not mean that the mailbox is gone


def send(text: Text, *, to: str, name: str) -> Result:
    """Submit one mail. A connection that breaks without a reply gives UNSURE."""
    mailer = mailers.create_connection("default")
    try:
        mailer.open()
    except (OSError, smtplib.SMTPException) as error:
        return Result(Outcome.UNREACHED, type(error).__name__, again=True)
    try:
        mailer.send_messages([build_message(text, to=to, name=name)])
    except smtplib.SMTPRecipientsRefused as error:
        return _refused(*next(iter(error.recipients.values())))
    except smtplib.SMTPResponseException as error:
        return Result(Outcome.REFUSED, str(error.smtp_code), again=error.smtp_code < 500)
    except (OSError, smtplib.SMTPException) as error:
        return Result(Outcome.UNSURE, type(error).__name__, again=True)
    finally:
        mailer.close()
    return Result(Outcome.TAKEN)


def _refused(code: int, reply: bytes | str) -> Result:
    reply = reply if isinstance(reply, bytes) else reply.encode()
    if code < 500 or reply.startswith(POLICY):
        return Result(Outcome.REFUSED, str(code), again=code < 500)
    return Result(Outcome.GONE, str(code))


def build_message(text: Text, *, to: str, name: str) -> EmailMessage:
    """Build the mail; a retry has the same Message-ID, so mailboxes can drop the duplicate."""
    headers = {
        "Message-ID": f"<{name}@{settings.DEFAULT_FROM_EMAIL.rpartition('@')[2].strip('>')}>",
        "Auto-Submitted": "auto-generated",
    }
    if text.unsubscribe:
        headers |= {
            "List-Unsubscribe": f"<{absolute(text.unsubscribe)}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }
    context = {
        "text": text,
        "link": absolute(text.path) if text.path else "",
        "unsubscribe": absolute(text.unsubscribe) if text.unsubscribe else "",
    }
    message = Mail(
        text.subject, render_to_string("notifications/mail.txt", context), to=[to], headers=headers
    )
    if file := text.attachment:
        message.attach(file.name, file.content, file.mimetype)
    return message


class Mail(EmailMessage):
    """A mail whose unsubscribe address stays as it is.

    Python encodes a word that does not fit into a line of 78 characters (RFC 2047), and no mailbox
    opens an encoded address.
    """

    def message(self, *, policy=policies.default):
        registry = HeaderRegistry()
        registry.map_to_type("list-unsubscribe", _OneLine)
        return super().message(policy=policy.clone(header_factory=registry))


class _OneLine(UnstructuredHeader, BaseHeader):
    def fold(self, *, policy):
        return f"{self.name}: {self}{policy.linesep}"
