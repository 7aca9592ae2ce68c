"""Numbers the model sees: g (how the window is without a nudge), x (what a nudge adds, for everyone), z (for this family).

R = g'a + A (x'b + z'u) + u0 + e.  Columns have names, all values lie in [-1.5, 1.5], and x lies on a grid, so that sums
over it are exact (dice.py). Everything an explanation says is one of these columns.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from everyhour.engine.choosing import weigh
from everyhour.engine.dice import on_grid
from everyhour.engine.remembering import DOMAIN_CAP, DOMAIN_KEPT, ITEM_CAP, ITEM_KEPT, faded
from everyhour.engine.values import DOMAINS, LOW_CAPACITY, MOOD_OF, MOODS, SLOTS, STATES, Candidate, Opportunity, Past

GRID = 2.0**-12
ENERGY = {"up": 1.0, "steady": 0.0, "down": -1.0}
SUITS_MOST = 12.0  # of choosing.weigh: made for this, nothing to fetch, side by side
LATER_SLOTS = SLOTS[1:]

G = ("one", *(f"slot:{slot}" for slot in LATER_SLOTS), "wobbly", "storm", "low", "dose", "day", "weekend", "wobbly:low", "storm:low")
SHARED = (
    *(f"{domain}:{mood}" for domain in DOMAINS for mood in MOODS),
    "energy", "energy:wobbly", "energy:storm", "effort", "effort:low", "age_misfit", "suits", "recent_item", "recent_domain", "familiar",
    *(f"slot:{slot}" for slot in LATER_SLOTS), "low", "dose", "day",
)  # fmt: skip
Z_SLOTS = ("after_school", "before_dinner", "bedtime")
# Tastes first: the leading block of a Cholesky factor is the factor of the leading block.
Z = (*(f"taste:{domain}" for domain in DOMAINS), "nudge", *(f"slot:{slot}" for slot in Z_SLOTS), "baseline")
TASTES = len(DOMAINS)
FAMILIAR = SHARED.index("familiar")
RECENT = SHARED.index("recent_item")
PER_CANDIDATE = SHARED.index(f"slot:{LATER_SLOTS[0]}")  # columns before this differ between candidates of one opportunity


@dataclass(frozen=True)
class Batch:
    """Many opportunities over one list of candidates. Axes: n opportunities, K candidates, columns."""

    g: np.ndarray  # (n, G)
    x: np.ndarray  # (n, K, SHARED)
    z: np.ndarray  # (n, K, Z); the last, the baseline, counts also without a nudge
    domain: np.ndarray  # (K,) place in DOMAINS
    allowed: np.ndarray  # (n, K) True: in E


class Sheet:
    """A list of candidates, sorted by slug, with all that does not change from one opportunity to the next."""

    def __init__(self, candidates: Sequence[Candidate]) -> None:
        self.candidates = tuple(sorted(candidates, key=lambda c: c.slug))
        self.slugs = tuple(c.slug for c in self.candidates)
        self.place = {slug: k for k, slug in enumerate(self.slugs)}
        # A kind nobody knows is never in E (safety.py); its place only keeps the axes straight.
        self.domain = np.array([DOMAINS.index(c.domain) if c.domain in DOMAINS else 0 for c in self.candidates], dtype=int)
        self.energy = np.array([ENERGY.get(c.energy, 0.0) for c in self.candidates])
        self.effort = np.array([c.effort for c in self.candidates])
        self.middle = np.array([sum(c.age) / 2 for c in self.candidates])
        self._suits: dict[tuple[str, str], np.ndarray] = {}
        self._masks: dict[tuple[str, ...], np.ndarray] = {}

    def suits(self, state: str, situation: str) -> np.ndarray:
        """Give the pocket's weight of each candidate, 0 to 1 (choosing.weigh)."""
        if (state, situation) not in self._suits:
            known = [weigh(c, state, situation) / SUITS_MOST if state in STATES else 0.0 for c in self.candidates]
            self._suits[state, situation] = np.minimum(known, 1.0)
        return self._suits[state, situation]

    def mask(self, slugs: tuple[str, ...]) -> np.ndarray:
        if slugs not in self._masks:
            if len(self._masks) > 4096:
                self._masks.clear()
            mask = np.zeros(len(self.slugs), dtype=bool)
            mask[[self.place[slug] for slug in slugs]] = True
            self._masks[slugs] = mask
        return self._masks[slugs]

    def batch(self, opportunities: Sequence[Opportunity], pasts: Sequence[Past], kept: Sequence[tuple[str, ...]]) -> Batch:
        """Lay out a batch of opportunities whose candidates are this sheet's; `kept` names E of each."""
        scene = np.array([_scene(o, past) for o, past in zip(opportunities, pasts, strict=True)]).reshape(len(opportunities), -1)
        slots, mood, (low, dose, day, weekend) = scene[:, :4], scene[:, 4:7], scene[:, 7:].T
        wobbly, storm = mood[:, 1], mood[:, 2]
        g = np.column_stack([np.ones(len(scene)), slots, wobbly, storm, low, dose, day, weekend, wobbly * low, storm * low])
        x = np.zeros((len(scene), len(self.slugs), len(SHARED)))
        for m in range(len(MOODS)):
            x[:, np.arange(len(self.slugs)), len(MOODS) * self.domain + m] = mood[:, m, None]
        at = SHARED.index("energy")
        x[:, :, at] = self.energy
        x[:, :, at + 1] = self.energy * wobbly[:, None]
        x[:, :, at + 2] = self.energy * storm[:, None]
        x[:, :, at + 3] = self.effort
        x[:, :, at + 4] = self.effort * low[:, None]
        for row, (o, past) in enumerate(zip(opportunities, pasts, strict=True)):
            self._own(x[row], o, past)
        x[:, :, PER_CANDIDATE:] = np.column_stack([slots, low, dose, day])[:, None]
        return Batch(g, on_grid(x, GRID), self._z(slots), self.domain, np.array([self.mask(slugs) for slugs in kept]))

    def _own(self, row: np.ndarray, opportunity: Opportunity, past: Past) -> None:
        """Fill what depends on this child and this family's past: age, suits, recent use, what helped before."""
        at = SHARED.index("age_misfit")
        if opportunity.wishes.age is not None:
            row[:, at] = np.minimum(np.abs(self.middle - opportunity.wishes.age) / 10.0, 1.0)
        row[:, at + 1] = self.suits(opportunity.state, opportunity.situation)
        for slug, item in past.items.items():
            if (k := self.place.get(slug)) is not None:
                row[k, RECENT] = faded(item.recent, opportunity.at - item.last_at, ITEM_KEPT) / ITEM_CAP
                row[k, FAMILIAR] = familiarity(item.tried, item.helped)
        for domain, (used_at, used) in past.domains.items():
            row[self.domain == DOMAINS.index(domain), RECENT + 1] = faded(used, opportunity.at - used_at, DOMAIN_KEPT) / DOMAIN_CAP

    def _z(self, slots: np.ndarray) -> np.ndarray:
        z = np.zeros((len(slots), len(self.slugs), len(Z)))
        z[:, np.arange(len(self.slugs)), self.domain] = 1.0
        z[:, :, [TASTES, -1]] = 1.0
        z[:, :, TASTES + 1 : -1] = slots[:, None, [LATER_SLOTS.index(slot) for slot in Z_SLOTS]]
        return z


def familiarity(tried: int, helped: int) -> float:
    """Give how familiar a practice is that has helped here before: 0 for the new, and higher the more often it helped."""
    return (helped + 1) / (tried + 2) if helped else 0.0


def _scene(opportunity: Opportunity, past: Past) -> tuple[float, ...]:
    mood = MOOD_OF.get(opportunity.state, 0)
    return (
        *(float(opportunity.slot == slot) for slot in LATER_SLOTS),
        *(float(mood == m) for m in range(len(MOODS))),
        float(opportunity.caregiver in LOW_CAPACITY),
        min(past.dose, 6.0) / 4.0,
        min(opportunity.day / 60.0, 1.5),
        float(opportunity.weekend),
    )
