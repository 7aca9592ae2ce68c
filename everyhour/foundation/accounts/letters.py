"""Letters by mail: plain text, neutral subjects, no names. Who reads over a shoulder learns nothing from the list of mails."""

import logging
import smtplib

from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

logger = logging.getLogger(__name__)


def send_code(to: str, code: str) -> bool:
    """Mail a code; tell whether the letter left the house."""
    return _send(to, _("A code for you"), "accounts/code.txt", {"code": f"{code[:4]} {code[4:]}"})


def send_note(to: str, changed: str) -> bool:
    """Tell somebody, at an address of theirs, that something about how they sign in was changed."""
    return _send(to, _("A note for you"), "accounts/note.txt", {"changed": changed})


def _send(to: str, subject: str, template: str, context: dict) -> bool:
    try:
        EmailMessage(subject, render_to_string(template, context), to=[to]).send()
    except (OSError, smtplib.SMTPException) as error:
        logger.error("A letter could not be sent: %s", type(error).__name__)  # never the address
        return False
    return True
