"""The email with an invitation: who invites and to what; a discreet one names nobody."""

import logging
import smtplib
from typing import Any

from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

logger = logging.getLogger(__name__)


def send_link(to: str, link: str, letter: dict[str, Any]) -> bool:
    """Send an invitation link by email; return whether that worked."""
    discreet = letter["discreet"]
    template = "family/invitation_discreet.txt" if discreet else "family/invitation.txt"
    try:
        EmailMessage(
            subject(letter), render_to_string(template, {**letter, "link": link}), to=[to]
        ).send()
    except (OSError, smtplib.SMTPException) as error:
        # The address stays out of the log.
        logger.error("Could not send an invitation by email: %s", type(error).__name__)
        return False
    return True


def subject(letter: dict[str, Any]) -> str:
    """Return the subject. It may show on a locked screen, so it never names a child."""
    if letter["discreet"]:
        return _("A link for you")
    host = letter["host"]
    return _("%(host)s invites you") % {"host": host} if host else _("An invitation for you")
