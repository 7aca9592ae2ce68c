"""Whether a practice that the family chose is still safe for this child, and if not, why."""

from collections.abc import Iterable
from datetime import datetime

from everyhour.domain.families.models import Child
from everyhour.domain.recommendations import candidate_sets, context, observations
from everyhour.domain.recommendations.advisor import Candidate, Wishes, reasons

Asked = tuple[str, str]  # practice, situation


def is_suitable(child: Child, practice: str, *, situation: str, zone: str, at: datetime) -> bool:
    """Return whether a practice is in the library, and allowed in at least one of its states."""
    candidate = next((one for one in candidate_sets.current() if one.slug == practice), None)
    if candidate is None:
        return False
    wishes = context.wishes(child, observations.year_and_month(zone, at))
    return None in _rules(candidate, situation, wishes)


def excluding_answers(
    child: Child, asked: Iterable[Asked], *, zone: str, at: datetime
) -> dict[Asked, str]:
    """Return the answer of the family that excludes a practice in all its states, where one does.

    The values are codes of `wording.RULES`.
    """
    wishes = context.wishes(child, observations.year_and_month(zone, at))
    candidates = {candidate.slug: candidate for candidate in candidate_sets.current()}
    found = {}
    for practice, situation in asked:
        if candidate := candidates.get(practice):
            rules = _rules(candidate, situation, wishes)
            answer = next((rule for rule in reasons.FAMILY_RULES if rule in rules), None)
            if answer and None not in rules:
                found[practice, situation] = answer
    return found


def _rules(candidate: Candidate, situation: str, wishes: Wishes) -> set[str | None]:
    """Return what excludes a practice in each of its states; None is among them if nothing does."""
    return {
        reasons.excluding_rule(candidate, state=state, situation=situation, wishes=wishes)
        for state in candidate.states
    }
