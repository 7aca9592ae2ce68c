"""Emails of accounts: plain text, neutral subjects, no names.

A code is sent at once, because someone waits for it. A message about a change goes through
notifications, which deliver it at least once.
"""

import logging
import smtplib
from datetime import datetime, timedelta

from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from everyhour.foundation.accounts.models import Person
from everyhour.foundation.lib.ids import new_id
from everyhour.foundation.notifications import actions as notifications
from everyhour.foundation.notifications import addresses

logger = logging.getLogger(__name__)
EXPIRY = timedelta(days=7)  # news of an old change would only frighten


def send_code(to: str, code: str) -> bool:
    """Email a code; return whether the mail server took it."""
    return _send(to, _("A code for you"), "accounts/code.txt", {"code": f"{code[:4]} {code[4:]}"})


def notify_change(person: Person, changed: str, *, at: datetime, former: str = "") -> None:
    """Notify a person that a way to sign in has changed, at the address `former` when given."""
    body = render_to_string("accounts/note.txt", {"changed": changed}).strip()
    only = addresses.former(person, former, at=at) if former else None
    notifications.write(
        person=person,
        purpose="security",
        key=f"security:{new_id()}",
        title=_("A message for you"),
        body=body,
        at=at,
        expires_at=at + EXPIRY,
        only=only,
    )


def _send(to: str, subject: str, template: str, context: dict) -> bool:
    try:
        EmailMessage(subject, render_to_string(template, context), to=[to]).send()
    except (OSError, smtplib.SMTPException) as error:
        logger.error(
            "The mail server did not take an email: %s. Check EVERYHOUR_MAIL.", type(error).__name__
        )  # never the address
        return False
    return True
