"""What is believed of what helps: of all families together, and of one. Normal distributions, kept as mean and factor."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from everyhour.engine import VERSION
from everyhour.engine.features import FAMILIAR, SHARED, G, Z

ITEM_SPREAD = 0.06  # of one practice around its kind, before anything is known of it


@dataclass(frozen=True, eq=False)
class PopulationPosterior:
    """The belief of all families. Axes: d = SHARED, then items, then G, by name in `columns`."""

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
        """How many columns, from the first, a nudge brings in."""
        return len(SHARED) + len(self.items)

    def trusted_mean(self) -> np.ndarray:
        """Give the mean with "familiar" not below zero: that something helped here never speaks against it."""
        mean = self.mean.copy()
        mean[FAMILIAR] = max(mean[FAMILIAR], 0.0)
        return mean


@dataclass(frozen=True, eq=False)
class FamilyPosterior:
    """The belief of one family: what it likes more or less than others do. Axes: Z."""

    mean: np.ndarray  # (Z,)
    factor: np.ndarray  # (Z, Z) lower
    version: int = 0


@dataclass(frozen=True, eq=False)
class Posterior:
    """Everything a decision of one family needs to know."""

    population: PopulationPosterior
    families: Mapping[str, FamilyPosterior] = field(
        default_factory=dict
    )  # by family; a family not in it is like all others

    @property
    def version(self) -> int:
        return self.population.version

    def for_family(self, family: str) -> FamilyPosterior:
        found = self.families.get(family)
        return new_family(self.population.spread, np.zeros(len(Z))) if found is None else found


def new_family(spread: np.ndarray, start: np.ndarray) -> FamilyPosterior:
    """Give the belief of a family before its first outcome: what it said when it came, and the spread between families."""
    return FamilyPosterior(mean=np.array(start, dtype=float), factor=np.diag(np.sqrt(spread)))


def find_defect(population: PopulationPosterior) -> str | None:
    """Say why a belief cannot be used, or None. Screened before each use: a corrupt file leads to the safe answer."""
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
    """Tell whether a family's belief can be used."""
    return (
        np.shape(families.mean) == (len(Z),)
        and np.shape(families.factor) == (len(Z), len(Z))
        and bool(np.isfinite(families.mean).all() and np.isfinite(families.factor).all())
    )


def with_items(
    population: PopulationPosterior,
    slugs: Sequence[str],
    told: Mapping[str, tuple[float, float]] | None = None,
) -> PopulationPosterior:
    """Widen a belief by practices it has never met: as told (mean and sd), else mean 0 and as far apart as practices of a kind are."""
    new = tuple(slug for slug in dict.fromkeys(slugs) if slug not in set(population.items))
    means, sds = (
        zip(*[(told or {}).get(slug, (0.0, ITEM_SPREAD)) for slug in new], strict=True)
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
