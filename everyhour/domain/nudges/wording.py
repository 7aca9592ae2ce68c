"""What nudges say where anybody may see it, and what can be answered in one tap."""

from django.utils.translation import gettext_lazy as _

from everyhour.domain.nudges.models import Nudge

NEUTRAL = _("A small moment, if you like")  # says nothing of a child to who looks over a shoulder
ANSWERS = (
    (Nudge.Answer.NOT_NOW.value, _("Not now")),
    (Nudge.Answer.LATER.value, _("In ten minutes")),
)
