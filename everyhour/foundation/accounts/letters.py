"""Letters by mail: plain text, neutral subjects, no names. Who reads over a shoulder learns nothing from the list of mails.

A code is sent at once, as somebody waits for it. A note goes into the letterbox, which brings it at least once.
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
WEEK = timedelta(days=7)  # then a note about a change of long ago would only frighten


def send_code(to: str, code: str) -> bool:
    """Mail a code; tell whether the letter left the house."""
    return _send(to, _("A code for you"), "accounts/code.txt", {"code": f"{code[:4]} {code[4:]}"})


def note(person: Person, changed: str, *, at: datetime, former: str = "") -> None:
    """Tell somebody, by the letterbox, that something about how they sign in was changed; `former`: at the address that was theirs."""
    body = render_to_string("accounts/note.txt", {"changed": changed}).strip()
    only = addresses.former(person, former, at=at) if former else None
    notifications.write(
        person=person,
        purpose="security",
        key=f"security:{new_id()}",
        title=_("A message for you"),
        body=body,
        at=at,
        expires_at=at + WEEK,
        only=only,
    )


def _send(to: str, subject: str, template: str, context: dict) -> bool:
    try:
        EmailMessage(subject, render_to_string(template, context), to=[to]).send()
    except (OSError, smtplib.SMTPException) as error:
        logger.error("A letter could not be sent: %s", type(error).__name__)  # never the address
        return False
    return True
