"""The simulated world over time: moods, nudges, outcomes, burden, mutes. One object per policy
run.

All randomness comes from tables drawn per day and slot from the seed, never from how many numbers a
policy used: two policies meet the same children in the same moods, and a family treated alike
answers alike.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from everyhour.engine.simulation.ground_truth import GroundTruth, Traits, draw
from everyhour.engine.values import DOMAINS, SLOTS, Availability, Decision, Opportunity, Outcome

HOURS = {
    "waking": 7.3,
    "midday": 12.5,
    "after_school": 15.4,
    "before_dinner": 17.9,
    "bedtime": 20.2,
}
SLOT_BASE = np.array([-0.04, 0.03, 0.0, -0.03, 0.05])
SLOT_HARD = np.array([0.2, -0.5, 0.5, 0.4, 0.1])
CLUSTER = 1.2  # a storm makes the next window stormy; hard hours come together
STORM_STATES, STORM_SHARES = (
    ("alarm", "shutdown", "fear", "terror"),
    np.cumsum([0.78, 0.12, 0.07, 0.03]),
)
HALF_HELPED = 0.3  # share of windows without help in which a moment happened all the same


@dataclass
class Moving:
    """State that changes from window to window. Axes: F families, K practices, 6 domains."""

    recent_item: np.ndarray
    recent_domain: np.ndarray
    dose: np.ndarray
    muted: np.ndarray
    mood: np.ndarray
    hard: np.ndarray
    low: np.ndarray
    taste: np.ndarray
    sos_at: np.ndarray


@dataclass(frozen=True)
class Window:
    """One slot of one day for all families."""

    day: int
    slot: int
    at: np.ndarray  # hours since the beginning
    dice: np.ndarray  # (F, 10) in [0, 1)
    opportunities: list[Opportunity]


@dataclass
class World:
    """Families over days."""

    families: int
    seed: int = 1
    traits: Traits = Traits()
    library: int = 50
    truth: GroundTruth = field(init=False)
    now: Moving = field(init=False)

    def __post_init__(self) -> None:
        self.truth = draw(self.families, self.seed, self.traits, self.library)
        f, k = self.families, self.library
        self.names = [f"family-{n:06d}" for n in range(f)]
        self.row = {name: n for n, name in enumerate(self.names)}
        self.now = Moving(
            recent_item=np.zeros((f, k)),
            recent_domain=np.zeros((f, 6)),
            dose=np.zeros(f),
            muted=np.zeros(f, dtype=bool),
            mood=np.zeros(f, dtype=int),
            hard=np.zeros(f),
            low=np.zeros(f, dtype=bool),
            taste=self.truth.taste.copy(),
            sos_at=np.full(f, -np.inf),
        )

    @property
    def answers(self) -> dict[str, dict[str, float]]:
        """Onboarding answers by family and domain."""
        return {
            name: dict(zip(DOMAINS, row.tolist(), strict=True))
            for name, row in zip(self.names, self.truth.answers, strict=True)
        }

    def asked_again(self, family: str) -> dict[str, float]:
        """Return what a family answers when asked again after a change."""
        return dict(zip(DOMAINS, self.truth.new_answers[self.row[family]].tolist(), strict=True))

    def changes_reported(self, day: int) -> list[str]:
        """Return the families that report a big change today."""
        return [
            self.names[n]
            for n in np.flatnonzero((self.truth.changed_on == day) & self.truth.reported)
        ]

    def dawn(self, day: int) -> None:
        """Start a day: tastes drift or change, hard days cluster, yesterday's use fades."""
        rng, now, f = self._rng(day, 99), self.now, self.families
        now.taste = now.taste + rng.normal(0, self.traits.wander, now.taste.shape)
        changed = self.truth.changed_on == day
        now.taste[changed] = self.truth.new_taste[changed]
        now.hard = 0.6 * now.hard + rng.normal(0, 0.6, f)
        now.mood = np.zeros(f, dtype=int)
        now.recent_item *= 0.90
        now.recent_domain *= 0.85

    def slots_of(self, day: int) -> list[int]:
        return [n for n, slot in enumerate(SLOTS) if slot != "midday" or day % 7 >= 5]

    def window(self, day: int, slot: int) -> Window:
        """Generate the next window: moods, caregivers, and an opportunity for each family."""
        rng, now, truth = self._rng(day, slot), self.now, self.truth
        dice = rng.random((self.families, 10))
        at = 24.0 * day + HOURS[SLOTS[slot]] + rng.uniform(-1 / 6, 1 / 6, self.families)
        push = truth.hardness + now.hard + SLOT_HARD[slot]
        storm = 1 / (1 + np.exp(-(push - 2.3 + CLUSTER * (now.mood == 2))))
        wobbly = (1 - storm) / (1 + np.exp(-(push - 0.4)))
        now.mood = np.where(dice[:, 0] < storm, 2, np.where(dice[:, 0] < storm + wobbly, 1, 0))
        now.low = dice[:, 1] < 1 / (
            1 + np.exp(-(0.8 * (now.hard + truth.hardness) - 1.2 + 0.8 * now.low))
        )
        now.sos_at = np.where((now.mood == 2) & (dice[:, 2] < 0.08), at - 0.2, now.sos_at)
        return Window(
            day,
            slot,
            at,
            dice,
            [self._opportunity(n, day, slot, at[n], dice[n]) for n in range(self.families)],
        )

    def _opportunity(self, n: int, day: int, slot: int, at: float, dice: np.ndarray) -> Opportunity:
        sos = self.now.sos_at[n]
        return Opportunity(
            key=f"{self.names[n]}/{day}/{slot}",
            family=self.names[n],
            at=float(at),
            day=day,
            slot=SLOTS[slot],
            state=self._state(int(self.now.mood[n]), dice[3]),
            candidates=self.truth.candidates,
            caregiver="flooded" if self.now.low[n] else "steady",
            weekend=day % 7 >= 5,
            wishes=self.truth.wishes[n],
            standing=Availability(
                muted=bool(self.now.muted[n]),
                clock=float(at % 24),
                hours_since_sos=float(at - sos) if np.isfinite(sos) else None,
                hours_since_own_moment=0.5 if dice[4] < 0.10 else None,
                busy_twice_today=bool(dice[5] < 0.03),
            ),
        )

    def _state(self, mood: int, die: float) -> str:
        if mood == 2:
            return STORM_STATES[int(np.searchsorted(STORM_SHARES, die, side="right").clip(max=3))]
        return "calm" if mood == 0 else "alert" if die < 0.7 else "drifting"

    def chance(self, window: Window, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the true probability of a helpful moment: without a nudge (F,), with each
        practice (F, K).
        """
        base = self._base(window, rows)
        return _curve(base), _curve(base[:, None] + self._effect(window, rows))

    def _base(self, window: Window, rows: np.ndarray) -> np.ndarray:
        mood, low = self.now.mood[rows], self.now.low[rows]
        base = (
            0.27
            + self.truth.baseline[rows]
            + SLOT_BASE[window.slot]
            - np.array([0, 0.05, 0.14])[mood]
            - 0.05 * low
        )
        return base + 0.02 * (window.day % 7 >= 5) - 0.04 * np.clip(self.now.hard[rows], -1, 1)

    def _effect(self, window: Window, rows: np.ndarray) -> np.ndarray:
        truth, now = self.truth, self.now
        mood, low = now.mood[rows], now.low[rows][:, None]
        fit = truth.fits[truth.domain][:, mood].T + truth.quality
        fit = (
            fit
            + truth.energy * np.array([0.01, -0.04, -0.08])[mood][:, None]
            - truth.effort * np.where(low, 0.16, 0.04)
        )
        fit = fit - 0.05 * np.minimum(np.abs(truth.middle_age - truth.age[rows][:, None]) / 10, 1)
        own = (
            now.taste[rows][:, truth.domain]
            + truth.item_taste[rows]
            + (truth.nudge[rows] + truth.slot[rows, window.slot])[:, None]
        )
        effect = fit + own
        worn = truth.wear[rows][:, None]
        tired = (1 - worn * np.minimum(now.recent_item[rows], 2) / 2) * (
            1 - 0.6 * worn * now.recent_domain[rows][:, truth.domain] / 5
        )
        faded = 0.65 + 0.35 * np.exp(-window.day / truth.fade[rows])[:, None]
        burden = truth.burden[rows] * np.maximum(0.0, now.dose[rows] - truth.tolerance[rows])
        return np.where(effect > 0, effect * tired * faded, effect) - burden[:, None]

    def live(
        self, window: Window, decisions: Sequence[Decision]
    ) -> tuple[list[Outcome], np.ndarray]:
        """Play the window; return the reported outcomes, and which families had a helpful
        moment.
        """
        rows = np.arange(self.families)
        without, with_each = self.chance(window, rows)
        place = {c.slug: k for k, c in enumerate(self.truth.candidates)}
        item = np.array([place[d.slug] if d.sent and d.slug else -1 for d in decisions])
        sent = item >= 0
        chance = np.where(sent, with_each[rows, np.maximum(item, 0)], without)
        helped = window.dice[:, 6] < chance
        reward = np.where(helped, 1.0, np.where(window.dice[:, 7] < HALF_HELPED, 0.5, 0.0))
        answered = window.dice[:, 8] < self.truth.answering * np.where(helped, 1.05, 0.95) * (
            1 - 0.1 * min(window.day / 60, 1)
        )
        self._burden(window, sent, item, reward)
        outcomes = [
            Outcome(d.key, d.family, float(reward[n]) if answered[n] else None)
            for n, d in enumerate(decisions)
            if d.available
        ]
        return outcomes, helped

    def _burden(
        self, window: Window, sent: np.ndarray, item: np.ndarray, reward: np.ndarray
    ) -> None:
        now = self.now
        # What did not help, and what comes on top of much, makes a family turn it off.
        hazard = (
            self.truth.mute
            * np.exp(0.5 * np.maximum(0, now.dose - self.truth.tolerance))
            * np.where(reward > 0.75, 0.4, 2.0)
        )
        now.muted |= sent & (window.dice[:, 9] < hazard)
        now.dose = 0.85 * now.dose + sent
        rows = np.flatnonzero(sent)
        now.recent_item[rows, item[rows]] += 1
        now.recent_domain[rows, self.truth.domain[item[rows]]] = np.minimum(
            now.recent_domain[rows, self.truth.domain[item[rows]]] + 1, 5
        )

    def _rng(self, day: int, slot: int) -> np.random.Generator:
        return np.random.Generator(np.random.PCG64([self.seed, day, slot]))


def _curve(level: np.ndarray) -> np.ndarray:
    """Map a level to a probability: steepest in the middle, never 0 or 1."""
    return 1 / (1 + np.exp(-4 * (np.clip(level, -1, 2) - 0.5)))
