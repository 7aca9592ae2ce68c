"""The nightly fit for millions of families: 99 numbers a family instead of a thousand.

`learning.py` keeps ZW_i, how each family's own columns met the shared ones: 11 x 100 numbers. Here an outcome is added once as
what was left of it under last night's theta (zr), and once with what last night's u_i took of it (wu); this is back-fitting, and
exact for the beliefs of the day. Each night zr and wu are moved along with theta and u, and for that move, and only for it,
ZW_i is taken as ZZ_i C, with C = (sum ZZ)^-1 (sum ZW). When theta and u rest, nothing moves. A test holds the two paths together.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np

from everyhour.engine.features import Z
from everyhour.engine.learning import CHUNK, SPREAD_BOUNDS, TRUST
from everyhour.engine.priors import Prior

R = len(Z)
UPPER, LOWER = np.triu_indices(R), np.tril_indices(R)


@dataclass
class ScaleSums:
    """Axes: F families; packed 66; Z. Families are rows; who is who is kept outside."""

    families: int
    columns: int  # d of Population.columns
    theta: np.ndarray  # (d,) that zr is what is left under
    zz: np.ndarray = field(init=False)  # (F, 66) upper triangle
    zr: np.ndarray = field(init=False)  # (F, Z)
    start: np.ndarray = field(init=False)  # (F, Z)
    u: np.ndarray = field(init=False)  # (F, Z) of last night
    wu: np.ndarray = field(init=False)  # (d,) sum of w z'u
    all_zw: np.ndarray = field(init=False)  # (Z, d)
    ww: np.ndarray = field(init=False)  # (d, d)
    wy: np.ndarray = field(init=False)  # (d,)
    count: int = 0

    def __post_init__(self) -> None:
        self.zz = np.zeros((self.families, len(UPPER[0])))
        self.zr, self.start = np.zeros((self.families, R)), np.zeros((self.families, R))
        self.u, self.wu = np.zeros((self.families, R)), np.zeros(self.columns)
        self.all_zw = np.zeros((R, self.columns))
        self.ww, self.wy = np.zeros((self.columns, self.columns)), np.zeros(self.columns)

    def add(self, rows: np.ndarray, w: np.ndarray, z: np.ndarray, y: np.ndarray) -> None:
        """Add answered windows; `rows` names each one's family."""
        self.wu += w.T @ (z * self.u[rows]).sum(axis=1)
        order = np.argsort(rows, kind="stable")
        first = np.flatnonzero(np.diff(rows[order], prepend=-1))
        whose, z, w, y = rows[order][first], z[order], w[order], y[order]
        self.zz[whose] += np.add.reduceat(z[:, UPPER[0]] * z[:, UPPER[1]], first)
        self.zr[whose] += np.add.reduceat(z * (y - w @ self.theta)[:, None], first)
        self.all_zw += z.T @ w
        self.ww += w.T @ w
        self.wy += w.T @ y
        self.count += len(y)

    def chunks(self) -> Iterator[slice]:
        for begin in range(0, self.families, CHUNK):
            yield slice(begin, min(begin + CHUNK, self.families))

    def unpacked(self, chunk: slice) -> np.ndarray:
        """Give ZZ of some families as full matrices."""
        full = np.empty((chunk.stop - chunk.start, R, R))
        full[:, UPPER[0], UPPER[1]] = self.zz[chunk]
        full[:, UPPER[1], UPPER[0]] = self.zz[chunk]
        return full


@dataclass(frozen=True)
class Night:
    """What a night found. Axes: d; d, d; F, Z; Z; and per family the lower triangle of the factor, packed 66, where asked for."""

    theta: np.ndarray
    covariance: np.ndarray
    u: np.ndarray
    spread: np.ndarray
    factor: np.ndarray | None


def learn(
    sums: ScaleSums,
    prior: Prior,
    items: list[str],
    spread: np.ndarray,
    noise: float,
    keep_factors: bool = False,
    cores: int = 1,
) -> Night:
    """Fit families under last night's theta, then theta, then families again; then how different families are."""
    t0, variance = prior.arrays(items)
    common = np.linalg.solve(_all_zz(sums) + np.eye(R), sums.all_zw)  # C, axes: Z, d
    first = _families(sums, np.zeros(R), spread, noise, cores=cores)
    sums.wu += common.T @ first.shift
    precision = np.diag(1 / variance) + sums.ww / noise - common.T @ first.met @ common / noise**2
    aim = (t0 - sums.theta) / variance + (sums.wy - sums.ww @ sums.theta - sums.wu) / noise
    covariance = np.linalg.inv(precision)
    step = covariance @ aim
    sums.theta = sums.theta + step
    second = _families(sums, common @ step, spread, noise, keep_factors, cores)
    sums.wu += common.T @ second.shift
    found = (TRUST * np.array(prior.spread) + second.seen) / (TRUST + sums.families)
    return Night(
        sums.theta,
        (covariance + covariance.T) / 2,
        sums.u,
        np.clip(found, *SPREAD_BOUNDS),
        second.factor,
    )


def _all_zz(sums: ScaleSums) -> np.ndarray:
    full = np.zeros((R, R))
    full[UPPER] = sums.zz.sum(axis=0)
    return full + np.triu(full, 1).T


@dataclass
class _Pass:
    """What one walk over all families adds up."""

    met: np.ndarray = field(default_factory=lambda: np.zeros((R, R)))  # sum ZZ V ZZ
    shift: np.ndarray = field(default_factory=lambda: np.zeros(R))  # sum ZZ (u now - u before)
    seen: np.ndarray = field(default_factory=lambda: np.zeros(R))  # squares for the spread
    factor: np.ndarray | None = None


def _families(
    sums: ScaleSums,
    moved: np.ndarray,
    spread: np.ndarray,
    noise: float,
    keep_factors: bool = False,
    cores: int = 1,
) -> _Pass:
    """Solve for each family, in chunks so that memory stays small; `moved` is C times the step of theta.

    Chunks are shared among `cores` threads, and what they found is added in their order, so the answer does not depend on how many.
    """
    told = _Pass(factor=np.empty((sums.families, len(LOWER[0]))) if keep_factors else None)

    def solve(chunk: slice) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        zz = sums.unpacked(chunk)
        sums.zr[chunk] -= zz @ moved
        v = np.linalg.inv(zz / noise + np.diag(1 / spread))
        u = np.einsum("fij,fj->fi", v, sums.zr[chunk] / noise + sums.start[chunk] / spread)
        shift = np.einsum("fij,fj->i", zz, u - sums.u[chunk])
        sums.u[chunk] = u
        if told.factor is not None:
            told.factor[chunk] = np.linalg.cholesky(v)[:, *LOWER]
        seen = np.einsum("fii->i", v) + ((u - sums.start[chunk]) ** 2).sum(axis=0)
        return np.einsum("fij,fjk->ik", zz, v @ zz, optimize=True), shift, seen

    with ThreadPoolExecutor(cores) as pool:
        for met, shift, seen in (
            pool.map(solve, sums.chunks()) if cores > 1 else map(solve, sums.chunks())
        ):
            told.met += met
            told.shift += shift
            told.seen += seen
    return told
