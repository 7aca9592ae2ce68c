"""The average effect from the design alone: right whatever learned the probabilities, and from whom.

psi = m1 - m0 + A/p (Y - m1) - (1-A)/(1-p) (Y - m0), with m1 and m0 learned from earlier days only. Given everything before it,
psi is off by chance alone whenever p is the true probability, so that the mean of psi estimates the average effect over the
decision points that came, and sd / sqrt(n) is its error. Nothing is assumed of the controls, of time, or of families being
independent; pooled, adaptive learning makes them dependent (Zhang, Janson, Murphy, arXiv 2202.07098). The price is precision.
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
        """Give the interval after each decision point that may be looked at whenever one likes."""
        return confidence_sequence(self.psi, alpha=1 - self.level if alpha is None else alpha)


def design_based(study: Study, day: NDArray[Any], *, level: float = 0.95) -> DesignBased:
    """Estimate the average effect by augmented inverse probability weights; `day` orders the rows, and what is learned."""
    if len(day) != study.rows:
        raise UnusableData(
            f"`day` has {len(day)} rows and `outcome` has {study.rows}; they describe the same decision points."
        )
    rows = usable(study)
    when = np.asarray(day)[rows.numbers]
    order = np.lexsort((rows.numbers, when))
    sent, p, outcome = rows.sent[order], rows.probability[order], rows.outcome[order]
    features = np.vstack([rows.controls, rows.moderators[1:]])[:, order]
    with_it, without = (
        learned_before(features, outcome, sent == arm, when[order]) for arm in (1, 0)
    )
    psi = (
        with_it
        - without
        + sent / p * (outcome - with_it)
        - (1 - sent) / (1 - p) * (outcome - without)
    )
    if len(psi) < 2:
        raise UnusableData("One decision point says nothing of chance: at least two are needed.")
    return DesignBased(psi, level)


def learned_before(features: Floats, outcome: Floats, told: Flags, day: NDArray[Any]) -> Floats:
    """Foretell each row's outcome by ridge regression on the rows that are `told` of days before its own; rows in order of day.

    features  (k, n), the first a line of ones.
    """
    starts = np.flatnonzero(np.r_[True, day[1:] != day[:-1]])
    seen = features * told
    squares = products_by_group(starts, seen, features)
    products = np.add.reduceat(seen * outcome, starts, axis=1).T
    before_squares, before_products = (_sums_before(each) for each in (squares, products))
    ridge = np.diag(np.r_[HARDLY, np.full(len(features) - 1, RIDGE)])
    line = np.linalg.solve(before_squares + ridge, before_products[:, :, None])[:, :, 0]
    of_day = np.repeat(np.arange(len(starts)), np.diff(np.r_[starts, len(day)]))
    return np.einsum("kn,nk->n", features, line[of_day])


def _sums_before(days: Floats) -> Floats:
    """Sum the days before each. Taking a day from a sum that holds it would leave a trace of it in the last digits."""
    before = np.zeros_like(days)
    np.cumsum(days[:-1], axis=0, out=before[1:])
    return before
