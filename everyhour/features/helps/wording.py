"""Sentences of the page What helps."""

from datetime import datetime

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from everyhour.domain.recommendations.estimates import ALIKE, LESS, MORE, Summary
from everyhour.domain.recommendations.wording import RULES, not_suggested
from everyhour.foundation.ui import formats

RELATIONS = {
    "parent": _("Parent"),
    "step_parent": _("Stepparent"),
    "foster_carer": _("Foster carer"),
    "grandparent": _("Grandparent"),
    "relative": _("Relative"),
    "neighbour": _("Neighbor"),
    "babysitter": _("Babysitter"),
    "teacher": _("Teacher"),
    "friend": _("Friend of the family"),
    "other": _("Safe grown-up"),
}

MORNING = 12  # until noon, what was learned today was learned in the night


def suggestion_sentence(says: str, *, when: str, child: str) -> str:
    """Return how often a practice is suggested, or why not; "" when nothing is known."""
    if says in (MORE, LESS, ALIKE):
        plain, timed = LEANINGS[says]
        return str(timed).format(when=when) if when else str(plain)
    if says in RULES:
        return not_suggested(says, child)
    return gettext("Not suggested here; it’s meant for other times.") if says else ""


LEANINGS = {
    MORE: (
        _("We suggest this more often than at the start."),
        _("We suggest this more often {when} than at the start."),
    ),
    LESS: (
        _("We suggest this less often than at the start. It can still come up."),
        _("We suggest this less often {when} than at the start. It can still come up."),
    ),
    ALIKE: (
        _("We suggest this about as often as at the start."),
        _("We suggest this {when} about as often as at the start."),
    ),
}


def learned_sentence(found: Summary, *, now: datetime) -> str:
    """Return when and from how many tries we learned; `now` is in the reader's time zone."""
    if not found.reported:
        return ""
    if not found.learned_from or found.at is None:
        return gettext("From tomorrow, ideas will take these tries into account.")
    at = found.at.astimezone(now.tzinfo)
    if at.date() == now.date():
        sentence = (
            ngettext(
                "We learned this last night from {n} try.",
                "We learned this last night from {n} tries.",
                found.learned_from,
            )
            if at.hour < MORNING
            else ngettext(
                "We learned this today from {n} try.",
                "We learned this today from {n} tries.",
                found.learned_from,
            )
        )
        return sentence.format(n=found.learned_from)
    sentence = ngettext(
        "We learned this on {day} from {n} try.",
        "We learned this on {day} from {n} tries.",
        found.learned_from,
    )
    return sentence.format(n=found.learned_from, day=formats.day(at))
