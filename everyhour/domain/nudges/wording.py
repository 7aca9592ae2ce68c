"""Texts of nudges that anyone near the screen may see, and their buttons."""

from django.utils.translation import gettext_lazy as _

from everyhour.domain.nudges.models import Nudge

NEUTRAL = _("A small moment, if you like")  # private: names no child
ANSWERS = (
    (Nudge.Answer.NOT_NOW.value, _("Not now")),
    (Nudge.Answer.LATER.value, _("In ten minutes")),
)
