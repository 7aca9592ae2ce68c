"""Ground truth of a simulated world, drawn once from a seed: practices, families, effects.

Deliberately not the engine's model: effects are nonlinear, fade and wear out; families like single
practices; tastes drift, and for some families everything changes on one day.
"""

from dataclasses import dataclass

import numpy as np

from everyhour.engine.choosing import STATES, Candidate, Wishes
from everyhour.engine.values import DOMAINS

PRESENCE_STATES = frozenset({"fear", "terror"})
GENTLE = frozenset({"calm", "alert", "drifting"})
STORMY = frozenset({"alarm", "shutdown"})
HAZARDS = ("noise", "water", "dark", "choking", "competition", "vestibular")

# Columns: calm, wobbly, storm. Not the shipped prior's values, and each world moves them again
# (`FIT_SD`).
FITS = np.array(
    [
        [0.16, 0.15, 0.08],
        [0.08, 0.19, 0.03],
        [0.17, 0.07, -0.06],
        [0.10, 0.16, 0.11],
        [0.06, 0.13, 0.09],
        [0.05, 0.06, 0.15],
    ]
)
FIT_SD = 0.05


@dataclass(frozen=True)
class Traits:
    """Variation between families, on the reward scale; set to 0 to switch a part off."""

    taste: float = 0.10
    item_taste: float = 0.04
    nudge: float = 0.06
    slot: float = 0.05
    baseline: float = 0.08
    quality: float = 0.05  # of practices of one kind
    wander: float = 0.003  # of tastes, a day
    share_changed: float = 0.10  # of families, for whom everything changes on one day
    mute: float = 0.0012  # hazard of each nudge for a calm family
    answering: float = 0.72
    onboarding_noise: float = 0.10  # of what a family says helps, beside what does


@dataclass(frozen=True)
class GroundTruth:
    """Axes: F families, K practices, 6 domains, 3 moods, 5 slots."""

    candidates: tuple[Candidate, ...]
    domain: np.ndarray  # (K,)
    energy: np.ndarray  # (K,)
    effort: np.ndarray  # (K,)
    middle_age: np.ndarray  # (K,)
    quality: np.ndarray  # (K,)
    fits: np.ndarray  # (6, 3)
    taste: np.ndarray  # (F, 6); wanders
    new_taste: np.ndarray  # (F, 6) after the change
    item_taste: np.ndarray  # (F, K)
    nudge: np.ndarray  # (F,)
    slot: np.ndarray  # (F, 5)
    baseline: np.ndarray  # (F,)
    wear: np.ndarray  # (F,) how fast a practice wears out
    fade: np.ndarray  # (F,) days until nudges have lost two thirds of what they can lose
    tolerance: np.ndarray  # (F,) dose borne without burden
    burden: np.ndarray  # (F,)
    mute: np.ndarray  # (F,)
    answering: np.ndarray  # (F,)
    hardness: np.ndarray  # (F,)
    changed_on: np.ndarray  # (F,) day of the change, or -1
    reported: np.ndarray  # (F,) whether the family tells
    age: np.ndarray  # (F,)
    wishes: tuple[Wishes, ...]
    new_answers: np.ndarray  # (F, 6) said after the change
    answers: np.ndarray  # (F, 6) what families say helps, 0 to 1


def practices(rng: np.random.Generator, count: int) -> tuple[Candidate, ...]:
    """Generate a library of practices."""
    return tuple(_practice(rng, n) for n in range(count))


