"""The nightly fit: a Bayesian linear model with partial pooling between families.

R = w'theta + z'u_i + e, theta ~ N(t0, P0^-1), u_i ~ N(m_i, diag(spread)), e ~ N(0, noise). With V_i
= (ZZ_i/noise + diag(1/spread))^-1:

  precision of theta   P0 + WW/noise - sum_i ZW_i' V_i ZW_i / noise^2
  u_i given theta      V_i ((Zy_i - ZW_i theta)/noise + m_i/spread)

Exact, from sufficient statistics.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from everyhour.engine.posterior import FamilyPosterior, PopulationPosterior, Posterior
from everyhour.engine.priors import Prior
from everyhour.engine.sufficient_stats import SufficientStats

SWEEPS = 2  # of expectation and maximisation a night; the next night goes on from there
TRUST = 20.0  # nu0: the prior spread and noise count as much as this many families
SPREAD_BOUNDS = (0.01**2, 0.5**2)
CHUNK = 20_000  # families at once
AT_ONCE = 1000  # families whose ZW_i are held twice at once


@dataclass(frozen=True)
class ConditionalPosterior:
    """theta and all u_i given the variances. Axes: d; d, d; family, Z; family, Z, Z."""

    theta: np.ndarray
    covariance: np.ndarray
    u: np.ndarray
    v: np.ndarray


def solve(
    sums: SufficientStats, prior: Prior, spread: np.ndarray, noise: float
) -> ConditionalPosterior:
    """Solve the model exactly for given variances."""
    t0, variance = prior.arrays(sums.items)
    v = np.linalg.inv(sums.zz / noise + np.diag(1 / spread))
    pull = sums.zy / noise + sums.start / spread
    precision, aim = np.diag(1 / variance) + sums.ww / noise, t0 / variance + sums.wy / noise
    for begin in range(0, len(v), AT_ONCE):
        some = slice(begin, begin + AT_ONCE)
        flat = sums.zw[some].reshape(-1, sums.zw.shape[2])
        held = (v[some] @ sums.zw[some]).reshape(flat.shape)
        precision -= flat.T @ held / noise**2
        aim -= held.T @ pull[some].ravel() / noise
    covariance = np.linalg.inv(np.linalg.cholesky(precision))
    covariance = covariance.T @ covariance
    theta = covariance @ aim
    u = np.einsum("fij,fj->fi", v, pull - sums.zw @ theta / noise)
    return ConditionalPosterior(theta, covariance, u, v)


def spread_of(u: np.ndarray, v: np.ndarray, start: np.ndarray, before: np.ndarray) -> np.ndarray:
    """Estimate the between-family variance by one step of empirical Bayes."""
    seen = np.einsum("fii->i", v) + ((u - start) ** 2).sum(axis=0)
    return np.clip((TRUST * before + seen) / (TRUST + len(u)), *SPREAD_BOUNDS)


def noise_of(sums: SufficientStats, found: ConditionalPosterior, before: float) -> float:
    """Estimate the residual variance."""
    theta, u = found.theta, found.u
    left = sums.yy - 2 * theta @ sums.wy + theta @ sums.ww @ theta
    left += -2 * (u * (sums.zy - sums.zw @ theta)).sum() + np.einsum("fi,fij,fj->", u, sums.zz, u)
    left += np.einsum("fij,fji->", sums.zz, found.v) + (sums.ww * found.covariance).sum()
    # The prior counts as TRUST families of 20 windows each.
    weight = TRUST * 20
    return float((weight * before + max(left, 0.0)) / (weight + sums.count))


def fit(sums: SufficientStats, prior: Prior, before: Posterior | None = None) -> Posterior:
    """Fit to all data, starting from last night's variances. `fit_checks` decides whether it is
    used.
    """
    base = np.array(prior.spread)
    spread, noise = (
        (before.population.spread, before.population.noise) if before else (base, prior.noise)
    )
    for _ in range(SWEEPS):
        found = solve(sums, prior, spread, noise)
        if len(sums.place):
            spread, noise = (
                spread_of(found.u, found.v, sums.start, base),
                noise_of(sums, found, prior.noise),
            )
    found = solve(sums, prior, spread, noise)
    version = before.version + 1 if before else 1
    population = PopulationPosterior(
        items=tuple(sums.items),
        mean=found.theta,
        factor=np.linalg.cholesky(found.covariance),
        spread=spread,
        noise=noise,
        version=version,
        outcomes=sums.count,
    )
    return Posterior(population, build_families(sums.families, found.u, found.v, version))


def build_families(
    families: list[str], u: np.ndarray, v: np.ndarray, version: int
) -> Mapping[str, FamilyPosterior]:
    """Return the posterior of each family."""
    factor = np.linalg.cholesky(v) if len(v) else v
    return {family: FamilyPosterior(u[n], factor[n], version) for n, family in enumerate(families)}
