"""Sample size, power and detectable effect of a micro-randomized trial.

Continuous outcomes: Liao, Klasnja, Tewari, Murphy 2016, Stat Med 35:1944. Binary: Cohn, Qian,
Murphy 2023, Stat Med 42:2777. In both, every family adds the same to the noncentrality of an F test
with (p, N - p - q) degrees of freedom.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from everyhour.engine.evaluation.distributions import f_critical, noncentral_f_upper, root
from everyhour.engine.evaluation.study import Floats, UnusableData

TRUSTED_ABOVE = 10  # families; below, the formula promises more than a sandwich of so few can keep
SHAPES = ("constant", "linear", "quadratic")


@dataclass(frozen=True)
class Plan:
    """A planned study: noncentrality per family, and the size of both models."""

    per_family: float
    p: int
    q: int
    alpha: float = 0.05
    notes: tuple[str, ...] = ()

    @property
    def fewest(self) -> int:
        return self.p + self.q + 1

    def power(self, families: float) -> float:
        """Return the power with this number of families."""
        df = families - self.p - self.q
        if df <= 0:
            return 0.0
        return noncentral_f_upper(
            f_critical(self.alpha, self.p, df), self.p, df, families * self.per_family
        )

    def exact_families(self, power: float = 0.8) -> float:
        """Return the real number of families at which the power is reached."""
        _between("power", power, self.alpha, 1)
        if self.per_family <= 0:
            raise UnusableData("Nobody can see an effect of zero, with any number of families.")
        low, high = float(self.fewest), 2.0 * self.fewest
        if self.power(low) >= power:
            return low
        while self.power(high) < power:
            high *= 2
            if high > 1e9:
                raise UnusableData(
                    "More than a billion families would be needed to see an effect this small."
                )
        return root(lambda families: self.power(families) - power, low, high)

    def families(self, power: float = 0.8) -> int:
        """Return the smallest number of families with this power; trust it only above
        TRUSTED_ABOVE.
        """
        exact = self.exact_families(power)
        near = round(exact)
        # The root has twelve digits; near a whole number, the power itself decides.
        whole = near if abs(exact - near) < 1e-6 and self.power(near) >= power else math.ceil(exact)
        return max(self.fewest, whole)


def continuous(
    effect: ArrayLike,
    *,
    shape: Floats,
    available: ArrayLike,
    probability: ArrayLike,
    q: int | None = None,
    alpha: float = 0.05,
) -> Plan:
    """Plan for a standardized effect d_t at T points: lambda = N d'Qd, Q = sum tau p(1-p) ZZ'.

    shape (T, p): Z, the form of the effect tested for. q: coefficients of the controls (default:
    p).
    """
    points, p = shape.shape
    tau, chance, wanted = (
        _points("availability", available, points),
        _points("probability", probability, points),
        _many(effect, points),
    )
    d = np.linalg.solve((tau * shape.T) @ shape, (tau * shape.T) @ wanted)
    information = (tau * chance * (1 - chance) * shape.T) @ shape
    return Plan(float(d @ information @ d), p, p if q is None else q, alpha)


def binary(
    f: Floats,
    g: Floats,
    beta: ArrayLike,
    baseline: ArrayLike,
    *,
    available: ArrayLike,
    probability: ArrayLike,
    alpha: float = 0.05,
) -> Plan:
    """Plan for a log relative risk f_t'beta over a rate of exp(g_t'baseline) without sending.

    f (T, p): the form of the effect tested for. g (T, q): the form of the outcome rate.
    """
    points, p = f.shape
    tau, chance = (
        _points("availability", available, points),
        _points("probability", probability, points),
    )
    coefficients = np.asarray(beta, float)
    m, rate = f @ coefficients, np.exp(g @ np.asarray(baseline, float))
    if (most := max(rate.max(), (rate * np.exp(m)).max())) >= 1:
        raise UnusableData(
            f"The outcome would come in {100 * most:.0f} % of cases. "
            "Try a lower rate or a smaller effect."
        )
    bend = tau * np.exp(chance * m) * rate * chance * (1 - chance)
    spread = (
        tau
        * np.exp(2 * chance * m)
        * rate
        * chance
        * (1 - chance)
        * ((1 - chance) * np.exp(-m) + chance - rate)
    )
    bread = np.linalg.inv((bend * f.T) @ f)
    per_family = coefficients @ np.linalg.solve(
        bread @ ((spread * f.T) @ f) @ bread.T, coefficients
    )
    notes = (
        ()
        if _spans(g, chance[:, None] * f)
        else ("p times f is not in the span of g, so that this size is only near the truth.",)
    )
    return Plan(float(per_family), p, g.shape[1], alpha, notes)


def detectable(
    plan: Callable[[float], Plan], families: int, *, power: float = 0.8, most: float = 1.0
) -> float | None:
    """Return the smallest detectable effect; None if even `most` is not detectable."""

    def reached(effect: float) -> float:
        return plan(effect).power(families) - power

    return root(reached, 0.0, most) if reached(most) > 0 else None


def trend(
    shape: str, days: int, mean: float, *, initial: float | None = None, peak: int | None = None
) -> Floats:
    """Return one value per day with this mean: constant; linear from `initial`; quadratic with
    its turn on day `peak`.
    """
    day = np.arange(days, dtype=float)
    if shape == "constant" or days == 1:
        return np.full(days, mean)
    begin = mean if initial is None else initial
    if shape == "linear":
        return begin + 2 * (mean - begin) * day / (days - 1)
    if shape != "quadratic":
        raise UnusableData(f"A trend is {', '.join(SHAPES)}; not {shape}.")
    turn = days if peak is None else peak
    # begin + b x + c x2 with slope 0 on day `turn` and the requested mean
    # (MRT-SS Calculator, arXiv 1609.00695).
    b, c = np.linalg.solve(
        [[1, 2 * (turn - 1)], [day.sum(), (day**2).sum()]], [0, (mean - begin) * days]
    )
    return begin + b * day + c * day**2


def by_point(days: Floats, points: int) -> Floats:
    """Repeat each day's value for its decision points."""
    return np.repeat(days, points)


def powers(order: int, days: int, points: int) -> Floats:
    """Return the polynomial form of an effect: (T, order + 1) with 1, x, x^2 of day x from 0."""
    return by_point(np.arange(days, dtype=float), points)[:, None] ** np.arange(order + 1)


def _many(values: ArrayLike, points: int) -> Floats:
    values = np.asarray(values, float)
    if values.ndim and values.shape != (points,):
        raise UnusableData(f"There are {points} decision points and {len(values)} values for them.")
    return np.broadcast_to(values, points)


def _points(name: str, values: ArrayLike, points: int) -> Floats:
    values = _many(values, points)
    if not ((values > 0) & (values <= 1)).all() or (name == "probability" and (values == 1).any()):
        raise UnusableData(
            f"The {name} lies between 0 and 1 at every decision point; here it reaches "
            f"{values.min():g} and {values.max():g}."
        )
    return values


def _between(name: str, value: float, low: float, high: float) -> None:
    if not low < value < high:
        raise UnusableData(f"The {name} lies between {low:g} and {high:g}, not at {value:g}.")


def _spans(g: Floats, columns: Floats) -> bool:
    left = columns - g @ np.linalg.lstsq(g, columns, rcond=None)[0]
    return bool(np.abs(left).max() <= 1e-9 * max(1.0, np.abs(columns).max()))


def curve(plan: Plan, families: Sequence[int]) -> list[tuple[int, float]]:
    return [(n, plan.power(n)) for n in families]
