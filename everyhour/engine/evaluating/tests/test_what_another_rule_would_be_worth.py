"""Another rule's value from a log: right where the truth is known, honest where the log cannot know."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from everyhour.engine.evaluating.other_policy import of_what_was_done, worth
from everyhour.engine.evaluating.study import Unfit


def logged(seed: int, families: int = 60, points: int = 40):
    """Invent a log in which sending helps by 0.2 when the hour is hard, and by nothing when it is not."""
    rng = np.random.default_rng(seed)
    rows = families * points
    family, hard = np.repeat(np.arange(families), points), rng.random(rows) < 0.5
    p = rng.uniform(0.2, 0.8, rows)
    sent = rng.random(rows) < p
    mean = 0.3 + 0.2 * hard * sent
    return family, hard, p, sent, (rng.random(rows) < mean).astype(float), mean


def test_a_rule_that_sends_in_hard_hours_has_its_true_value():
    held, errors = [], []
    for seed in range(200):
        family, hard, p, sent, outcome, _ = logged(seed)
        other = np.where(hard, 0.9, 0.1)  # 0.3 + 0.2 * half of the hours * 0.9

        value = worth(
            outcome,
            of_what_was_done(sent, p),
            of_what_was_done(sent, other),
            family,
            foretold=0.3 + 0.2 * hard * sent,
            foretold_under_other=0.3 + 0.2 * hard * other,
        )
        held.append(
            [
                each.low <= 0.39 <= each.high
                for each in (value.weighted, value.normalised, value.robust)
            ]
        )
        errors.append([value.robust.se, value.weighted.se])
        assert not value.thin

    assert np.all(np.mean(held, axis=0) > 0.91)
    assert np.mean(errors, axis=0)[0] < np.mean(errors, axis=0)[1]


@settings(deadline=None, max_examples=20)
@given(seed=st.integers(0, 1000))
def test_the_rule_that_ran_is_worth_what_came(seed):
    family, _, p, sent, outcome, _ = logged(seed, families=8)
    done = of_what_was_done(sent, p)

    value = worth(outcome, done, done, family)

    assert (value.weighted.estimate, value.normalised.estimate) == pytest.approx(
        (outcome.mean(), outcome.mean())
    )
    assert (value.gain.estimate, value.gain.se, value.largest_weight) == (0, 0, 1)
    assert value.rows_worth == pytest.approx(len(outcome))


def test_a_wrong_model_costs_precision_and_not_truth():
    family, hard, p, sent, outcome, _ = logged(4, families=400)
    other = np.where(hard, 0.9, 0.1)

    value = worth(
        outcome,
        of_what_was_done(sent, p),
        of_what_was_done(sent, other),
        family,
        foretold=np.full(len(outcome), 0.9),
        foretold_under_other=np.full(len(outcome), 0.9),
    )

    assert value.robust.low < 0.39 < value.robust.high


def test_a_rule_hardly_ever_followed_is_called_thin():
    rng = np.random.default_rng(1)
    sent = rng.random(1000) < 0.01

    value = worth(
        rng.random(1000),
        of_what_was_done(sent, np.full(1000, 0.01)),
        sent.astype(float),
        np.arange(1000) % 20,
    )

    assert value.thin
    assert value.rows_worth == pytest.approx(sent.sum())


def test_a_rule_that_nobody_ever_followed_has_no_rows():
    value = worth(np.ones(10), np.full(10, 0.5), np.zeros(10), np.arange(10))

    assert (value.rows_worth, value.thin, value.weighted.estimate) == (0, True, 0)


@pytest.mark.parametrize(
    ("outcome", "done", "other", "family", "words"),
    [
        (np.ones(4), np.full(4, 0.5), np.full(4, 0.5), np.zeros(4), "one family"),
        (np.ones(4), np.zeros(4), np.full(4, 0.5), np.arange(4), "logged probability above 0"),
        (np.ones(4), np.full(4, 0.5), np.full(4, 1.5), np.arange(4), "between 0 and 1"),
        (
            np.full(4, np.nan),
            np.full(4, 0.5),
            np.full(4, 0.5),
            np.arange(4),
            "4 outcomes are missing",
        ),
        (np.ones(3), np.full(4, 0.5), np.full(4, 0.5), np.arange(4), "3, 4 and 4"),
        (np.array([]), np.array([]), np.array([]), np.array([]), "no rows"),
    ],
)
def test_a_log_that_cannot_tell_is_refused(outcome, done, other, family, words):
    with pytest.raises(Unfit, match=words):
        worth(outcome, done, other, family)
