"""Properties of every study: the fast correction equals the full one, order and labels do not
matter, and the true effect is recovered.
"""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from everyhour.engine.evaluation.emee import emee, emee2
from everyhour.engine.evaluation.study import usable
from everyhour.engine.evaluation.tests.generated import small
from everyhour.engine.evaluation.wcls import wcls

seeds = st.integers(0, 10_000)


def by_the_book(study):
    """Correct with a family's full matrix, (I - H_ii)^-1, as in Mancl and DeRouen."""
    rows = usable(study)
    design, weights = np.vstack([rows.controls, rows.centred * rows.moderators]).T, rows.weights
    bread = np.linalg.inv(design.T * weights @ design)
    residuals = rows.outcome - design @ (bread @ (design.T @ (weights * rows.outcome)))
    meat = np.zeros_like(bread)
    for start, end in zip(rows.starts, [*rows.starts[1:], rows.rows], strict=True):
        d, w, r = design[start:end], weights[start:end], residuals[start:end]
        u = d.T @ (w * np.linalg.solve(np.eye(end - start) - d @ bread @ (d.T * w), r))
        meat += np.outer(u, u)
    return bread @ meat @ bread


@settings(deadline=None, max_examples=25)
@given(seed=seeds)
def test_woodbury_correction_equals_mancl_derouen(seed):
    study = small(seed)

    assert wcls(study).covariance == pytest.approx(by_the_book(study), rel=1e-9, abs=1e-14)


@settings(deadline=None, max_examples=25)
@given(seed=seeds)
def test_row_order_and_labels_do_not_matter(seed):
    for study, fit in (
        (small(seed), wcls),
        (small(seed, binary=True), emee),
        (small(seed, binary=True), emee2),
    ):
        order = np.random.default_rng(seed).permutation(study.rows)
        names = np.array([f"home {i * 37 % 101}" for i in range(12)])
        other = replace(
            study,
            family=names[study.family[order]],
            **{
                part: getattr(study, part)[order]
                for part in ("sent", "probability", "outcome", "controls", "moderators")
            },
        )

        assert fit(other).coefficients == pytest.approx(
            fit(study).coefficients, rel=1e-9, abs=1e-11
        )
        assert fit(other).covariance == pytest.approx(fit(study).covariance, rel=1e-8, abs=1e-13)


@settings(deadline=None, max_examples=25)
@given(seed=seeds, scale=st.floats(0.01, 100), shift=st.floats(-50, 50))
def test_effect_scales_with_outcome_units(seed, scale, shift):
    study = small(seed)

    here, there = (
        wcls(study).effects()[0],
        wcls(replace(study, outcome=shift + scale * study.outcome)).effects()[0],
    )

    assert (there.estimate, there.se) == pytest.approx(
        (scale * here.estimate, scale * here.se), rel=1e-7, abs=1e-9 * scale
    )
    assert there.t == pytest.approx(here.t, rel=1e-6, abs=1e-7)


@settings(deadline=None, max_examples=25)
@given(seed=seeds)
def test_correction_never_shrinks_standard_errors(seed):
    for fit in (wcls(small(seed)), emee(small(seed, binary=True)), emee2(small(seed, binary=True))):
        assert all(effect.se > effect.se_uncorrected for effect in fit.effects())


@settings(deadline=None, max_examples=25)
@given(seed=seeds)
def test_unavailable_rows_do_not_matter(seed):
    study = small(seed)
    nowhere = np.r_[np.ones(study.rows), np.zeros(40)]

    def more(values, filler):
        return np.concatenate([values, np.full((40, *values.shape[1:]), filler)])

    fillers = {
        "family": 3,
        "sent": 0,
        "probability": 0.0,
        "outcome": 99.0,
        "controls": 5.0,
        "moderators": 1.0,
    }
    padded = replace(
        study,
        available=nowhere,
        **{part: more(getattr(study, part), filler) for part, filler in fillers.items()},
    )

    assert wcls(padded).coefficients == pytest.approx(wcls(study).coefficients, rel=1e-10)
    assert wcls(padded).unavailable == 40


def test_interval_coverage_is_nominal():
    intervals = [
        wcls(replace(small(seed, families=15), moderators=None, moderator_names=())).effects()[0]
        for seed in range(400)
    ]

    held = np.mean([each.low <= 0.3 <= each.high for each in intervals])

    assert (
        0.925 <= held <= 0.98
    )  # 400 draws of 0.95 lie there in 99 of 100 runs; this one is seeded


def test_both_estimators_recover_the_relative_risk():
    many = small(3, families=400, points=40, effect=0.3, binary=True)

    for fit in (emee(many), emee2(many)):
        effect = fit.effect_at({"late": 0.5})
        assert effect.low < 0.3 < effect.high
        assert effect.se < 0.05
        assert fit.steps < 10


def test_effect_at_uses_moderator_names():
    fit = wcls(small())

    assert fit.effect_at({"late": 1}).estimate == pytest.approx(fit.beta.sum())
    assert fit.effect_at().estimate == fit.effects()[0].estimate


def test_portions_cover_all_rows():
    study = small(9, families=700, points=40, binary=True)
    one_large = replace(
        study, family=np.where(study.family < 500, 0, study.family)
    )  # longer than a portion

    for each in (study, one_large):
        rows = usable(each)
        parts = list(rows.portions())
        design = np.vstack([rows.controls, rows.centred * rows.moderators])
        theta = np.linalg.lstsq(
            (design * np.sqrt(rows.weights)).T, rows.outcome * np.sqrt(rows.weights), rcond=None
        )[0]

        assert len(parts) > 1
        assert np.concatenate([part.outcome for part in parts]).tolist() == rows.outcome.tolist()
        assert sum(part.families for part in parts) == rows.families
        assert wcls(each).coefficients == pytest.approx(theta, rel=1e-9)
    assert emee(study).coefficients == pytest.approx(
        emee(one_large).coefficients, rel=1e-9
    )  # families matter to errors only
    assert wcls(study).covariance == pytest.approx(by_the_book(study), rel=1e-8, abs=1e-12)
