"""Findings that stop a study or ask for a look, and none for a sound study."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from everyhour.engine.evaluation.monitoring import (
    Log,
    Severity,
    findings,
    items_to_rest,
    least_rate,
)

N = 2000
RNG = np.random.default_rng(7)
AVAILABLE = RNG.random(N) < 0.7
CHANCE = RNG.uniform(0.1, 0.8, N)
SENT = AVAILABLE & (RNG.random(N) < CHANCE)
WELL = Log(
    available=AVAILABLE,
    sent=SENT,
    probability=CHANCE,
    quiet=np.zeros(N),
    candidate=np.ones(N),
    item=np.array(["rocking", "drumming"])[RNG.integers(0, 2, N)],
    harder=np.where(RNG.random(N) < 0.5, np.nan, RNG.random(N) < 0.04),
    outcome=np.where(RNG.random(N) < 0.2, np.nan, 1.0),
    replayed=np.ones(N),
    muted=3,
    family_weeks=320,
)


def at(row: int, value: float, values: np.ndarray) -> np.ndarray:
    changed = np.array(values, float)
    changed[row] = value
    return changed


SENT_ROW, AVAILABLE_ROW, OTHER_ROW = (
    int(np.flatnonzero(which)[0]) for which in (SENT, AVAILABLE, ~AVAILABLE)
)
STOPS = {
    f"1 probabilities outside 0.1 to 0.8 (first: row {AVAILABLE_ROW + 1})": replace(
        WELL, probability=at(AVAILABLE_ROW, 0.81, CHANCE)
    ),
    f"1 sent although sending was not possible (first: row {OTHER_ROW + 1})": replace(
        WELL, sent=at(OTHER_ROW, 1, SENT)
    ),
    f"1 sent in quiet hours (first: row {SENT_ROW + 1})": replace(
        WELL, quiet=at(SENT_ROW, 1, WELL.quiet)
    ),
    f"1 items that were not to be offered (first: row {AVAILABLE_ROW + 1})": replace(
        WELL, candidate=at(AVAILABLE_ROW, 0, WELL.candidate)
    ),
    "rocking made it harder": replace(WELL, harder=np.where(WELL.item == "rocking", 1.0, 0.0)),
    "40 mutes in 320 family-weeks: at least 9.6 % a week": replace(WELL, muted=40),
}
LOOKS = {
    "3 nights without an update": replace(WELL, nights_without_update=3),
    "% of outcomes are missing": replace(WELL, outcome=np.where(np.arange(N) % 2, np.nan, 1.0)),
    "missing more often after something was sent": replace(
        WELL, outcome=np.where(SENT & (np.arange(N) % 3 == 0), np.nan, 1.0)
    ),
    "missing less often after something was sent": replace(
        WELL, outcome=np.where(~SENT & (np.arange(N) % 3 == 0), np.nan, 1.0)
    ),
    "sent more often than the logged probabilities say": replace(
        WELL, probability=np.maximum(0.1, CHANCE - 0.1)
    ),
    "sent less often than the logged probabilities say": replace(
        WELL, probability=np.minimum(0.8, CHANCE + 0.1)
    ),
    "1 decisions do not come out the same": replace(WELL, replayed=at(9, 0, WELL.replayed)),
}


def test_healthy_study_has_no_findings():
    assert findings(WELL) == []


@pytest.mark.parametrize("words", STOPS)
def test_red_findings(words):
    found = [finding for finding in findings(STOPS[words]) if finding.severity is Severity.RED]

    assert any(words in finding.words for finding in found)


@pytest.mark.parametrize("words", LOOKS)
def test_yellow_findings(words):
    found = findings(LOOKS[words])

    assert any(words in finding.words and finding.severity is Severity.YELLOW for finding in found)
    assert not any(finding.severity is Severity.RED for finding in found)


def test_missing_columns_are_not_checked():
    assert findings(Log(AVAILABLE, SENT, CHANCE)) == []
    assert (
        findings(Log(np.zeros(3), np.zeros(3), np.full(3, 0.5), outcome=np.full(3, np.nan))) == []
    )


@pytest.mark.parametrize(
    ("answers", "hard", "rests"),
    [(5, 5, True), (5, 4, True), (4, 4, False), (20, 2, False), (60, 12, True), (5, 0, False)],
)
def test_harmful_item_is_suspended_above_threshold(answers, hard, rests):
    reported = items_to_rest(
        np.full(answers, "spinning"), np.array([1.0] * hard + [0.0] * (answers - hard))
    )

    assert bool(reported) is rests


@given(count=st.integers(0, 60), more=st.integers(0, 500))
def test_least_rate_is_exact(count, more):
    of = max(1, count + more)

    least = least_rate(count, of)

    as_many = (
        1 - sum(float(np.exp(log_binomial(k, of, least))) for k in range(count)) if count else 1.0
    )
    assert 0 <= least <= count / of
    assert as_many == pytest.approx(0.05 if count else 1.0, abs=1e-7)


def log_binomial(k: int, n: int, p: float) -> float:
    from math import lgamma, log, log1p

    return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1) + k * log(p) + (n - k) * log1p(-p)
