"""Model columns: g (the window without a nudge), x (what a nudge adds, for everyone), z (for
this family).

R = g'a + A (x'b + z'u) + u0 + e. Columns have names, values are within [-1.5, 1.5], and x is on a
grid so that sums are exact (seeded_random.py). Every term of an explanation is one of these
columns.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from everyhour.engine.choosing import suitability
from everyhour.engine.history import DOMAIN_CAP, DOMAIN_KEPT, ITEM_CAP, ITEM_KEPT, faded
from everyhour.engine.seeded_random import round_to_grid
from everyhour.engine.values import (
    DOMAINS,
    LOW_CAPACITY,
    MOOD_OF,
    MOODS,
    SLOTS,
    STATES,
    Candidate,
    History,
    Opportunity,
)

GRID = 2.0**-12
ENERGY = {"up": 1.0, "steady": 0.0, "down": -1.0}
SUITS_MOST = 12.0  # of choosing.suitability: made for this, nothing to fetch, side by side
LATER_SLOTS = SLOTS[1:]

G = (
    "one",
    *(f"slot:{slot}" for slot in LATER_SLOTS),
    "wobbly",
    "storm",
    "low",
    "dose",
    "day",
    "weekend",
    "wobbly:low",
    "storm:low",
)
SHARED = (
    *(f"{domain}:{mood}" for domain in DOMAINS for mood in MOODS),
    "energy",
    "energy:wobbly",
    "energy:storm",
    "effort",
    "effort:low",
    "age_misfit",
    "suits",
    "recent_item",
    "recent_domain",
    "familiar",
    *(f"slot:{slot}" for slot in LATER_SLOTS),
    "low",
    "dose",
    "day",
)
Z_SLOTS = ("after_school", "before_dinner", "bedtime")
# Tastes first: the leading block of a Cholesky factor is the factor of the leading block.
Z = (
    *(f"taste:{domain}" for domain in DOMAINS),
    "nudge",
    *(f"slot:{slot}" for slot in Z_SLOTS),
    "baseline",
)
TASTES = len(DOMAINS)
FAMILIAR = SHARED.index("familiar")
RECENT = SHARED.index("recent_item")
PER_CANDIDATE = SHARED.index(
    f"slot:{LATER_SLOTS[0]}"
)  # columns before this differ between candidates of one opportunity


# The columns that depend on this child and this family's history. The rest is the same for every
# family in one context, and is computed once for it.
OWN = tuple(
    SHARED.index(name) for name in ("age_misfit", "recent_item", "recent_domain", "familiar")
)
AGE, ITEM, DOMAIN, HELPED = range(len(OWN))

GROWN = 18  # practices for ages up to this or beyond have no upper age limit
HELD = 256  # scenes, and ages, kept ready for a list of candidates

Context = tuple[str, str, bool]  # state, situation, a tired caregiver


@dataclass(frozen=True)
class Batch:
    """Opportunities that share one list of candidates. Axes: n opportunities, K candidates,
    columns.
    """

    table: "CandidateTable"
    g: np.ndarray  # (n, G)
    contexts: Sequence[Context]
    near: np.ndarray  # (n, K, OWN + TASTES); the last six tell the kind
    tail: np.ndarray  # (n, SHARED from PER_CANDIDATE on)
    slots: np.ndarray  # (n, LATER_SLOTS)
    allowed: np.ndarray  # (n, K) True: in E

    @property
    def domain(self) -> np.ndarray:
        return self.table.domain

    @cached_property
    def x(self) -> np.ndarray:
        """Return what a nudge adds with each candidate, (n, K, SHARED)."""
        x = np.empty((*self.near.shape[:2], len(SHARED)))
        for n, context in enumerate(self.contexts):
            x[n, :, :PER_CANDIDATE] = self.table.still(context)
        x[:, :, PER_CANDIDATE:] = self.tail[:, None]
        x[:, :, list(OWN)] = self.near[:, :, : len(OWN)]
        return x

    @cached_property
    def z(self) -> np.ndarray:
        """Return the family's columns, (n, K, Z); the last, the baseline, applies without a
        nudge too.
        """
        z = np.ones((*self.near.shape[:2], len(Z)))
        z[:, :, :TASTES] = self.near[:, :, len(OWN) :]
        z[:, :, TASTES + 1 : -1] = self.slots[:, None, list(_Z_PLACES)]
        return z

    def x_of(self, chosen: Sequence[int] | np.ndarray) -> np.ndarray:
        """Return x of one candidate per opportunity, (n, SHARED)."""
        return np.array([self._shared(n, k) for n, k in enumerate(chosen)])

    def z_of(self, chosen: Sequence[int] | np.ndarray) -> np.ndarray:
        """Return z of one candidate per opportunity, (n, Z)."""
        return np.array([self._family(n, k) for n, k in enumerate(chosen)])

    def _shared(self, n: int, k: int) -> np.ndarray:
        row = np.empty(len(SHARED))
        row[:PER_CANDIDATE] = self.table.still(self.contexts[n])[k]
        row[PER_CANDIDATE:] = self.tail[n]
        row[list(OWN)] = self.near[n, k, : len(OWN)]
        return row

    def _family(self, n: int, k: int) -> list[float]:
        taste = [0.0] * TASTES
        taste[self.table.kinds[k]] = 1.0
        return [*taste, 1.0, *(self.slots[n, place] for place in _Z_PLACES), 1.0]


class CandidateTable:
    """Candidates sorted by slug, with everything that is the same for all opportunities."""

    def __init__(self, candidates: Sequence[Candidate]) -> None:
        self.candidates = tuple(sorted(candidates, key=lambda c: c.slug))
        self.slugs = tuple(c.slug for c in self.candidates)
        self.place = {slug: k for k, slug in enumerate(self.slugs)}
        # A kind nobody knows is never in E (safety.py); its place only keeps the axes straight.
        self.kinds = [
            DOMAINS.index(c.domain) if c.domain in DOMAINS else 0 for c in self.candidates
        ]
        self.domain = np.array(self.kinds, dtype=int)
        self.energy = np.array([ENERGY.get(c.energy, 0.0) for c in self.candidates])
        self.effort = np.array([c.effort for c in self.candidates])
        self.middle = np.array([sum(c.age) / 2 for c in self.candidates])
        self.bounded = np.array([c.age[1] < GROWN for c in self.candidates])
        self._blank = np.zeros((len(self.slugs), len(OWN) + TASTES))
        self._blank[np.arange(len(self.slugs)), len(OWN) + self.domain] = 1.0
        self._still: dict[Context, np.ndarray] = {}
        self._misfits: dict[int, np.ndarray] = {}
        self._masks: dict[tuple[str, ...], np.ndarray] = {}

    def still(self, context: Context) -> np.ndarray:
        """Return the columns that differ between candidates but not families, (K,
        PER_CANDIDATE), on the grid.
        """
        if context not in self._still:
            if len(self._still) >= HELD:  # no library has as many; words from outside may
                self._still.clear()
            self._still[context] = self._laid_out(*context)
        return self._still[context]

    def _laid_out(self, state: str, situation: str, low: bool) -> np.ndarray:
        mood, at = MOOD_OF.get(state, 0), SHARED.index("energy")
        x = np.zeros((len(self.slugs), PER_CANDIDATE))
        x[np.arange(len(self.slugs)), len(MOODS) * self.domain + mood] = 1.0
        x[:, at] = self.energy
        x[:, at + 1] = self.energy * (mood == 1)
        x[:, at + 2] = self.energy * (mood == 2)
        x[:, at + 3] = self.effort
        x[:, at + 4] = self.effort * low
        x[:, SHARED.index("suits")] = self.suits(state, situation)
        return round_to_grid(x, GRID)

    def suits(self, state: str, situation: str) -> np.ndarray:
        """Return how well each candidate suits, 0 to 1 (choosing.suitability)."""
        known = [
            suitability(c, state, situation) / SUITS_MOST if state in STATES else 0.0
            for c in self.candidates
        ]
        return np.minimum(known, 1.0)

    def mask(self, slugs: tuple[str, ...]) -> np.ndarray:
        if slugs not in self._masks:
            if len(self._masks) > 4096:
                self._masks.clear()
            mask = np.zeros(len(self.slugs), dtype=bool)
            mask[[self.place[slug] for slug in slugs]] = True
            self._masks[slugs] = mask
        return self._masks[slugs]

    def batch(
        self,
        opportunities: Sequence[Opportunity],
        histories: Sequence[History],
        kept: Sequence[tuple[str, ...]],
    ) -> Batch:
        """Build a batch of opportunities over these candidates; `kept` holds E of each."""
        contexts = [(o.state, o.situation, o.caregiver in LOW_CAPACITY) for o in opportunities]
        rows = np.array(
            [
                _columns(o, history, context[2])
                for o, history, context in zip(opportunities, histories, contexts, strict=True)
            ]
        )
        g, tail = rows[:, : len(G)], rows[:, len(G) :]
        near = np.array(
            [self._near(o, history) for o, history in zip(opportunities, histories, strict=True)]
        )
        return Batch(
            self,
            g,
            contexts,
            near,
            tail,
            tail[:, : len(LATER_SLOTS)],
            np.array([self.mask(slugs) for slugs in kept]),
        )

    def _near(self, opportunity: Opportunity, history: History) -> np.ndarray:
        """Return the columns of this child and history: age, recent use, what helped; then the
        domain of each.
        """
        near, at = self._blank.copy(), opportunity.at
        if (age := opportunity.wishes.age) is not None:
            near[:, AGE] = self._misfit(age)
        for slug, item in history.items.items():
            if (k := self.place.get(slug)) is not None:
                near[k, ITEM] = _rounded(
                    faded(item.recent, at - item.last_at, ITEM_KEPT) / ITEM_CAP
                )
                near[k, HELPED] = _rounded(familiarity(item.tried, item.helped))
        if history.domains:
            used = [0.0] * TASTES
            for domain, (used_at, much) in history.domains.items():
                used[DOMAINS.index(domain)] = _rounded(
                    faded(much, at - used_at, DOMAIN_KEPT) / DOMAIN_CAP
                )
            near[:, DOMAIN] = np.array(used)[self.domain]
        return near

    def _misfit(self, age: int) -> np.ndarray:
        if age not in self._misfits:
            if len(self._misfits) >= HELD:
                self._misfits.clear()
            # "From five on" is made for every age from five on; it has no middle to be far from.
            self._misfits[age] = round_to_grid(
                self.bounded * np.minimum(np.abs(self.middle - age) / 10.0, 1.0), GRID
            )
        return self._misfits[age]


def _rounded(value: float) -> float:
    """Round as `round_to_grid` does, halves to even."""
    return round(value / GRID) * GRID


def familiarity(tried: int, helped: int) -> float:
    """Return 0 for a practice that never helped here, else its smoothed success rate."""
    return (helped + 1) / (tried + 2) if helped else 0.0


_Z_PLACES = tuple(LATER_SLOTS.index(slot) for slot in Z_SLOTS)


def _columns(opportunity: Opportunity, history: History, tired: bool) -> list[float]:
    """Return g, then the columns of x that are the same for all candidates."""
    mood, low, slot = MOOD_OF.get(opportunity.state, 0), float(tired), opportunity.slot
    wobbly, storm = float(mood == 1), float(mood == 2)
    slots = [float(slot == later) for later in LATER_SLOTS]
    dose, day = min(history.dose, 6.0) / 4.0, min(opportunity.day / 60.0, 1.5)
    g = [
        1.0,
        *slots,
        wobbly,
        storm,
        low,
        dose,
        day,
        float(opportunity.weekend),
        wobbly * low,
        storm * low,
    ]
    return [*g, *slots, low, _rounded(dose), _rounded(day)]
