"""Decide what to offer for a child, write it down, and decide it again from what was written.

A decision is made once for its key and kept, so a page that is looked at twice offers the same; also when nothing is offered.
"""

from dataclasses import replace
from datetime import datetime

from django.db import IntegrityError, transaction

from everyhour.domain.families.models import Caregiver, Child
from everyhour.domain.moments import learning, scenes, shelves, tries
from everyhour.domain.moments.advisor import learned
from everyhour.domain.moments.models import Decision


def decide(
    child: Child, key: str, *, by: Caregiver, state: str, situation: str, standing: learned.Standing, zone: str, at: datetime
) -> Decision:
    """Give the decision under this key, made now when there is none yet."""
    known = Decision.objects.filter(child=child, key=key).first()
    return known or _make(child, key, by=by, state=state, situation=situation, standing=standing, zone=zone, at=at)


def _make(
    child: Child, key: str, *, by: Caregiver, state: str, situation: str, standing: learned.Standing, zone: str, at: datetime
) -> Decision:
    candidates = shelves.current()
    asked = tries.opportunity(
        tries.unit(child.pk, by.household_id), key, at=at, since=child.created_at, zone=zone, state=state, situation=situation,
        candidates=candidates, wishes=scenes.wishes(child, tries.now_in(zone, at)), standing=standing,
    )  # fmt: skip
    past = tries.past_of(child, by.household)
    fit = learning.in_force()
    row = learning.belief_row(child.pk, by.household_id, fit)
    made = learning.decider(fit, tuple(c.slug for c in candidates)).decide([asked], [past])[0]
    try:
        with transaction.atomic():
            return Decision.objects.create(
                family_id=child.family_id, child=child, household=by.household, caregiver=by, key=key, at=at, zone=zone,
                practice=made.slug or "", fit=fit, belief=row, shelf=shelves.keep(candidates), body=written(made, asked, past),
            )  # fmt: skip
    except IntegrityError:  # somebody else asked in the same moment; theirs stands
        return Decision.objects.get(child=child, key=key)


def written(made: learned.Decision, asked: learned.Opportunity, past: learned.Past) -> dict:
    """Write a decision down with all it was made from; the practices it was made among stand on their shelf."""
    return {
        "decision": learned.to_plain(made),
        "opportunity": learned.to_plain(replace(asked, candidates=())),
        "past": learned.to_plain(past),
    }


def read(kept: Decision) -> learned.Decision:
    return learned.from_plain(learned.Decision, kept.body["decision"])


def readable(body: object) -> bool:
    """Tell whether this is what `written` writes; asked of what somebody brings from another server."""
    kinds = {"decision": learned.Decision, "opportunity": learned.Opportunity, "past": learned.Past}
    try:
        return isinstance(body, dict) and all(
            learned.to_plain(learned.from_plain(kind, body[name])) == body[name] for name, kind in kinds.items()
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        return False


def again(kept: Decision) -> bool:
    """Tell whether deciding again, from the rows alone, gives what was decided."""
    if kept.shelf is None:
        raise ValueError("A decision of another server is decided again there.")
    candidates = shelves.read(kept.shelf.digest)
    asked = replace(learned.from_plain(learned.Opportunity, kept.body["opportunity"]), candidates=candidates)
    past = learned.from_plain(learned.Past, kept.body["past"])
    tastes = {tries.unit(kept.child_id, kept.household_id): learning.tastes_in(kept.belief)} if kept.belief else {}
    belief = learned.Belief(learning.everybody(kept.fit, tuple(c.slug for c in candidates)), tastes)
    return learned.replay(read(kept), asked, past, learned.asked(belief))
