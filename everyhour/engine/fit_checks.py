"""Checks of a nightly fit. A rejected fit is not used; the previous posterior stays."""

from collections.abc import Callable

import numpy as np

from everyhour.engine.learning import SPREAD_BOUNDS, fit
from everyhour.engine.posterior import Posterior, find_defect
from everyhour.engine.priors import Prior
from everyhour.engine.sufficient_stats import SufficientStats

LARGEST = 2.0  # of a coefficient; rewards lie between 0 and 1
NOISE_BOUNDS = (0.03, 0.3)
LARGEST_MOVE = 0.25  # of the mean send probability, from one night to the next
NIGHTS_UNTIL_MRT = 3  # rejected in a row; then no fit is used until a person has looked


def fit_and_check(
    sums: SufficientStats,
    prior: Prior,
    before: Posterior | None,
    moved: Callable[[Posterior], float],
) -> tuple[Posterior | None, str | None]:
    """Fit; return a usable posterior, or None and the reason. `moved` returns how much sending
    would change under it.
    """
    try:
        with np.errstate(
            invalid="ignore", over="ignore"
        ):  # what is not finite is found below, and said
            found = fit(sums, prior, before)
    except np.linalg.LinAlgError:
        return None, "no solution"
    reason = rejection_reason(found) or rejection_reason(found, moved(found))
    return (found, None) if reason is None else (None, reason)


def rejection_reason(posterior: Posterior, moved: float = 0.0) -> str | None:
    """Return why a fit is rejected, or None. `moved`: change of the mean send probability."""
    population = posterior.population
    if (trouble := find_defect(population)) is not None:
        return trouble
    checks = {
        "coefficient too large": np.abs(population.mean).max(initial=0) > LARGEST,
        "families too different": bool((population.spread >= SPREAD_BOUNDS[1]).any()),
        "noise out of bounds": not NOISE_BOUNDS[0] <= population.noise <= NOISE_BOUNDS[1],
        "family belief not finite": not all(
            np.isfinite(t.mean).all() and np.isfinite(t.factor).all()
            for t in posterior.families.values()
        ),
        "sends would change too much": not moved <= LARGEST_MOVE,
    }
    return next((reason for reason, holds in checks.items() if holds), None)
