"""Choose one brief practice by a simple rule, with a known probability.

The rule, `suits-2`, used without a posterior:

1. Hard gates: the practice must be meant for the state, for how old the child feels (demand and
danger), for how old the child is (dignity), and have a way for this child's body. An age-bound
danger (choking, balloons, small parts, weight) is excluded while the age is unknown; needed touch
where touch is unwanted; cautions that hurt this child; and "never suggest".

2. Weights (`weigh`): more for practices made for this situation, without materials, side by side in
alarm, short enough for the state, with energy in the direction the body needs.

3. Familiar before new: practices that helped here before share FAMILIAR_SHARE of the probability,
the rest share what is left; among the familiar, those that helped more often get more (`chances`).

4. A floor probability for every candidate, so that any other rule can be evaluated from the log.

The phone runs the same rule in `features/now/static/now/choosing.js`;
`journeys/test_choosing_parity.py`
compares the two.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

RULE = "suits-2"
FLOOR = 0.01
FAMILIAR_SHARE = 0.7

STATES = ("calm", "alert", "alarm", "fear", "terror", "drifting", "shutdown")
CAREGIVER_STATES = ("steady", "stretched", "wound_up", "flooded", "numb")
OUTCOMES = ("settled", "a_bit", "not_yet", "unsafe")

PRESENCE_ONLY = frozenset({"fear", "terror"})
AGE_BOUND = frozenset({"choking", "balloon", "small_parts", "weight"})
# What a family can say of a child's body (practices.vocabulary).
BODIES = ("seated", "deaf", "few_words", "blind", "senses")
# Undressed, in bed or in the dark: touch is offered only after a yes, and not from this age on.
CARE_SITUATIONS = frozenset({"dressing", "pyjamas", "bath", "bedtime", "night"})
NO_CARE_TOUCH_FROM = 10
# Wet floors, the dark, a body half asleep: nothing lively unless it was made for it.
NOTHING_LIVELY = CARE_SITUATIONS | {"waking"}
# Danger: only ways to be near and safe, and what was made for it.
DANGERS = frozenset({"being_hit", "dying", "gone"})
# Not parts of every day: a practice made only for these is offered only there.
EVENTS = frozenset(
    {
        *("sibling", "screens", "public", "party", "goodbye", "visit", "cancelled_visit"),
        *("being_hit", "dying", "gone", "school_refusal", "moving", "repair"),
    }
)
# While the age is unknown, a practice must suit children from the first to the second age.
COMMON_AGES = (6, 9)
GATES = 2  # version of the gates; `Wishes.gates` of stored decisions says which ones they passed

# Where a situation usually happens; everything else happens at home.
AT_HOME = frozenset({"home"})
PLACES = {
    "car": frozenset({"car"}),
    "school_drop": frozenset({"school", "out"}),
    "waiting": frozenset({"out"}),
    "visit": frozenset({"home", "out"}),
    "goodbye": frozenset({"home", "out", "school"}),
    "party": frozenset({"out"}),
    "public": frozenset({"out"}),
    "being_hit": frozenset({"home", "out"}),
    "dying": frozenset({"home", "out"}),
    "gone": frozenset({"home", "out"}),
    "moving": frozenset({"home", "out"}),
    "repair": frozenset({"home", "out"}),
}

# Seconds above which a practice counts as long for the state.
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
    """A practice as the rules see it. `age` is how old the child feels, `real_age` how old they
    are, both in years; times in seconds.
    """

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
    # Used by the model only: one of values.DOMAINS; caregiver effort, 0 (none) to 1.
    domain: str = "closeness"
    effort: float = 0.3
    contains: frozenset[str] = frozenset()  # allergens
    demanding: bool = False  # asks the child to perform, learn or compete
    # Defaults allow everything, so that sets stored before these fields existed replay alike.
    real_age: tuple[int, int] = (0, 99)
    months: tuple[int, int] | None = None  # for babies, in months
    bodies: frozenset[str] = frozenset(BODIES)  # for which there is a way to do it


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the caregiver said about this child; None means not asked."""

    age: int | None = None
    touch: bool = True
    never: frozenset[str] = frozenset()
    allergies: frozenset[str] | None = None
    avoid: frozenset[str] = frozenset()  # cautions that hurt this child: noise, water, dark, ...
    real_age: int | None = None
    months: int | None = None  # under three years
    bodies: frozenset[str] = frozenset()
    care_touch: bool = True  # touch in CARE_SITUATIONS
    gates: int = 1  # decisions stored before version 2 are replayed with the gates of their time


@dataclass(frozen=True, slots=True)
class Tally:
    """How often a practice was tried in this state, and how often it helped."""

    tried: int = 0
    helped: int = 0


@dataclass(frozen=True, slots=True)
class Choice:
    """A drawn practice with its probability among `among` candidates."""

    slug: str
    probability: float
    among: int
    draw: float = field(default=0.0)


