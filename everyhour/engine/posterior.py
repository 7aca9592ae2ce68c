"""Gaussian posterior of what helps: for all families together and for each one, as mean and
Cholesky factor.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from everyhour.engine import VERSION
from everyhour.engine.features import FAMILIAR, SHARED, G, Z

ITEM_SPREAD = 0.06  # of one practice around its kind, before anything is known of it


@dataclass(frozen=True, eq=False)
class PopulationPosterior:
    """Posterior shared by all families. Axes: d = SHARED, then items, then G, named in
    `columns`.
    """

    items: tuple[str, ...]
    mean: np.ndarray  # (d,)
    factor: np.ndarray  # (d, d) lower; factor @ factor.T is the covariance
    spread: np.ndarray  # (Z,) variance between families
    noise: float = 0.14  # variance of one outcome
    version: int = 0
    outcomes: int = 0  # learned from
    engine: str = VERSION

    @property
    def columns(self) -> tuple[str, ...]:
        return (*SHARED, *(f"item:{slug}" for slug in self.items), *(f"g:{name}" for name in G))

    @property
    def nudge(self) -> int:
        """Return how many leading columns describe a nudge."""
        return len(SHARED) + len(self.items)

    def trusted_mean(self) -> np.ndarray:
        """Return the mean with "familiar" clipped at zero: that a practice helped here never
        counts against it.
        """
        mean = self.mean.copy()
        mean[FAMILIAR] = max(mean[FAMILIAR], 0.0)
        return mean


@dataclass(frozen=True, eq=False)
class FamilyPosterior:
    """Deviation of one family from all families. Axes: Z."""

    mean: np.ndarray  # (Z,)
    factor: np.ndarray  # (Z, Z) lower
    version: int = 0


@dataclass(frozen=True, eq=False)
class Posterior:
    """Everything needed to decide for a family."""

    population: PopulationPosterior
    families: Mapping[str, FamilyPosterior] = field(
        default_factory=dict
    )  # by family; a family not in it is like all others

    @property
    def version(self) -> int:
        return self.population.version

    def for_family(self, family: str) -> FamilyPosterior:
        """Return the family's posterior, or that of a new family."""
        found = self.families.get(family)
        return new_family(self.population.spread, np.zeros(len(Z))) if found is None else found


def new_family(spread: np.ndarray, start: np.ndarray) -> FamilyPosterior:
    """Return the posterior of a family before its first outcome: `start` and the between-family
    variance.
    """
    return FamilyPosterior(mean=np.array(start, dtype=float), factor=np.diag(np.sqrt(spread)))


def find_defect(population: PopulationPosterior) -> str | None:
    """Return why a posterior cannot be used, or None. Checked before use: a corrupt row must
    lead to the fallback.
    """
    d = population.nudge + len(G)
    if (
        np.shape(population.mean) != (d,)
        or np.shape(population.factor) != (d, d)
        or np.shape(population.spread) != (len(Z),)
    ):
        return "wrong shape"
    if not all(
        np.isfinite(part).all() for part in (population.mean, population.factor, population.spread)
    ):
        return "not finite"
    if not np.isfinite(population.noise) or population.noise <= 0 or (population.spread < 0).any():
        return "impossible variance"
    return "singular" if (np.diag(population.factor) <= 0).any() else None


def is_valid_family(families: FamilyPosterior) -> bool:
    """Return whether a family's posterior has the right shape and finite numbers."""
    return (
        np.shape(families.mean) == (len(Z),)
        and np.shape(families.factor) == (len(Z), len(Z))
        and bool(np.isfinite(families.mean).all() and np.isfinite(families.factor).all())
    )


def with_items(
    population: PopulationPosterior,
    slugs: Sequence[str],
    known: Mapping[str, tuple[float, float]] | None = None,
) -> PopulationPosterior:
    """Add unknown items, with mean and standard deviation from `known`, else 0 and ITEM_SPREAD."""
    new = tuple(slug for slug in dict.fromkeys(slugs) if slug not in set(population.items))
    means, sds = (
        zip(*[(known or {}).get(slug, (0.0, ITEM_SPREAD)) for slug in new], strict=True)
        if new
        else ((), ())
    )
    if not new:
        return population
    at, d = population.nudge, len(population.mean)
    order = [*range(at), *range(d, d + len(new)), *range(at, d)]
    factor = np.zeros((d + len(new), d + len(new)))
    factor[:d, :d] = population.factor
    factor[range(d, d + len(new)), range(d, d + len(new))] = sds
    covariance = (factor @ factor.T)[np.ix_(order, order)]
    return PopulationPosterior(
        items=(*population.items, *new),
        mean=np.concatenate([population.mean, means])[order],
        factor=np.linalg.cholesky(covariance),
        spread=population.spread,
        noise=population.noise,
        version=population.version,
        outcomes=population.outcomes,
        engine=population.engine,
    )
