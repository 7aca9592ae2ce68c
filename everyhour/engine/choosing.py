"""Choose one brief thing to do, by a rule simple enough to say aloud, with a known probability.

The rule, `suits-1`, until beliefs are learned from what happened:

1. Hard gates, never weighed: the state must be one the practice is for; a child's functioning age must lie in its range;
   what has an age-bound danger (choking, balloons, small parts, weight) is never offered while the age is unknown;
   what needs touch is never offered when touch is not wanted; what hurts this child (noise, say) is not offered; "never
   suggest" is never suggested.
2. What suits gets more weight: made for this situation, nothing to fetch, side by side when the alarm is up, short enough
   for the state, energy in the direction the body needs (`weigh`).
3. Familiar before new: practices that have helped here before share 70 % of the probability (`FAMILIAR_SHARE`), the
   rest share 30 %; among the familiar, what helped more often comes first (`chances`).
4. Every candidate keeps at least `FLOOR` of the probability, so that any other rule can be judged afterwards.

The phone runs the same rule in `features/now/static/now/choosing.js`; `journeys/test_one_way.py` holds the two to the
same answers.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

RULE = "suits-1"
FLOOR = 0.01
FAMILIAR_SHARE = 0.7

STATES = ("calm", "alert", "alarm", "fear", "terror", "drifting", "shutdown")
CAREGIVER_STATES = ("steady", "stretched", "wound_up", "flooded", "numb")
OUTCOMES = ("settled", "a_bit", "not_yet", "unsafe")

PRESENCE_ONLY = frozenset({"fear", "terror"})
AGE_BOUND = frozenset({"choking", "balloon", "small_parts", "weight"})

# Where a situation usually happens; everything else happens at home.
AT_HOME = frozenset({"home"})
PLACES = {
    "car": frozenset({"car"}),
    "school_drop": frozenset({"school", "out"}),
    "waiting": frozenset({"out"}),
    "visit": frozenset({"home", "out"}),
    "goodbye": frozenset({"home", "out", "school"}),
    "party": frozenset({"out"}),
}

# Seconds a dose may take at most before it counts as long for the state (DOMAIN.md 2.3, rule 3).
SHORT_ENOUGH = {"calm": 600, "alert": 600, "alarm": 180, "drifting": 300, "shutdown": 300}
ENERGY_THAT_HELPS = {
    "calm": {"up": 1.0, "down": 1.0, "steady": 1.0},
    "alert": {"up": 0.8, "down": 1.0, "steady": 1.2},
    "alarm": {"up": 0.5, "down": 1.3, "steady": 1.3},
    "drifting": {"up": 1.2, "down": 0.7, "steady": 1.2},
    "shutdown": {"up": 0.8, "down": 1.0, "steady": 1.2},
}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A practice as the rule sees it; ages in years of functioning, times in seconds."""

    slug: str
    states: frozenset[str]
    situations: frozenset[str]
    age: tuple[int, int] = (0, 99)
    seconds: tuple[int, int] = (0, 0)
    energy: str = "steady"
    touch: str = "none"
    side_by_side: bool = False
    presence: bool = False
    materials: int = 0
    works_in: frozenset[str] = frozenset({"home"})
    cautions: frozenset[str] = frozenset()
    # What beliefs are about, beyond the rule of the pocket: one of values.DOMAINS, and 0 (no effort for the caregiver) to 1.
    domain: str = "closeness"
    effort: float = 0.3
    contains: frozenset[str] = frozenset()  # allergens
    demanding: bool = False  # asks the child to perform, learn or compete


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the caregiver told about this child; None means nobody was asked."""

    age: int | None = None
    touch: bool = True
    never: frozenset[str] = frozenset()
    allergies: frozenset[str] | None = None
    avoid: frozenset[str] = frozenset()  # cautions that hurt this child: noise, water, dark, ...


@dataclass(frozen=True, slots=True)
class Tally:
    """How often a practice was tried in this state, and how often it brought some ease."""

    tried: int = 0
    helped: int = 0


@dataclass(frozen=True, slots=True)
class Choice:
    """One drawn practice with the probability it had among `among` candidates."""

    slug: str
    probability: float
    among: int
    draw: float = field(default=0.0)


def allowed(candidate: Candidate, state: str, wishes: Wishes = Wishes()) -> bool:
    """Tell whether a practice may be offered at all. Pure safety: nothing here is weighed or learned."""
    if state not in candidate.states or candidate.slug in wishes.never:
        return False
    if state in PRESENCE_ONLY and not candidate.presence:
        return False
    if (candidate.touch == "needed" and not wishes.touch) or candidate.cautions & wishes.avoid:
        return False
    if wishes.age is None:
        return not candidate.cautions & AGE_BOUND
    return candidate.age[0] <= wishes.age <= candidate.age[1]


def weigh(candidate: Candidate, state: str, situation: str) -> float:
    """Weigh how well a practice suits a state and a situation; 0 means that it does not fit there."""
    if state in PRESENCE_ONLY:
        return 1.0 if candidate.situations & {situation, "any"} else 0.25
    if situation in candidate.situations:
        fit = 4.0
    elif "any" in candidate.situations:
        fit = 2.0
    elif situation == "any":
        fit = 1.0
    elif not candidate.materials and candidate.works_in & PLACES.get(situation, AT_HOME):
        fit = 0.25  # made for elsewhere, but needs nothing and works here: something is left when little was made for this
    else:
        return 0.0
    weight = fit * ENERGY_THAT_HELPS[state].get(candidate.energy, 1.0)
    if candidate.seconds[0] > SHORT_ENOUGH[state]:
        weight *= 0.25
    if state != "calm" and not candidate.materials:
        weight *= 1.5
    if state == "alarm" and candidate.side_by_side:
        weight *= 1.5
    return weight


def shares(weights: Mapping[str, float]) -> dict[str, float]:
    """Divide weights by their sum; what weighs nothing is left out."""
    total = sum(weights.values())
    return {slug: weight / total for slug, weight in weights.items() if weight > 0} if total else {}


def chances(
    weights: Mapping[str, float], tries: Mapping[str, Tally] | None = None
) -> dict[str, float]:
    """Turn weights of the candidates into probabilities: familiar before new, what helped before first, none below FLOOR.

    >>> chances({"hum": 1.0, "walk": 3.0})
    {'hum': 0.25, 'walk': 0.75}
    """
    tries = tries or {}
    slugs = [slug for slug, weight in weights.items() if weight > 0]
    familiar = {slug for slug in slugs if tries.get(slug, Tally()).helped > 0}
    pulls = {
        slug: weights[slug] * (tries[slug].helped + 1) / (tries[slug].tried + 2)
        if slug in familiar
        else weights[slug]
        for slug in slugs
    }
    share = FAMILIAR_SHARE if familiar and len(familiar) < len(slugs) else 1.0
    groups = [
        ([s for s in slugs if s in familiar], share),
        ([s for s in slugs if s not in familiar], 1 - share if familiar else 1.0),
    ]
    raw = {
        slug: part * pulls[slug] / sum(pulls[s] for s in group)
        for group, part in groups
        for slug in group
    }
    return with_floor({slug: raw[slug] for slug in slugs})


def with_floor(probabilities: Mapping[str, float]) -> dict[str, float]:
    """Lift every probability to FLOOR (or to an equal share, when there are too many) and take it from the rest in proportion."""
    floor = min(FLOOR, 1 / len(probabilities)) if probabilities else 0.0
    low = {slug for slug, p in probabilities.items() if p < floor}
    while True:
        rest = sum(p for slug, p in probabilities.items() if slug not in low)
        scale = (1 - floor * len(low)) / rest if rest else 0.0
        sunk = {slug for slug, p in probabilities.items() if slug not in low and p * scale < floor}
        if not sunk:
            return {slug: floor if slug in low else p * scale for slug, p in probabilities.items()}
        low |= sunk


def pick(probabilities: Mapping[str, float], draw: float) -> Choice | None:
    """Take the candidate in whose stretch of [0, 1) the draw falls, in the order given; None when there are none."""
    reached, last = 0.0, None
    for slug, probability in probabilities.items():
        reached += probability
        last = Choice(slug, probability, len(probabilities), draw)
        if draw < reached:
            return last
    return last


def without(probabilities: Mapping[str, float], seen: Sequence[str]) -> dict[str, float]:
    """Leave out what was shown already and share its probability among the rest in proportion."""
    return shares({slug: p for slug, p in probabilities.items() if slug not in seen})
