"""Who somebody is to a child, and what is believed of a practice, in words."""

from datetime import datetime

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from everyhour.domain.recommendations.estimates import ALIKE, LESS, MORE, Believed
from everyhour.domain.recommendations.wording import RULES
from everyhour.foundation.ui import formats

RELATIONS = {
    "parent": _("Parent"),
    "step_parent": _("Stepparent"),
    "foster_carer": _("Foster carer"),
    "grandparent": _("Grandparent"),
    "relative": _("Relative"),
    "neighbour": _("Neighbor"),
    "teacher": _("Teacher"),
    "friend": _("Friend of the family"),
    "other": _("Safe grown-up"),
}

MORNING = 12  # until noon, what was learned today was learned in the night


def believed(says: str, *, when: str, child: str) -> str:
    """Say how often a practice comes up for this child, or why it does not; nothing where there is nothing to say."""
    if says in (MORE, LESS, ALIKE):
        plain, timed = LEANINGS[says]
        return str(timed).format(when=when) if when else str(plain)
    if says in RULES:
        return gettext("Not offered: {why}").format(why=str(RULES[says]).format(child=child))
    return gettext("Not offered for this; it is made for other hours.") if says else ""


LEANINGS = {
    MORE: (
        _("More likely to be offered than at the start."),
        _("More likely to be offered {when} than at the start."),
    ),
    LESS: (
        _("Less likely to be offered than at the start. It may still come."),
        _("Less likely to be offered {when} than at the start. It may still come."),
    ),
    ALIKE: (
        _("Offered about as often as at the start."),
        _("Offered {when} about as often as at the start."),
    ),
}


def learned(found: Believed, *, now: datetime) -> str:
    """Say from how many tries what comes up here was learned, and when; `now` is on the reader's clock."""
    if not found.told:
        return ""
    if not found.tries or found.at is None:
        return gettext("What comes up will go by these tries from tomorrow.")
    at = found.at.astimezone(now.tzinfo)
    if at.date() == now.date():
        told = (
            ngettext(
                "Learned last night from {n} try.",
                "Learned last night from {n} tries.",
                found.tries,
            )
            if at.hour < MORNING
            else ngettext(
                "Learned today from {n} try.", "Learned today from {n} tries.", found.tries
            )
        )
        return told.format(n=found.tries)
    told = ngettext(
        "Learned on {day} from {n} try.", "Learned on {day} from {n} tries.", found.tries
    )
    return told.format(n=found.tries, day=formats.day(at))
