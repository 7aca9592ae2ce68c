"""The form of a moment with the choices of the caregiver who fills it in."""

import uuid
from datetime import datetime, timedelta
from typing import Any

from everyhour.domain.families.models import Caregiver, Child
from everyhour.domain.moments import wall_time
from everyhour.domain.moments.models import Moment
from everyhour.domain.recommendations import bundle
from everyhour.features.moments import presenters
from everyhour.features.moments.forms import MomentForm


def choosable(by: Caregiver) -> tuple[list[Child], list[Caregiver]]:
    """Return the children and givers a caregiver may log for; a giver logs only their own."""
    children = by.household.children.all()
    givers = [by, *by.household.caregivers.present().exclude(pk=by.pk)] if by.is_guardian else [by]
    return list(children), givers


def zone_of(by: Caregiver, at: datetime) -> str:
    return by.person.zone_name_at(at) if by.person else "UTC"


def zones_of(by: Caregiver) -> wall_time.Zones:
    """Return the caregiver's time zones with their starts, oldest first."""
    return (
        [(period.since, period.zone) for period in by.person.zone_periods.all()]
        if by.person
        else []
    )


def key() -> str:
    return str(uuid.uuid4())


def build_form(
    by: Caregiver,
    data: Any,
    *,
    at: datetime,
    initial: dict,
    also: str = "",
    of: Moment | None = None,
) -> MomentForm:
    """Return the form for a new moment, or of a known one; `also` is a practice to choose from."""
    (children, givers), body = choosable(by), bundle.for_reader()
    editions, zones = presenters.editions(body), zones_of(by) or [(at, "UTC")]
    if of:  # a former child or giver stays selectable
        children += [of.child] if of.child and of.child not in children else []
        givers += [of.caregiver] if of.caregiver and of.caregiver not in givers else []
        editions, zones = (
            {**editions, of.practice: of.edition.number if of.edition else None},
            [(at, of.zone)],
        )
    choices = presenters.choices(
        body, by, also=also or str((data or {}).get("what", ""))[:80], for_oneself=not children
    )
    return MomentForm(
        data,
        by=by,
        zones=zones,
        choices=choices,
        children=children,
        givers=givers,
        initial=initial,
        editions=editions,
        latest=(at + timedelta(days=1)).date(),
        new=of is None,
    )