def allowed(
    candidate: Candidate, state: str, wishes: Wishes = Wishes(), situation: str = "any"
) -> bool:
    """Return whether a practice may be offered at all. Safety only: nothing is weighed or
    learned.
    """
    if state not in candidate.states or candidate.slug in wishes.never:
        return False
    if state in PRESENCE_ONLY and not candidate.presence:
        return False
    if candidate.touch == "needed" and not may_touch(wishes, situation):
        return False
    if candidate.cautions & wishes.avoid or not wishes.bodies <= candidate.bodies:
        return False
    if wishes.gates >= 2 and belongs_elsewhere(candidate, state, situation):
        return False
    return fits_age(candidate, wishes)


def belongs_elsewhere(candidate: Candidate, state: str, situation: str) -> bool:
    """Return whether a practice is for another situation only: it could confuse or hurt here."""
    if situation in candidate.situations:
        return False
    lively = candidate.energy == "up" or "competition" in candidate.cautions
    return (
        candidate.situations <= EVENTS
        or (situation in DANGERS and not candidate.presence)
        or (state in PRESENCE_ONLY and "any" not in candidate.situations)
        or (lively and situation in NOTHING_LIVELY)
    )


def may_touch(wishes: Wishes, situation: str) -> bool:
    """Return whether touch is welcome in this situation."""
    return wishes.touch and (wishes.care_touch or situation not in CARE_SITUATIONS)


def fits_age(candidate: Candidate, wishes: Wishes) -> bool:
    """Return whether a practice suits how old the child feels and how old the child is."""
    if wishes.age is None:
        if wishes.gates < 2:
            return not candidate.cautions & AGE_BOUND
        return suits_any_age(candidate)
    if wishes.months is not None and candidate.months:
        return candidate.months[0] <= wishes.months <= candidate.months[1]
    real = wishes.age if wishes.real_age is None else wishes.real_age
    fits = candidate.age[0] <= wishes.age <= candidate.age[1]
    return fits and candidate.real_age[0] <= real <= candidate.real_age[1]


def suits_any_age(candidate: Candidate) -> bool:
    """Return whether a practice may be offered while the age is unknown."""
    youngest, oldest = candidate.age
    common = youngest <= COMMON_AGES[0] and oldest >= COMMON_AGES[1]
    made_for_some = candidate.months is not None or candidate.real_age[0] > 0
    return common and not made_for_some and not candidate.cautions & AGE_BOUND


def weigh(candidate: Candidate, state: str, situation: str) -> float:
    """Return the weight of a practice in a state and a situation; 0 if it is not offered there."""
    if belongs_elsewhere(candidate, state, situation):
        return 0.0
    made_for_it = situation != "any" and situation in candidate.situations
    if state in PRESENCE_ONLY:
        return 3.0 if made_for_it else 1.0
    if candidate.touch != "none" and situation in CARE_SITUATIONS and not made_for_it:
        return 0.0
    if candidate.touch == "needed" and not candidate.situations & {situation, "any"}:
        return 0.0
    return suitability(candidate, state, situation)


def suitability(candidate: Candidate, state: str, situation: str) -> float:
    """Return how well a practice suits a state and a situation; 0 if it does not fit.

    The model has it as a feature: stored decisions depend on every value.
    """
    if state in PRESENCE_ONLY:
        return 1.0 if candidate.situations & {situation, "any"} else 0.25
    if situation in candidate.situations:
        fit = 4.0
    elif "any" in candidate.situations:
        fit = 2.0
    elif situation == "any":
        fit = 1.0
    elif not candidate.materials and candidate.works_in & PLACES.get(situation, AT_HOME):
        fit = 0.25  # made for elsewhere, but works here and needs nothing
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
    """Normalize weights to probabilities; weights of 0 are left out."""
    total = sum(weights.values())
    return {slug: weight / total for slug, weight in weights.items() if weight > 0} if total else {}


def chances(
    weights: Mapping[str, float], tries: Mapping[str, Tally] | None = None
) -> dict[str, float]:
    """Convert weights to probabilities: familiar before new, none below FLOOR.

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
    """Raise probabilities to FLOOR (or an equal share, if there are too many), scaling the rest
    down.
    """
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
    """Return the candidate whose interval of [0, 1) contains the draw, or None without
    candidates.
    """
    reached, last = 0.0, None
    for slug, probability in probabilities.items():
        reached += probability
        last = Choice(slug, probability, len(probabilities), draw)
        if draw < reached:
            return last
    return last


def without(probabilities: Mapping[str, float], seen: Sequence[str]) -> dict[str, float]:
    """Remove what was shown and renormalize."""
    return shares({slug: p for slug, p in probabilities.items() if slug not in seen})
