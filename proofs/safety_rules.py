"""The rules of what may be suggested, written a second time as arrays; nothing from engine.safety.

Axes: n scenes, K practices. A scene is a row of numbers before it becomes an Opportunity, so that
nothing here is read from the engine's answer.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

STATES = ("calm", "alert", "alarm", "fear", "terror", "drifting", "shutdown")
STORM = np.array([state in ("alarm", "fear", "terror", "shutdown") for state in STATES])
FROZEN = np.array([state in ("fear", "terror") for state in STATES])  # practices of presence only
CAREGIVERS = ("steady", "stretched", "wound_up", "flooded", "numb")
TIRED = np.array([one in ("wound_up", "flooded", "numb") for one in CAREGIVERS])
KINDS = ("closeness", "heavy_work", "movement", "rhythm", "senses", "own_calm")
ALWAYS = ("closeness", "own_calm")
YOUNG_DANGERS = ("choking", "balloon", "small_parts", "weight")
CAUTIONS = (*YOUNG_DANGERS, "allergy", "competition", "noise", "water", "dark", "vestibular")
ALLERGENS = ("nuts", "milk", "egg")
SETTINGS = ("home", "car", "out", "school")
BODIES = ("seated", "deaf", "few_words", "blind", "senses")
# Where a situation happens; "any" happens where the scene is.
SITUATIONS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("homework", "mealtime", "screens", "sibling", "leaving"), ("home",)),
    **dict.fromkeys(("after_school", "waking", "teeth", "chores", "school_refusal"), ("home",)),
    **dict.fromkeys(("bedtime", "dressing", "pyjamas", "bath", "night"), ("home",)),
    **dict.fromkeys(("cancelled_visit",), ("home",)),
    **dict.fromkeys(("waiting", "party", "public"), ("out",)),
    **dict.fromkeys(("visit", "being_hit", "dying", "gone", "moving", "repair"), ("home", "out")),
    "car": ("car",),
    "school_drop": ("school", "out"),
    "goodbye": ("home", "out", "school"),
}
NAMES = (*SITUATIONS, "any")
WHERE = np.array([[place in SITUATIONS[name] for place in SETTINGS] for name in SITUATIONS])


def _among(*names: str) -> np.ndarray:
    return np.array([name in names for name in NAMES])


UNDRESSED = _among("dressing", "pyjamas", "bath", "bedtime", "night")  # touch only after a yes
HALF_ASLEEP = UNDRESSED | _among("waking")  # nothing lively
DANGER = _among("being_hit", "dying", "gone")  # presence only
# Not parts of every day.
EVENT = DANGER | _among(
    *("sibling", "screens", "public", "party", "goodbye", "visit", "cancelled_visit"),
    *("school_refusal", "moving", "repair"),
)
UNASKED = -1  # the age is unknown
NO_TOUCH_UNDRESSED_FROM = 10  # years
RESTS = 48.0  # hours until a practice may be suggested again
FEWEST = 3


@dataclass(frozen=True)
class Wants:
    """Needs of n children; ages are UNASKED where unknown, `unasked` is about allergies."""

    age: np.ndarray  # how old the child acts
    real_age: np.ndarray
    months: np.ndarray  # UNASKED from three years on
    touch: np.ndarray
    care_touch: np.ndarray  # touch while UNDRESSED
    bodies: np.ndarray  # (n, BODIES)
    never: np.ndarray  # (n, K)
    unasked: np.ndarray
    allergic: np.ndarray  # (n, ALLERGENS)
    avoid: np.ndarray  # (n, CAUTIONS)


@dataclass(frozen=True)
class Scenes:
    """n scenes as numbers."""

    state: np.ndarray  # index in STATES
    caregiver: np.ndarray  # index in CAREGIVERS
    situation: np.ndarray  # index in NAMES
    place: np.ndarray  # index in SETTINGS
    wants: Wants
    since: np.ndarray  # (n, K) hours since each was suggested; infinite if never
    worn: np.ndarray  # (n,) index in KINDS of the kind suggested twice in a row, or -1


class Practices:
    """K practices as arrays, in the order of their slugs."""

    def __init__(self, candidates: Sequence) -> None:
        self.slugs = tuple(c.slug for c in candidates)

        def marks(attribute: str, names: Sequence[str]) -> np.ndarray:
            return np.array(
                [[name in getattr(c, attribute) for name in names] for c in candidates], dtype=bool
            ).reshape(-1, len(names))

        def each(attribute: str, kind: type) -> np.ndarray:
            return np.array([getattr(c, attribute) for c in candidates], dtype=kind)

        self.states, self.cautions = marks("states", STATES), marks("cautions", CAUTIONS)
        self.contains, self.works_in = marks("contains", ALLERGENS), marks("works_in", SETTINGS)
        self.situations, self.bodies = marks("situations", NAMES), marks("bodies", BODIES)
        self.only_events = ~(self.situations & ~EVENT).any(axis=1)
        self.lively = np.array([c.energy == "up" for c in candidates], dtype=bool)
        self.lively |= self.caution("competition")
        self.presence, self.demanding = each("presence", bool), each("demanding", bool)
        self.effort = each("effort", float)
        self.hugs = np.array([c.touch == "needed" for c in candidates], dtype=bool)
        self.youngest, self.oldest = _ends([c.age for c in candidates])
        self.real_youngest, self.real_oldest = _ends([c.real_age for c in candidates])
        self.by_months = np.array([c.months is not None for c in candidates], dtype=bool)
        self.first_month, self.last_month = _ends([c.months or (0, 0) for c in candidates])
        # Suits children of six to nine, and says nothing of babies or older ones.
        self.for_most = (self.youngest <= 6) & (self.oldest >= 9)
        self.for_most &= ~self.by_months & (self.real_youngest == 0)
        self.for_most &= ~self.caution(*YOUNG_DANGERS)
        self.kind = np.array(
            [KINDS.index(c.domain) if c.domain in KINDS else -1 for c in candidates], dtype=int
        )
        self.always = np.array([c.domain in ALWAYS for c in candidates], dtype=bool)

    def caution(self, *names: str) -> np.ndarray:
        return self.cautions[:, [CAUTIONS.index(name) for name in names]].any(axis=1)


def _ends(ranges: Sequence[tuple[int, int]]) -> tuple[np.ndarray, np.ndarray]:
    pairs = np.array(ranges, dtype=int).reshape(-1, 2)
    return pairs[:, 0], pairs[:, 1]


def broken(scenes: Scenes, practices: Practices) -> dict[str, np.ndarray]:
    """Return for each rule the practices that it forbids in each scene; axes (n, K)."""
    s, w, p = scenes, scenes.wants, practices
    storm, frozen = STORM[s.state][:, None], FROZEN[s.state][:, None]
    tired = TIRED[s.caregiver][:, None]
    unknown, age = (w.age == UNASKED)[:, None], w.age[:, None]
    real = np.where(w.real_age == UNASKED, w.age, w.real_age)[:, None]
    months = w.months[:, None]
    in_months = ~unknown & (months != UNASKED) & p.by_months  # a baby, and made for babies
    in_years = ~unknown & ~in_months
    undressed, made_for_it = UNDRESSED[s.situation][:, None], p.situations.T[s.situation]
    unlisted = p.caution("allergy") & ~p.contains.any(axis=1)  # may contain any allergen
    any_known = np.where(
        (s.situation == len(SITUATIONS))[:, None],
        np.eye(len(SETTINGS), dtype=bool)[s.place],
        _where(s.situation),
    )
    return {
        "an unknown kind": np.broadcast_to(p.kind < 0, (len(s.state), len(p.slugs))),
        "a never": w.never,
        "the state": ~p.states.T[s.state],
        "presence only": frozen & ~p.presence,
        "a demand in storm": storm & (p.demanding | p.caution("competition")),
        "touch": ~w.touch[:, None] & p.hugs,
        "touch at dressing, bath and bed": undressed & ~w.care_touch[:, None] & p.hugs,
        "the body": w.bodies.astype(int) @ (~p.bodies).T.astype(int) > 0,
        "the age": in_years & ((age < p.youngest) | (age > p.oldest)),
        "the real age": in_years & ((real < p.real_youngest) | (real > p.real_oldest)),
        "the months of a baby": in_months & ((months < p.first_month) | (months > p.last_month)),
        "an unknown age": unknown & ~p.for_most,
        "an event that is not now": p.only_events & ~made_for_it,
        "presence only in danger": DANGER[s.situation][:, None] & ~p.presence & ~made_for_it,
        "what is for some situations, in fear": frozen & ~p.situations[:, -1] & ~made_for_it,
        "nothing lively at bath and bed": HALF_ASLEEP[s.situation][:, None]
        & p.lively
        & ~made_for_it,
        "an allergy": (w.allergic.astype(int) @ p.contains.T.astype(int) > 0)
        | (w.allergic.any(axis=1)[:, None] & unlisted),
        "an allergy that may exist, because nobody asked": w.unasked[:, None]
        & (unlisted | p.contains.any(axis=1)),
        "what hurts this child": w.avoid.astype(int) @ p.cautions.T.astype(int) > 0,
        "the place": any_known.astype(int) @ p.works_in.T.astype(int) == 0,
        "the caregiver's strength": tired & (p.effort > 0.4),
    }


def _where(situation: np.ndarray) -> np.ndarray:
    return WHERE[np.minimum(situation, len(SITUATIONS) - 1)]


def may_be_offered(
    scenes: Scenes, practices: Practices, rules: dict[str, np.ndarray]
) -> np.ndarray:
    """Return what is allowed in each scene; axes (n, K).

    No rule is broken and it was not suggested lately; where fewer than FEWEST are left, the kinds
    in ALWAYS return.
    """
    fine = ~np.logical_or.reduce(list(rules.values()))
    rests = (scenes.since < RESTS) | (
        (scenes.worn[:, None] == practices.kind) & (scenes.worn[:, None] >= 0)
    )
    left = fine & ~rests
    few = left.sum(axis=1) < FEWEST
    return np.where(few[:, None], left | (fine & practices.always), left)
