"""The one letter this room sends: a link, without any name. Its subject tells nothing to who reads over a shoulder."""

import logging
import smtplib

from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

logger = logging.getLogger(__name__)


def send_link(to: str, link: str) -> bool:
    """Mail an invitation; tell whether the letter left the house."""
    try:
        EmailMessage(
            _("A link for you"), render_to_string("family/invitation.txt", {"link": link}), to=[to]
        ).send()
    except (OSError, smtplib.SMTPException) as error:
        logger.error("A letter could not be sent: %s", type(error).__name__)  # never the address
        return False
    return True
