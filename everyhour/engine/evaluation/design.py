"""Design-based average effect (AIPW): valid whatever learned the probabilities, and from whom.

psi = m1 - m0 + A/p (Y - m1) - (1-A)/(1-p) (Y - m0), with m1 and m0 fitted to earlier days only.
Given the past, psi has the right mean whenever p is the true probability, so the mean of psi
estimates the average effect over the decision points that occurred, with error sd / sqrt(n).
Nothing is assumed about controls, time, or independence of families; pooled adaptive learning makes
families dependent (Zhang, Janson, Murphy, arXiv 2202.07098). The price is precision.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from everyhour.engine.evaluation.confidence_sequence import Bounds, confidence_sequence
from everyhour.engine.evaluation.distributions import normal_critical, normal_two_sided
from everyhour.engine.evaluation.sandwich import products_by_group
from everyhour.engine.evaluation.study import Flags, Floats, Study, UnusableData, usable

RIDGE = 1.0  # what an unseen control weighs, in decision points; ours
HARDLY = 1e-6  # the same for the 1: enough to have an answer on the first day, which is 0


@dataclass(frozen=True)
class DesignBased:
    """The average effect over the decision points that occurred; `psi` in order of time."""

    psi: Floats
    level: float = 0.95

    @property
    def points(self) -> int:
        return len(self.psi)

    @cached_property
    def estimate(self) -> float:
        return float(self.psi.mean())

    @cached_property
    def se(self) -> float:
        return float(self.psi.std(ddof=1) / np.sqrt(self.points))

    @property
    def low(self) -> float:
        return self.estimate - normal_critical(1 - self.level) * self.se

    @property
    def high(self) -> float:
        return self.estimate + normal_critical(1 - self.level) * self.se

    @property
    def p(self) -> float:
        return normal_two_sided(self.estimate / self.se)

    def at_any_time(self, alpha: float | None = None) -> Bounds:
        """Return the confidence sequence after each decision point."""
        return confidence_sequence(self.psi, alpha=1 - self.level if alpha is None else alpha)


def design_based(study: Study, day: NDArray[Any], *, level: float = 0.95) -> DesignBased:
    """Estimate the average effect by AIPW; `day` orders the rows and limits what the outcome
    models see.
    """
    if len(day) != study.rows:
        raise UnusableData(
            f"`day` has {len(day)} rows and `outcome` has {study.rows}; "
            "they describe the same decision points."
        )
    rows = usable(study)
    days = np.asarray(day)[rows.numbers]
    order = np.lexsort((rows.numbers, days))
    sent, p, outcome = rows.sent[order], rows.probability[order], rows.outcome[order]
    features = np.vstack([rows.controls, rows.moderators[1:]])[:, order]
    treated, untreated = (
        learned_before(features, outcome, sent == arm, days[order]) for arm in (1, 0)
    )
    psi = (
        treated
        - untreated
        + sent / p * (outcome - treated)
        - (1 - sent) / (1 - p) * (outcome - untreated)
    )
    if len(psi) < 2:
        raise UnusableData("One decision point says nothing of chance: at least two are needed.")
    return DesignBased(psi, level)


def learned_before(features: Floats, outcome: Floats, used: Flags, day: NDArray[Any]) -> Floats:
    """Predict each row's outcome by ridge regression on the rows `used` of earlier days; rows
    sorted by day.

    features (k, n), the first row ones.
    """
    starts = np.flatnonzero(np.r_[True, day[1:] != day[:-1]])
    seen = features * used
    squares = products_by_group(starts, seen, features)
    products = np.add.reduceat(seen * outcome, starts, axis=1).T
    before_squares, before_products = (_sums_before(each) for each in (squares, products))
    ridge = np.diag(np.r_[HARDLY, np.full(len(features) - 1, RIDGE)])
    line = np.linalg.solve(before_squares + ridge, before_products[:, :, None])[:, :, 0]
    of_day = np.repeat(np.arange(len(starts)), np.diff(np.r_[starts, len(day)]))
    return np.einsum("kn,nk->n", features, line[of_day])


def _sums_before(days: Floats) -> Floats:
    """Sum the days before each. Subtracting a day from a total would leave rounding traces of
    it.
    """
    before = np.zeros_like(days)
    np.cumsum(days[:-1], axis=0, out=before[1:])
    return before
