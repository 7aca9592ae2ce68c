"""Relative risk of a 0/1 outcome: EMEE and EMEE2 (Qian et al. 2021, Biometrika 108:507).

X'beta is the log relative risk. Both are solved by Newton's method with the exact derivative, from
zero, halving each step until it improves; EMEE2 is the simpler form behind the sample size in
planning.py.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from everyhour.engine.evaluation.inference import Fit
from everyhour.engine.evaluation.sandwich import check_full_rank, covariances, products_by_group
from everyhour.engine.evaluation.study import (
    Floats,
    Rows,
    Study,
    UnusableData,
    check_enough_families,
    usable,
)

STEPS, HALVINGS = 60, 30
NEAR = 1e-13  # of each estimating equation, beside the sum of its terms without their signs
FAR = 30.0  # on the log scale: e^30 is not a relative risk but an outcome that never came


@dataclass(frozen=True)
class Equations:
    """Terms of the estimating equations sum D r = 0 at one theta.

    instruments (k, n): D. residuals (n,): r. slopes (k, n): dr/dtheta. own (k, n): dr/dtheta + r
    (dD/dtheta) / D.
    """

    instruments: Floats
    residuals: Floats
    slopes: Floats
    own: Floats


@dataclass(frozen=True)
class Sums:
    """Value of the estimating equations, the size of their terms without signs, and their
    derivative.
    """

    value: Floats
    size: Floats
    derivative: Floats


Form = Callable[[Rows, Floats], Equations]


def emee(study: Study) -> Fit:
    """Fit the log relative risk: D = W e^(-A X'b) [Z; (A-p~)X], r = Y - e^(Z'a + A X'b)."""
    return _fit("EMEE", usable(study), _weighted)


def emee2(study: Study) -> Fit:
    """Fit the log relative risk, centered by p: D = [Z; (A-p)X], r = e^(-(A-p)X'b) Y - e^(Z'a)."""
    return _fit("EMEE2", usable(study), _always_centred)


def _weighted(rows: Rows, theta: Floats) -> Equations:
    q = len(rows.controls)
    effect = rows.sent * (theta[q:] @ rows.moderators)
    mean = np.exp(theta[:q] @ rows.controls + effect)
    instruments = (
        rows.weights * np.exp(-effect) * np.vstack([rows.controls, rows.centred * rows.moderators])
    )
    slopes = np.vstack([-mean * rows.controls, -mean * rows.sent * rows.moderators])
    # dD/db = -A X D, so that in the derivative r and the mean add up to Y.
    own = np.vstack([slopes[:q], -rows.outcome * rows.sent * rows.moderators])
    return Equations(instruments, rows.outcome - mean, slopes, own)


def _always_centred(rows: Rows, theta: Floats) -> Equations:
    q, centred = len(rows.controls), rows.sent - rows.probability
    shrunk = rows.outcome * np.exp(-centred * (theta[q:] @ rows.moderators))
    mean = np.exp(theta[:q] @ rows.controls)
    slopes = np.vstack([-mean * rows.controls, -shrunk * centred * rows.moderators])
    return Equations(
        np.vstack([rows.controls, centred * rows.moderators]), shrunk - mean, slopes, slopes
    )


def _fit(method: str, rows: Rows, form: Form) -> Fit:
    check_enough_families(rows)
    _check_binary_outcome(rows)
    names = (*rows.control_names, *(f"effect of {name}" for name in rows.moderator_names))
    parts = list(rows.portions())
    beginning = np.zeros(len(names))
    check_full_rank(
        np.add.reduce([d @ d.T for d in (form(part, beginning).instruments for part in parts)]),
        names,
    )
    theta, sums, steps = _newton(lambda theta: _sums(form, parts, theta), beginning)
    scores, slopes = _by_family(form, parts, theta)
    corrected, uncorrected = covariances(scores, slopes, np.linalg.inv(sums.derivative), rows)
    return Fit(
        method,
        theta,
        corrected,
        uncorrected,
        rows.control_names,
        rows.moderator_names,
        rows.families,
        rows.rows,
        rows.unavailable,
        rows.unanswered,
        steps,
    )


def _sums(form: Form, parts: Sequence[Rows], theta: Floats) -> Sums:
    k = len(theta)
    value, size, derivative = np.zeros(k), np.zeros(k), np.zeros((k, k))
    for part in parts:
        equations = form(part, theta)
        value += equations.instruments @ equations.residuals
        size += np.abs(equations.instruments) @ np.abs(equations.residuals)
        derivative += equations.instruments @ equations.own.T
    return Sums(value, size, derivative)


def _by_family(form: Form, parts: Sequence[Rows], theta: Floats) -> tuple[Floats, Floats]:
    scores, slopes = [], []
    for part in parts:
        equations = form(part, theta)
        scores.append(part.by_family(equations.instruments * equations.residuals).T)
        slopes.append(products_by_group(part.starts, equations.instruments, equations.slopes))
    return np.concatenate(scores), np.concatenate(slopes)


def _check_binary_outcome(rows: Rows) -> None:
    if not np.isin(rows.outcome, (0, 1)).all():
        raise UnusableData(
            "A relative risk needs an outcome that is 0 or 1. For other outcomes there is WCLS, a "
            "difference of means."
        )
    for sent, arm in ((1, "after something was sent"), (0, "when nothing was sent")):
        if not rows.outcome[rows.sent == sent].any():
            raise UnusableData(
                f"The outcome never came {arm}, so a relative risk would be without bounds. WCLS "
                "gives the difference of risks."
            )


def _newton(at: Callable[[Floats], Sums], theta: Floats) -> tuple[Floats, Sums, int]:
    sums = at(theta)
    for step in range(STEPS):
        if np.all(np.abs(sums.value) <= NEAR * sums.size):
            return theta, sums, step
        try:
            move = -np.linalg.solve(sums.derivative, sums.value)
        except np.linalg.LinAlgError:
            break
        theta, better = _halved(at, theta, move, sums)
        if better is None:
            return _nearest(theta, sums, step)
        sums = better
        if np.abs(theta).max() > FAR:
            break
    raise UnusableData(
        "The relative risk runs away: some control or moderator splits the rows so that on one "
        "side the outcome never came. Leave it out, or use WCLS, a difference of risks."
    )


def _halved(
    at: Callable[[Floats], Sums], theta: Floats, move: Floats, now: Sums
) -> tuple[Floats, Sums | None]:
    """Halve a step until it reduces the equations; None when it never does."""
    size = now.size
    miss = np.sum((now.value / size) ** 2)
    for _ in range(HALVINGS):
        with np.errstate(over="ignore", invalid="ignore"):
            there = at(theta + move)
            if np.sum((there.value / size) ** 2) < miss:
                return theta + move, there
        move = move / 2
    return theta, None


def _nearest(theta: Floats, sums: Sums, step: int) -> tuple[Floats, Sums, int]:
    """Accept theta when rounding stops progress and the equations are nearly met; else raise."""
    if np.all(np.abs(sums.value) <= 1e-9 * sums.size):
        return theta, sums, step
    raise UnusableData(
        "The equations of the relative risk have no solution near "
        "here. Leave out controls, or use WCLS."
    )
