"""Whether a practice that the family chose is still safe for this child."""

from datetime import datetime

from everyhour.domain.families.models import Child
from everyhour.domain.recommendations import candidate_sets, context, observations
from everyhour.domain.recommendations.advisor import reasons


def is_suitable(child: Child, practice: str, *, situation: str, zone: str, at: datetime) -> bool:
    """Return whether a practice is in the library, and allowed in at least one of its states."""
    candidate = next((one for one in candidate_sets.current() if one.slug == practice), None)
    if candidate is None:
        return False
    wishes = context.wishes(child, observations.year_and_month(zone, at))
    return any(
        reasons.excluding_rule(candidate, state=state, situation=situation, wishes=wishes) is None
        for state in candidate.states
    )
