"""The nightly fit is the model's exact solution."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from everyhour.engine.features import SHARED, G, Z
from everyhour.engine.learning import fit, solve
from everyhour.engine.priors import SHIPPED, prior_mean_from_answers
from everyhour.engine.sufficient_stats import SufficientStats, TrainingRows, design_rows

ITEMS = ["hum", "swing", "walk"]
D = len(SHARED) + len(ITEMS) + len(G)
SPREAD, NOISE = np.array(SHIPPED.spread), 0.14


def windows(rng: np.random.Generator, families: int, each: int) -> TrainingRows:
    """Invented windows of invented families."""
    m = families * each
    sent = rng.random(m) < 0.5
    x, g = rng.uniform(-1, 1, (m, len(SHARED))), rng.uniform(-1, 1, (m, len(G)))
    z = np.column_stack([rng.random((m, len(Z) - 1)) < 0.3, np.ones(m)])
    w, z = design_rows(x, rng.integers(0, len(ITEMS), m), z, g, sent, len(ITEMS))
    y = rng.choice([0, 0.5, 1], m)
    return TrainingRows([f"f{n}" for n in rng.integers(0, families, m)], w, z, y)


def summed(rows: TrainingRows, parts: int = 1, starts: np.ndarray | None = None) -> SufficientStats:
    sums = SufficientStats()
    sums.add_items(ITEMS)
    names = sorted(set(rows.family))
    sums.add_families({name: np.zeros(len(Z)) if starts is None else starts for name in names})
    for part in np.array_split(np.arange(len(rows.y)), parts):
        sums.add(
            TrainingRows([rows.family[n] for n in part], rows.w[part], rows.z[part], rows.y[part])
        )
    return sums


def test_solution_equals_full_regression():
    """One big regression of everything on everything, without any of the algebra."""
    rows = windows(np.random.default_rng(1), families=6, each=20)
    start = np.linspace(-0.1, 0.1, len(Z))
    sums = summed(rows, starts=start)

    found = solve(sums, SHIPPED, SPREAD, NOISE)

    t0, variance = SHIPPED.arrays(ITEMS)
    design = np.hstack(
        [rows.w, *(rows.z * (np.array(rows.family) == name)[:, None] for name in sums.families)]
    )
    centre = np.concatenate([t0, *[start] * 6])
    precision = np.diag(1 / np.concatenate([variance, *[SPREAD] * 6]))
    whole = np.linalg.inv(precision + design.T @ design / NOISE)
    mean = whole @ (precision @ centre + design.T @ rows.y / NOISE)
    assert found.theta == pytest.approx(mean[:D], abs=1e-9)
    assert found.covariance == pytest.approx(whole[:D, :D], abs=1e-9)
    assert found.u.ravel() == pytest.approx(mean[D:], abs=1e-9)


@settings(deadline=None, max_examples=20)
@given(st.integers(0, 10**6), st.integers(1, 9))
def test_fit_is_the_same_in_parts(seed, parts):
    rows = windows(np.random.default_rng(seed), families=4, each=10)

    at_once, in_parts = (fit(summed(rows, n), SHIPPED) for n in (1, parts))

    assert in_parts.population.mean == pytest.approx(at_once.population.mean, abs=1e-10)
    assert in_parts.for_family("f1").mean == pytest.approx(at_once.for_family("f1").mean, abs=1e-10)


@settings(deadline=None, max_examples=50)
@given(st.integers(0, 10**6), st.sampled_from([0.0, 0.5]), st.data())
def test_better_outcome_never_lowers_the_estimate(seed, reported, data):
    """A higher outcome in a window raises the estimate for that window and family."""
    rows = windows(np.random.default_rng(seed), families=3, each=12)
    n = data.draw(st.integers(0, len(rows.y) - 1))
    low, high = rows.y.copy(), rows.y.copy()
    low[n], high[n] = reported, 1.0

    def posterior(y):
        sums = summed(replace(rows, y=y))
        found = solve(sums, SHIPPED, SPREAD, NOISE)
        return rows.w[n] @ found.theta + rows.z[n] @ found.u[sums.place[rows.family[n]]]

    assert posterior(high) > posterior(low)


def test_pooling_weakens_with_own_data():
    likes = np.zeros(len(Z))
    likes[0] = 1.0
    rng = np.random.default_rng(3)

    def taste(windows_of_a: int) -> float:
        sums = SufficientStats()
        sums.add_items(ITEMS)
        sums.add_families({"a": np.zeros(len(Z)), "b": np.zeros(len(Z))})
        m = windows_of_a + 100
        w = np.zeros((m, D))
        w[:, len(SHARED) + len(ITEMS)] = 1.0
        y = np.where(np.arange(m) < windows_of_a, 1.0, rng.choice([0.0, 0.5], m))
        sums.add(TrainingRows(["a"] * windows_of_a + ["b"] * 100, w, np.tile(likes, (m, 1)), y))
        return float(solve(sums, SHIPPED, SPREAD, NOISE).u[0, 0])

    few, some, many = taste(1), taste(10), taste(200)

    assert 0 < few < some < many


def test_fit_works_with_one_family():
    posterior = fit(summed(windows(np.random.default_rng(4), families=1, each=40)), SHIPPED)

    assert np.isfinite(posterior.population.mean).all()
    assert list(posterior.families) == ["f0"]


def test_forget_widens_only_that_family():
    sums = summed(windows(np.random.default_rng(5), families=3, each=60))
    before = solve(sums, SHIPPED, SPREAD, NOISE)

    sums.forget("f1")
    sums.forget("nobody")

    after = solve(sums, SHIPPED, SPREAD, NOISE)
    trace = lambda found, n: np.trace(found.v[n])  # noqa: E731
    assert trace(after, 1) > trace(before, 1)
    assert [trace(after, n) for n in (0, 2)] == pytest.approx([trace(before, n) for n in (0, 2)])
    assert np.abs(after.u[1] - sums.start[1]).sum() != pytest.approx(
        np.abs(before.u[1] - sums.start[1]).sum()
    )


def test_between_family_variance_is_learned():
    rng = np.random.default_rng(6)
    true = rng.normal(0, 0.2, 300)

    def learned(differences: np.ndarray) -> float:
        sums = SufficientStats()
        sums.add_items(ITEMS)
        sums.add_families({f"f{n}": np.zeros(len(Z)) for n in range(300)})
        rows = np.repeat(np.arange(300), 30)
        w, z = np.zeros((9000, D)), np.zeros((9000, len(Z)))
        w[:, len(SHARED) + len(ITEMS)], z[:, -1] = 1.0, 1.0
        y = 0.4 + differences[rows] + rng.normal(0, 0.37, 9000)
        sums.add(TrainingRows([f"f{n}" for n in rows], w, z, y))
        posterior = None
        for _ in range(4):
            posterior = fit(sums, SHIPPED, posterior)
        return float(np.sqrt(posterior.population.spread[-1]))

    assert learned(true) == pytest.approx(0.2, abs=0.03)
    assert learned(0 * true) < 0.05


def test_onboarding_answers_set_the_prior_mean():
    start = prior_mean_from_answers({"movement": 1.0, "rhythm": 0.0})
    sums = SufficientStats()
    sums.add_families({"a": start})

    assert fit(sums, SHIPPED).for_family("a").mean == pytest.approx(start)
    assert start[Z.index("taste:movement")] == 0.15 and start[Z.index("taste:rhythm")] == -0.15
    assert not prior_mean_from_answers({}).any()
