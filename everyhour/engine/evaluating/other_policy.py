"""What another rule would have been worth, told from a log of what this one did with known probabilities.

Each outcome counts by w = (probability under the other rule) / (probability it was logged with). Four figures, because none is
right alone: plain weighting (IPS), the same with its weights made to sum to n, doubly robust with a model of the outcome, and how
many rows the weighted ones are worth. A rule that does what was hardly ever done cannot be judged from such a log.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from everyhour.engine.evaluating.inference import Estimate
from everyhour.engine.evaluating.study import Floats, Unfit


@dataclass(frozen=True)
class Worth:
    """The value of another rule: mean outcome, with errors that let the rows of a family depend on one another."""

    weighted: Estimate
    normalised: Estimate
    robust: Estimate | None
    gain: Estimate  # over the rule that ran; from the robust value where there is one
    rows: int
    rows_worth: float  # how many unweighted rows tell as much: (sum w)^2 / sum w^2
    largest_weight: float

    @property
    def thin(self) -> bool:
        """Tell that fewer than a tenth of the rows speak about this rule; then believe none of it."""
        return self.rows_worth < 0.1 * self.rows


def worth(
    outcome: Floats,
    logged: Floats,
    other: Floats,
    family: NDArray[Any],
    *,
    foretold: Floats | None = None,
    foretold_under_other: Floats | None = None,
    level: float = 0.95,
) -> Worth:
    """Value another rule.

    logged, other         the probability of what was done, under the rule that ran and under the other one.
    foretold              a model's mean outcome of what was done; `foretold_under_other` its mean over what the other would do.
    """
    outcome, logged, other = (np.asarray(each, float) for each in (outcome, logged, other))
    _judge(outcome, logged, other)
    _, code = np.unique(family, return_inverse=True)
    if code.max() == 0:
        raise Unfit(
            "There is one family. What one family shows cannot be told from chance: at least two are needed."
        )
    weight = other / logged
    robust = None
    if foretold is not None and foretold_under_other is not None:
        robust = foretold_under_other + weight * (outcome - foretold)

    def estimate(name: str, values: Floats, influence: Floats) -> Estimate:
        sums, families = np.bincount(code, weights=influence), int(code.max()) + 1
        plain = float(np.sqrt((sums**2).sum()) / len(values))
        return Estimate(
            name,
            float(values.mean()),
            plain * np.sqrt(families / (families - 1)),
            plain,
            families - 1,
            level,
        )

    def mean(name: str, values: Floats) -> Estimate:
        return estimate(name, values, values - values.mean())

    plain = weight * outcome
    ratio = plain.sum() / weight.sum() if weight.any() else 0.0
    influence = weight * (outcome - ratio) / max(weight.mean(), 1e-300)
    return Worth(
        weighted=mean("weighted", plain),
        normalised=estimate("normalised", np.full(len(plain), ratio), influence),
        robust=None if robust is None else mean("doubly robust", robust),
        gain=mean("gain", (plain if robust is None else robust) - outcome),
        rows=len(outcome),
        rows_worth=float(weight.sum() ** 2 / (weight**2).sum()) if weight.any() else 0.0,
        largest_weight=float(weight.max()),
    )


def of_what_was_done(sent: NDArray[Any], probability: Floats) -> Floats:
    """Give the probability of what was done: p where something was sent, 1 - p where not."""
    return np.where(np.asarray(sent) == 1, probability, 1 - np.asarray(probability))


def _judge(outcome: Floats, logged: Floats, other: Floats) -> None:
    if not len(outcome) == len(logged) == len(other):
        raise Unfit(
            f"Outcomes and probabilities describe the same rows; there are {len(outcome)}, {len(logged)} and {len(other)}."
        )
    if not len(outcome):
        raise Unfit("There are no rows.")
    if not np.isfinite(outcome).all():
        raise Unfit(
            f"{int((~np.isfinite(outcome)).sum())} outcomes are missing. Leave those rows out, and say how many they were."
        )
    if not ((logged > 0) & (logged <= 1)).all():
        raise Unfit(
            "What was done had a logged probability above 0 and not above 1; some rows say otherwise."
        )
    if not ((other >= 0) & (other <= 1)).all():
        raise Unfit(
            "A probability under the other rule lies between 0 and 1; some rows say otherwise."
        )
