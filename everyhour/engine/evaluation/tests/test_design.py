"""The design-based effect under pooled, nightly learning, and its anytime-valid interval."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from everyhour.engine.evaluation.confidence_sequence import (
    SHARPNESS,
    confidence_sequence,
    sharpest_at,
)
from everyhour.engine.evaluation.design import design_based, learned_before
from everyhour.engine.evaluation.study import Study, UnusableData
from everyhour.engine.evaluation.tests.generated import small

TRUE = 0.3


def learning(seed: int, families: int = 12, days: int = 25) -> tuple[Study, np.ndarray]:
    """Generate a study whose sending probability is learned each night from all families."""
    rng = np.random.default_rng(seed)
    lasting = rng.normal(size=families) * 0.5
    reported: list[np.ndarray] = []
    probability = 0.5
    for day in range(days):
        mood = rng.normal(size=families)
        sent = rng.random(families) < probability
        outcome = lasting + 0.6 * mood + TRUE * sent + rng.normal(size=families)
        reported.append(
            np.column_stack(
                [
                    np.arange(families),
                    sent,
                    np.full(families, probability),
                    outcome,
                    mood,
                    np.full(families, day),
                ]
            )
        )
        so_far = np.vstack(reported)
        arms = [so_far[so_far[:, 1] == arm, 3] for arm in (1, 0)]
        if all(map(len, arms)):  # a greedy learner, clipped: the worst case that is still allowed
            probability = 0.8 if arms[0].mean() > arms[1].mean() else 0.2
    rows = np.vstack(reported)
    family, sent, chance, outcome, mood, day = rows.T
    return Study(family, sent, chance, outcome, mood[:, None], control_names=["mood"]), day


def test_interval_covers_under_greedy_pooled_learning():
    found = [design_based(*learning(seed)) for seed in range(300)]

    held = np.mean([each.low <= TRUE <= each.high for each in found])
    centre = np.mean([each.estimate for each in found])

    assert 0.92 <= held <= 0.985
    assert centre == pytest.approx(
        TRUE, abs=3 * np.std([each.estimate for each in found]) / np.sqrt(300)
    )


def test_outcome_models_add_precision_without_bias():
    study, day = learning(1, families=40, days=40)

    knowing, blind = (
        design_based(study, day),
        design_based(replace(study, outcome=study.outcome - 0.6 * study.controls[:, 0]), day),
    )
    plain = (
        study.sent / study.probability * study.outcome
        - (1 - study.sent) / (1 - study.probability) * study.outcome
    )

    assert knowing.se < 0.95 * plain.std() / np.sqrt(len(plain))
    assert knowing.se == pytest.approx(
        blind.se, rel=0.05
    )  # as precise as if what the control explains had never been there


@settings(deadline=None, max_examples=30)
@given(seed=st.integers(0, 1000), cut=st.integers(1, 24))
def test_predictions_use_only_earlier_days(seed, cut):
    study, day = learning(seed)
    features = np.vstack([np.ones(study.rows), study.controls.T])
    later = np.where(day >= cut, 1000.0, study.outcome)

    as_it_was, otherwise = (
        learned_before(features, outcome, study.sent == 1, day)
        for outcome in (study.outcome, later)
    )

    assert np.array_equal(as_it_was[day <= cut], otherwise[day <= cut])


def test_row_order_does_not_matter():
    study, day = learning(5)
    order = np.lexsort((day, study.family))  # family by family, as files often are

    mixed = Study(
        *(
            getattr(study, part)[order]
            for part in ("family", "sent", "probability", "outcome", "controls")
        )
    )

    assert design_based(mixed, day[order]).estimate == pytest.approx(
        design_based(study, day).estimate, rel=1e-9
    )


def test_day_is_required_for_every_row():
    with pytest.raises(UnusableData, match="`day` has 3 rows"):
        design_based(small(), np.arange(3))


def test_confidence_sequence_matches_publication():
    values = np.random.default_rng(3).normal(size=700)

    bounds = confidence_sequence(values, alpha=0.1)

    n, r, sd = 700, SHARPNESS, values.std()
    width = sd * np.sqrt(2 * (n * r + 1) / (n**2 * r) * np.log(np.sqrt(n * r + 1) / 0.1))
    assert (bounds.mean[-1], bounds.low[-1], bounds.high[-1]) == pytest.approx(
        (values.mean(), values.mean() - width, values.mean() + width)
    )


def test_repeated_looks_keep_the_error_rate():
    rng = np.random.default_rng(168)
    runs = [rng.normal(size=1500) for _ in range(300)]

    claimed = sum(
        confidence_sequence(run, sharpness=sharpest_at(500)).first_apart_from(0.0) is not None
        for run in runs
    )
    ordinary = sum(
        bool((np.abs(np.cumsum(run)) / np.sqrt(np.arange(1, 1501)) > 1.96)[99:].any())
        for run in runs
    )

    assert claimed <= 0.05 * 300
    assert ordinary > 0.25 * 300  # what an ordinary interval would have claimed


def test_existing_effect_is_detected_with_its_point():
    values = 1 + np.random.default_rng(1).normal(size=1000)

    bounds = confidence_sequence(values)

    point = bounds.first_apart_from(0.0)
    assert 100 <= point < 300
    assert bounds.low[point - 1] > 0


@pytest.mark.parametrize("points", [200, 1000, 5000])
def test_sharpest_at_minimizes_the_width(points):
    values = np.random.default_rng(2).normal(size=points)

    def width(sharpness):
        bounds = confidence_sequence(values, sharpness=sharpness)
        return bounds.high[-1] - bounds.low[-1]

    best = min(width(r) for r in np.geomspace(1e-5, 1, 400))
    assert width(sharpest_at(points)) < 1.001 * best


def test_no_values_raise():
    with pytest.raises(UnusableData, match="no values"):
        confidence_sequence(np.array([]))
