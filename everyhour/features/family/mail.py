"""The invitation email: a link, with no names in its body or subject."""

import logging
import smtplib

from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

logger = logging.getLogger(__name__)


def send_link(to: str, link: str) -> bool:
    """Send an invitation link by email; return whether that worked."""
    try:
        EmailMessage(
            _("A link for you"), render_to_string("family/invitation.txt", {"link": link}), to=[to]
        ).send()
    except (OSError, smtplib.SMTPException) as error:
        # The address stays out of the log.
        logger.error("Could not send an invitation by email: %s", type(error).__name__)
        return False
    return True
