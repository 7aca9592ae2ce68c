"""Monitoring of a running study (after Trella et al., arXiv 2402.17003).

Red: stop sending, then investigate. Yellow: investigate today. Efficacy is not checked here; the
confidence sequence is for that.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from everyhour.engine.evaluation.distributions import beta_quantile, beta_upper
from everyhour.engine.evaluation.study import Flags, Floats

ROUNDING = 1e-9
HARD_RATE, HARD_SURE, HARD_FROM = (
    0.10,
    0.90,
    5,
)  # an item rests when P(rate > 0.10) > 0.9 after at least 5 answers
HARD_PRIOR = (1, 19)  # before any answer: one in twenty
MUTED_WEEKLY = 0.03
MISSING, MISSING_Z = 0.40, 3.0
CALIBRATION_Z = 3.5


class Severity(StrEnum):
    RED = "red"
    YELLOW = "yellow"


@dataclass(frozen=True)
class Finding:
    """One violated check, and its size."""

    severity: Severity
    check: str
    words: str
    figure: float


@dataclass(frozen=True)
class Log:
    """Columns of the decision log, one row per decision point; missing columns are not checked."""

    available: NDArray[Any]
    sent: NDArray[Any]
    probability: Floats
    bounds: tuple[float, float] = (0.1, 0.8)
    quiet: NDArray[Any] | None = None  # whether it fell in quiet hours
    candidate: NDArray[Any] | None = None  # whether the item was in the set that may be offered
    item: NDArray[Any] | None = None
    harder: Floats | None = None  # 1 “it made it harder”, 0 not, NaN not said
    outcome: Floats | None = None  # NaN not answered
    replayed: NDArray[Any] | None = (
        None  # whether the decision, run again from its record, is the same
    )
    muted: int = 0
    family_weeks: int = 0
    nights_without_update: int = 0


def findings(log: Log) -> list[Finding]:
    """Run all checks; an empty list means nothing was found."""
    available, sent = np.asarray(log.available) == 1, np.asarray(log.sent) == 1
    return [*_red(log, available, sent), *_yellow(log, available, sent)]


def _red(log: Log, available: Flags, sent: Flags) -> Iterator[Finding]:
    low, high = log.bounds
    inside = (log.probability >= low - ROUNDING) & (log.probability <= high + ROUNDING)
    counts = {
        f"probabilities outside {low:g} to {high:g}": available & ~inside,
        "sent although sending was not possible": sent & ~available,
        "sent in quiet hours": None if log.quiet is None else sent & (np.asarray(log.quiet) == 1),
        "items that were not to be offered": None
        if log.candidate is None
        else available & (np.asarray(log.candidate) != 1),
    }
    for words, wrong in counts.items():
        if wrong is not None and (n := int(wrong.sum())):
            yield Finding(
                Severity.RED,
                "rules",
                f"{n} {words} (first: row {int(np.flatnonzero(wrong)[0]) + 1})",
                n,
            )
    if log.item is not None and log.harder is not None:
        for item, n, hard, sure in items_to_rest(log.item, log.harder):
            yield Finding(
                Severity.RED,
                "harder",
                f"{item} made it harder {hard} of {n} times: let it rest",
                sure,
            )
    if log.family_weeks and (least := least_rate(log.muted, log.family_weeks)) > MUTED_WEEKLY:
        mutes = f"{log.muted} mutes in {log.family_weeks} family-weeks"
        words = f"{mutes}: at least {100 * least:.1f} % a week"
        yield Finding(Severity.RED, "muted", words, least)


def _yellow(log: Log, available: Flags, sent: Flags) -> Iterator[Finding]:
    if log.nights_without_update:
        words = f"{log.nights_without_update} nights without an update of what was learned"
        yield Finding(Severity.YELLOW, "update", words, log.nights_without_update)
    if log.outcome is not None and available.any():
        missing = ~np.isfinite(log.outcome)
        if (share := float(missing[available].mean())) > MISSING:
            yield Finding(
                Severity.YELLOW, "missing", f"{100 * share:.0f} % of outcomes are missing", share
            )
        if abs(z := missing_by_arm(missing, available, sent)) > MISSING_Z:
            more = "more" if z > 0 else "less"
            yield Finding(
                Severity.YELLOW,
                "missing",
                f"outcomes are missing {more} often after something was sent (z = {z:.1f})",
                z,
            )
    if abs(z := calibration(sent[available], log.probability[available])) > CALIBRATION_Z:
        more = "more" if z > 0 else "less"
        words = f"sent {more} often than the logged probabilities say (z = {z:.1f})"
        yield Finding(Severity.YELLOW, "calibration", words, z)
    if log.replayed is not None and (n := int((np.asarray(log.replayed) != 1).sum())):
        yield Finding(
            Severity.YELLOW, "replay", f"{n} decisions do not come out the same when run again", n
        )


def items_to_rest(item: NDArray[Any], harder: Floats) -> list[tuple[str, int, int, float]]:
    """Return the items to suspend: name, answers, answers "harder", posterior probability."""
    said = np.isfinite(harder)
    names, code = np.unique(np.asarray(item)[said], return_inverse=True)
    answers, hard = (
        np.bincount(code, minlength=len(names)),
        np.bincount(code, weights=harder[said], minlength=len(names)),
    )
    before_hard, before_not = HARD_PRIOR
    sure = [
        beta_upper(HARD_RATE, before_hard + k, before_not + n - k)
        for n, k in zip(answers, hard, strict=True)
    ]
    return [
        (str(name), int(n), int(k), s)
        for name, n, k, s in zip(names, answers, hard, sure, strict=True)
        if n >= HARD_FROM and s > HARD_SURE
    ]


def least_rate(count: int, of: int, *, sure: float = 0.95) -> float:
    """Return the exact one-sided lower bound of a rate (Clopper and Pearson 1934)."""
    return beta_quantile(1 - sure, count, of - count + 1) if count else 0.0


def missing_by_arm(missing: Flags, available: Flags, sent: Flags) -> float:
    """Return z of the difference in missing outcomes with and without sending."""
    treated, untreated = missing[available & sent], missing[available & ~sent]
    if not len(treated) or not len(untreated):
        return 0.0
    pooled = float(missing[available].mean())
    error = np.sqrt(pooled * (1 - pooled) * (1 / len(treated) + 1 / len(untreated)))
    return float((treated.mean() - untreated.mean()) / error) if error else 0.0


def calibration(sent: Flags, probability: Floats) -> float:
    """Return z = sum(A - p) / sqrt(sum p (1 - p)): whether sending matches the logged
    probabilities.
    """
    error = np.sqrt((probability * (1 - probability)).sum())
    return float((sent - probability).sum() / error) if error else 0.0
