"""Results of a fit: coefficients, contrasts and joint tests, with their degrees of freedom.

A contrast L'beta has one degree of freedom however many coefficients it combines: t = L'beta /
sqrt(L'VL) on n - q - p. MRTAnalysis up to 0.3.1 counts the non-zero entries instead and inverts
Hotelling's factor; see docs/science/evaluating.md.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from everyhour.engine.evaluation.distributions import f_upper, t_critical, t_two_sided
from everyhour.engine.evaluation.study import Floats, UnusableData


@dataclass(frozen=True)
class Estimate:
    """An estimate with its interval; se and interval have the small-sample correction."""

    name: str
    estimate: float
    se: float
    se_uncorrected: float
    df: int
    level: float = 0.95

    @property
    def t(self) -> float:
        return self.estimate / self.se

    @property
    def p(self) -> float:
        return t_two_sided(self.t, self.df)

    @property
    def low(self) -> float:
        return self.estimate - t_critical(1 - self.level, self.df) * self.se

    @property
    def high(self) -> float:
        return self.estimate + t_critical(1 - self.level, self.df) * self.se


@dataclass(frozen=True)
class Joint:
    """Joint test of contrasts: Hotelling's T2 = b'V^-1 b as F(d1, d2), as in Liao et al. 2016."""

    t2: float
    d1: int
    d2: int

    @property
    def f(self) -> float:
        """F = T2 d2 / (d1 (d1 + d2 - 1)); for one contrast, t squared."""
        return self.t2 * self.d2 / (self.d1 * (self.d1 + self.d2 - 1))

    @property
    def p(self) -> float:
        return f_upper(self.f, self.d1, self.d2)


@dataclass(frozen=True)
class Fit:
    """Coefficients of the controls (alpha, first) and the effect (beta), with both covariances."""

    method: str
    coefficients: Floats  # (q + p,)
    covariance: Floats  # (q + p, q + p), corrected for few families
    covariance_uncorrected: Floats
    control_names: tuple[str, ...]
    moderator_names: tuple[str, ...]
    families: int
    rows: int
    unavailable: int = 0
    unanswered: int = 0
    steps: int = 0  # of Newton's method

    @property
    def df(self) -> int:
        return self.families - len(self.coefficients)

    @property
    def alpha(self) -> Floats:
        return self.coefficients[: len(self.control_names)]

    @property
    def beta(self) -> Floats:
        return self.coefficients[len(self.control_names) :]

    def effects(self, level: float = 0.95) -> list[Estimate]:
        """Return each coefficient of the effect."""
        return [
            self.contrast(line, name=name, level=level)
            for line, name in zip(np.eye(len(self.beta)), self.moderator_names, strict=True)
        ]

    def effect_at(self, values: Mapping[str, float] | None = None, level: float = 0.95) -> Estimate:
        """Return the effect at these moderator values; those not named are 0.

        >>> fit.effect_at({"lowcap": 1, "day": 20})
        """
        values = values or {}
        if strange := set(values) - set(self.moderator_names[1:]):
            raise UnusableData(
                f"Not a moderator of this fit: {', '.join(sorted(strange))}. It has: "
                f"{', '.join(self.moderator_names[1:]) or 'none'}."
            )
        line = [1.0, *(values.get(name, 0.0) for name in self.moderator_names[1:])]
        return self.contrast(
            line,
            name="effect at " + ", ".join(f"{k}={v:g}" for k, v in values.items())
            if values
            else "effect",
            level=level,
        )

    def contrast(
        self, line: Sequence[float] | Floats, *, name: str = "contrast", level: float = 0.95
    ) -> Estimate:
        """Return L'beta, with one number of L per coefficient of the effect."""
        of = self._of_effect(np.asarray(line, float)[None, :])[0]
        if not of.any():
            raise UnusableData("A contrast of nothing but zeros says nothing.")
        corrected, uncorrected = (
            math.sqrt(of @ v @ of) for v in (self.covariance, self.covariance_uncorrected)
        )
        return Estimate(name, float(of @ self.coefficients), corrected, uncorrected, self.df, level)

    def together(self, lines: Sequence[Sequence[float]] | Floats | None = None) -> Joint:
        """Test contrasts jointly; by default, that every coefficient of the effect is 0."""
        of = self._of_effect(np.eye(len(self.beta)) if lines is None else np.asarray(lines, float))
        if np.linalg.matrix_rank(of) < len(of):
            raise UnusableData("These contrasts say the same thing twice. Leave one out.")
        value = of @ self.coefficients
        return Joint(
            float(value @ np.linalg.solve(of @ self.covariance @ of.T, value)), len(of), self.df
        )

    def _of_effect(self, lines: Floats) -> Floats:
        if lines.ndim != 2 or lines.shape[1] != len(self.beta):
            raise UnusableData(
                f"A contrast needs {len(self.beta)} numbers, for {', '.join(self.moderator_names)}."
            )
        return np.hstack([np.zeros((len(lines), len(self.alpha))), lines])