def _practice(rng: np.random.Generator, n: int) -> Candidate:
    domain = DOMAINS[n % len(DOMAINS)]
    near = domain in ("closeness", "own_calm") and rng.random() < 0.5
    stormy = rng.random() < 0.6 or near
    allergen = (
        frozenset({str(rng.choice(["nuts", "milk"]))}) if rng.random() < 0.06 else frozenset[str]()
    )
    return Candidate(
        slug=f"practice-{n:03d}",
        states=frozenset(STATES) if near else GENTLE | STORMY if stormy else GENTLE,
        situations=frozenset({"any"}),
        age=(int(rng.choice([0, 0, 2, 3, 5])), int(rng.choice([10, 12, 18, 99]))),
        seconds=(30, int(rng.choice([60, 120, 300]))),
        energy=str(
            rng.choice(
                ["up", "steady", "down"],
                p=[0.6, 0.3, 0.1] if domain in ("movement", "heavy_work") else [0.1, 0.4, 0.5],
            )
        ),
        touch=str(rng.choice(["none", "optional", "needed"], p=[0.5, 0.35, 0.15])),
        side_by_side=bool(rng.random() < 0.4),
        presence=near,
        materials=int(rng.choice([0, 0, 1, 2])),
        cautions=frozenset(h for h in HAZARDS if rng.random() < 0.05)
        | (frozenset({"allergy"}) if allergen else frozenset[str]()),
        domain=domain,
        effort=round(float(rng.uniform(0.05, 0.8)), 2),
        contains=allergen,
        demanding=bool(rng.random() < 0.08),
    )


def draw(families: int, seed: int, traits: Traits = Traits(), library: int = 50) -> GroundTruth:
    """Draw a world."""
    rng = np.random.Generator(np.random.PCG64(seed))
    candidates = practices(rng, library)
    age = rng.integers(2, 16, families)
    taste = rng.normal(0, traits.taste, (families, 6))
    answers = _said(rng, taste, traits)
    changed = rng.random(families) < traits.share_changed
    quality = rng.normal(0, traits.quality, library)
    fits = FITS + rng.normal(0, FIT_SD, FITS.shape)
    new_taste = rng.normal(0, traits.taste, (families, 6))
    return GroundTruth(
        candidates=candidates,
        domain=np.array([DOMAINS.index(c.domain) for c in candidates]),
        energy=np.array([{"up": 1.0, "steady": 0.0, "down": -1.0}[c.energy] for c in candidates]),
        effort=np.array([c.effort for c in candidates]),
        middle_age=np.array([min(sum(c.age) / 2, 12.0) for c in candidates]),
        quality=quality,
        fits=fits,
        taste=taste,
        new_taste=new_taste,
        item_taste=rng.normal(0, traits.item_taste, (families, library)),
        nudge=rng.normal(0, traits.nudge, families),
        slot=rng.normal(0, traits.slot, (families, 5)),
        baseline=rng.normal(0, traits.baseline, families),
        wear=rng.uniform(0.1, 0.6, families),
        fade=rng.uniform(15, 60, families),
        tolerance=rng.uniform(1.0, 2.5, families),
        burden=np.abs(rng.normal(0, 0.04, families)),
        mute=traits.mute * rng.lognormal(0, 0.7, families),
        answering=rng.beta(10 * traits.answering, 10 * (1 - traits.answering), families),
        hardness=rng.normal(0, 0.6, families),
        changed_on=np.where(changed, rng.integers(15, 46, families), -1),
        reported=rng.random(families) < 0.7,
        age=age,
        wishes=tuple(_wishes(rng, int(a), candidates) for a in age),
        answers=answers,
        # A generator of their own, so that these draws do not change the rest of a world.
        new_answers=_said(np.random.Generator(np.random.PCG64([seed, 1])), new_taste, traits),
    )


def _said(rng: np.random.Generator, taste: np.ndarray, traits: Traits) -> np.ndarray:
    """Return what families answer when asked: rounded, with noise."""
    said = 0.5 + 1.5 * (taste + rng.normal(0, traits.onboarding_noise, taste.shape))
    return np.clip(np.round(said * 10) / 10, 0, 1)


def _wishes(rng: np.random.Generator, age: int, candidates: tuple[Candidate, ...]) -> Wishes:
    return Wishes(
        age=age if rng.random() < 0.95 else None,
        touch=bool(rng.random() < 0.8),
        never=frozenset(c.slug for c in candidates if rng.random() < 0.02),
        allergies=None
        if rng.random() < 0.1
        else frozenset({"nuts"})
        if rng.random() < 0.1
        else frozenset[str](),
        avoid=frozenset(h for h in HAZARDS if rng.random() < 0.05),
    )
