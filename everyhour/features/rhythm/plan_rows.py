"""Planned practices as rows of a page, and why Today leaves some out."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _

from everyhour.domain.families.models import Child
from everyhour.domain.recommendations import suitability
from everyhour.domain.recommendations.wording import not_suggested
from everyhour.domain.rhythm.models import Planned
from everyhour.domain.rhythm.shape import Day
from everyhour.domain.rhythm.titles import titles_of
from everyhour.features.rhythm import wording


def plan_rows(
    plans: list[Planned], into: dict[str, str], left_out: dict[Planned, str]
) -> list[tuple[Planned, str, str, str, str]]:
    """Return each plan: its title, part of the day and weekdays, and why Today leaves it out."""
    titles, missing = titles_of(one.practice for one in plans), _("No longer in the library")
    return [
        (
            one,
            titles.get(one.practice, missing),
            into.get(one.transition, ""),
            wording.weekdays(one.weekdays),
            left_out.get(one, ""),
        )
        for one in plans
    ]


def left_out(
    plans: list[Planned], child: Child, coming: list[Day], *, zone: str, at: datetime
) -> dict[Planned, str]:
    """Return which plans Today leaves out because of the family's answers, with the reason."""
    ahead = {part.name: part.situation for day in coming for part in day.transitions}
    asked = {one: (one.practice, ahead.get(one.transition, "any")) for one in plans}
    why = why_not_suggested(child, asked.values(), zone=zone, at=at)
    return {one: why[pair] for one, pair in asked.items() if pair in why}


def why_not_suggested(
    child: Child, asked: Iterable[suitability.Asked], *, zone: str, at: datetime
) -> dict[suitability.Asked, str]:
    """Return why a practice is not suggested for this child in a situation, where that is so."""
    found = suitability.excluding_answers(child, asked, zone=zone, at=at)
    return {pair: not_suggested(rule, wording.child_name(child)) for pair, rule in found.items()}
