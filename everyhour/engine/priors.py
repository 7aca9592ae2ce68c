"""Priors used before any outcome is known.

Every number is an expert guess on the reward scale 0 to 1 with an honest uncertainty; none is a
finding.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from everyhour.engine.features import SHARED, TASTES, G, Z
from everyhour.engine.posterior import ITEM_SPREAD, PopulationPosterior
from everyhour.engine.values import DOMAINS

ONBOARDING_TRUST = (
    0.3  # of an answer to "what helps your child?"; people know their child, and sliders are coarse
)

#                 calm  wobbly storm
_FITS = {
    "closeness": (0.13, 0.13, 0.11),
    "heavy_work": (0.11, 0.15, 0.05),
    "movement": (0.13, 0.10, -0.02),
    "rhythm": (0.11, 0.13, 0.09),
    "senses": (0.09, 0.12, 0.07),
    "own_calm": (0.07, 0.09, 0.12),
}
# "familiar": with nothing else known, what helped here before scores best in about seven draws in
# ten (tested). Data may strengthen or weaken it.
_SHARED = {
    "energy": (0.0, 0.04),
    "energy:wobbly": (-0.03, 0.04),
    "energy:storm": (-0.08, 0.04),
    "effort": (-0.03, 0.04),
    "effort:low": (-0.10, 0.05),
    "age_misfit": (-0.06, 0.05),
    "suits": (0.05, 0.04),
    "recent_item": (-0.08, 0.05),
    "recent_domain": (-0.06, 0.05),
    "familiar": (0.015, 0.02),
    "low": (-0.02, 0.04),
    "dose": (-0.04, 0.04),
    "day": (-0.04, 0.04),
}
_WINDOW = {
    "one": (0.30, 0.15),
    "wobbly": (-0.05, 0.08),
    "storm": (-0.12, 0.08),
    "low": (-0.05, 0.08),
}
_FIT_DOUBT, _SLOT_DOUBT, _WINDOW_DOUBT = 0.06, 0.04, 0.08


def _expert_columns() -> dict[str, tuple[float, float]]:
    fits = {
        f"{domain}:{mood}": (value, _FIT_DOUBT)
        for domain in DOMAINS
        for mood, value in zip(("calm", "wobbly", "storm"), _FITS[domain], strict=True)
    }
    shared = {name: fits.get(name) or _SHARED.get(name) or (0.0, _SLOT_DOUBT) for name in SHARED}
    return shared | {f"g:{name}": _WINDOW.get(name, (0.0, _WINDOW_DOUBT)) for name in G}


@dataclass(frozen=True)
class Prior:
    """Mean and standard deviation by column name; items start at 0 with sd `item_spread`."""

    name: str
    columns: Mapping[str, tuple[float, float]]
    spread: tuple[float, ...]  # variance between families, axes Z
    noise: float = 0.14
    items: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    item_spread: float = ITEM_SPREAD

    def arrays(self, slugs: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
        """Return mean and variance in the order of PopulationPosterior.columns."""
        values = [
            *(self.columns[name] for name in SHARED),
            *(self.items.get(slug, (0.0, self.item_spread)) for slug in slugs),
            *(self.columns[f"g:{name}"] for name in G),
        ]
        table = np.array(values, dtype=float)
        return table[:, 0], table[:, 1] ** 2

    def population(self, slugs: Sequence[str]) -> PopulationPosterior:
        """Return the posterior before the first outcome."""
        mean, variance = self.arrays(slugs)
        return PopulationPosterior(
            tuple(slugs), mean, np.diag(np.sqrt(variance)), np.array(self.spread), self.noise
        )


def _spread(taste: float, nudge: float, slot: float, baseline: float) -> tuple[float, ...]:
    return tuple(
        sd**2 for sd in (*[taste] * TASTES, nudge, *[slot] * (len(Z) - TASTES - 2), baseline)
    )


SHIPPED = Prior(
    "shipped-1", _expert_columns(), _spread(taste=0.09, nudge=0.06, slot=0.04, baseline=0.08)
)
# Nothing known but the scale: what an engine without a shipped prior starts from.
FLAT = Prior(
    "flat",
    {name: (0.3 if name == "g:one" else 0.0, 0.25) for name in SHIPPED.columns},
    _spread(0.09, 0.06, 0.04, 0.08),
)


def prior_mean_from_answers(answers: Mapping[str, float]) -> np.ndarray:
    """Convert onboarding answers (0 not at all, 1 very much, by domain) to a family's prior
    mean, axes Z.
    """
    start = np.zeros(len(Z))
    for domain, answer in answers.items():
        start[DOMAINS.index(domain)] = ONBOARDING_TRUST * (min(max(answer, 0.0), 1.0) - 0.5)
    return start
