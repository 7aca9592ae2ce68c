"""Rules for what may be suggested: pure, never learned, never overridden. The model sees only E.

Each gate has a reason code; one failed gate excludes a candidate. Gates of body, state and a
family's "never" are hard. Cooldowns are soft: when fewer than FEWEST candidates are left, closeness
and the caregiver's own calm return in spite of a cooldown, and nothing else does.
"""

from collections.abc import Sequence
from functools import lru_cache

from everyhour.engine.choosing import (
    AT_HOME,
    PLACES,
    PRESENCE_ONLY,
    Candidate,
    Wishes,
    belongs_elsewhere,
    fits_age,
    may_touch,
)
from everyhour.engine.values import DOMAINS, LOW_CAPACITY, MOOD_OF, History, Opportunity

ALWAYS_LEFT = ("closeness", "own_calm")
FEWEST = 3
ITEM_COOLDOWN = 48.0  # hours
DOMAIN_RUN = 2  # suggestions of one domain in a row
EFFORT_WHEN_LOW = 0.4

REASONS = {
    "kind": "of no kind the engine knows",
    "never": "the family said never",
    "state": "not made for this state",
    "presence": "nothing but presence in fear and terror",
    "demand": "asks too much of a child in storm",
    "touch": "touch is not wanted",
    "age": "for another age than the child is or acts",
    "body": "has no way for this child's body",
    "age_unknown": "suits only some ages, and the age is unknown",
    "allergy": "contains what the child is allergic to",
    "allergy_unknown": "may hold an allergen, and nobody was asked",
    "avoid": "brings what hurts this child",
    "place": "does not work here",
    "elsewhere": "made for another situation only",
    "effort": "too much effort for a caregiver this tired",
    "item_cooldown": "suggested in the last two days",
    "domain_run": "the same kind twice in a row",
}

NONE: frozenset[str] = frozenset()

Excluded = dict[str, str]


def filter_candidates(
    opportunity: Opportunity, history: History = History()
) -> tuple[tuple[Candidate, ...], Excluded]:
    """Return the allowed candidates, sorted by slug, and the reason for each of the others."""
    o = opportunity
    kept, hard = _gated(_Same(o.candidates), o.state, o.caregiver, o.situation, o.place, o.wishes)
    resting = cooldowns(kept, o.at, history)
    if not resting and len(kept) >= FEWEST:
        return kept, hard
    left = tuple(c for c in kept if c.slug not in resting)
    if len(left) < FEWEST:
        left = tuple(c for c in kept if c.slug not in resting or c.domain in ALWAYS_LEFT)
        resting = {
            slug: reason for slug, reason in resting.items() if slug not in {c.slug for c in left}
        }
    return left, {**hard, **resting} if resting else hard


def slugs_of(kept: tuple[Candidate, ...]) -> tuple[str, ...]:
    return _slugs(_Same(kept))


class _Same:
    """Candidates compared by identity: comparing fifty practices costs more than filtering them."""

    __slots__ = ("candidates",)

    def __init__(self, candidates: Sequence[Candidate]) -> None:
        self.candidates = candidates

    def __hash__(self) -> int:
        return id(self.candidates)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.candidates is other.candidates


@lru_cache(
    maxsize=4_096
)  # the same few states, places and wishes come again all day; about 6 kB each
def _gated(
    same: _Same, state: str, caregiver: str, situation: str, place: str, wishes: Wishes
) -> tuple[tuple[Candidate, ...], Excluded]:
    reasons = {
        c.slug: failed_gate(c, state, caregiver, situation, place, wishes) for c in same.candidates
    }
    kept = tuple(
        sorted((c for c in same.candidates if reasons[c.slug] is None), key=lambda c: c.slug)
    )
    return kept, {slug: reason for slug, reason in reasons.items() if reason}


@lru_cache(maxsize=4_096)
def _slugs(same: _Same) -> tuple[str, ...]:
    return tuple(c.slug for c in same.candidates)


def failed_gate(
    candidate: Candidate, state: str, caregiver: str, situation: str, place: str, wishes: Wishes
) -> str | None:
    """Return the first gate this candidate fails, or None."""
    works = PLACES.get(situation, AT_HOME) if situation != "any" else frozenset({place})
    untold = "allergy" in candidate.cautions and not candidate.contains  # it may hold anything
    checks = {
        "kind": candidate.domain not in DOMAINS,
        "never": candidate.slug in wishes.never,
        "state": state not in candidate.states,
        "presence": state in PRESENCE_ONLY and not candidate.presence,
        "demand": MOOD_OF.get(state) == 2
        and (candidate.demanding or "competition" in candidate.cautions),
        "touch": candidate.touch == "needed" and not may_touch(wishes, situation),
        "body": not wishes.bodies <= candidate.bodies,
        "age": wishes.age is not None and not fits_age(candidate, wishes),
        "age_unknown": wishes.age is None and not fits_age(candidate, wishes),
        "allergy": bool(wishes.allergies)
        and (untold or bool(candidate.contains & (wishes.allergies or NONE))),
        "allergy_unknown": wishes.allergies is None and (untold or bool(candidate.contains)),
        "avoid": bool(candidate.cautions & wishes.avoid),
        "place": not candidate.works_in & works,
        "elsewhere": wishes.gates >= 2 and belongs_elsewhere(candidate, state, situation),
        "effort": caregiver in LOW_CAPACITY and candidate.effort > EFFORT_WHEN_LOW,
    }
    return next((reason for reason, shut in checks.items() if shut), None)


def cooldowns(candidates: Sequence[Candidate], at: float, history: History) -> Excluded:
    """Return the candidates on cooldown, with the reason."""
    resting = {
        slug: "item_cooldown"
        for slug, item in history.items.items()
        if at - item.last_at < ITEM_COOLDOWN
    }
    worn = (
        history.run[-1]
        if len(history.run) >= DOMAIN_RUN and len(set(history.run[-DOMAIN_RUN:])) == 1
        else None
    )
    if not resting and worn is None:
        return {}
    found = {
        c.slug: resting.get(c.slug) or ("domain_run" if c.domain == worn else "")
        for c in candidates
    }
    return {slug: reason for slug, reason in found.items() if reason}
