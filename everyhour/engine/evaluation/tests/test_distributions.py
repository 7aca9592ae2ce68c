"""Tail areas and quantiles against closed forms, exact sums and printed tables."""

import math
from fractions import Fraction

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from everyhour.engine.evaluation import distributions as tails

few, sizes = st.integers(1, 40), st.floats(0.01, 50)


@pytest.mark.parametrize(
    ("both", "df", "printed"),  # NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.2
    [
        (0.05, 1, 12.706),
        (0.05, 10, 2.228),
        (0.05, 30, 2.042),
        (0.05, 100, 1.984),
        (0.01, 10, 3.169),
        (0.1, 20, 1.725),
        (0.002, 60, 3.232),
    ],
)
def test_t_critical_matches_table(both, df, printed):
    assert round(tails.t_critical(both, df), 3) == printed


@pytest.mark.parametrize(
    ("upper", "d1", "d2", "printed"),  # the same, 1.3.6.7.3
    [
        (0.05, 1, 10, 4.965),
        (0.05, 3, 20, 3.098),
        (0.05, 10, 100, 1.927),
        (0.1, 5, 10, 2.522),
        (0.01, 2, 30, 5.390),
    ],
)
def test_f_critical_matches_table(upper, d1, d2, printed):
    assert round(tails.f_critical(upper, d1, d2), 3) == printed


@settings(deadline=None)
@given(t=sizes)
def test_t_matches_closed_forms_for_one_and_two_df(t):
    angle = math.atan2(1, t)  # the tail's own angle: 1 - (2/pi) atan(t) would lose its digits
    two = 2 / (2 + t * t + t * math.sqrt(2 + t * t))

    assert tails.t_two_sided(t, 1) == pytest.approx(2 * angle / math.pi, rel=1e-12)
    assert tails.t_two_sided(t, 2) == pytest.approx(two, rel=1e-12)


@settings(deadline=None)
@given(f=sizes, d=st.floats(0.5, 1e6))
def test_f_matches_closed_form_for_two_df(f, d):
    assert tails.f_upper(f, 2, d) == pytest.approx(
        math.exp(-d / 2 * math.log1p(2 * f / d)), rel=1e-12, abs=1e-300
    )
    assert tails.f_lower(f, d, 2) == pytest.approx(
        math.exp(-d / 2 * math.log1p(2 / (d * f))), rel=1e-12, abs=1e-300
    )


@settings(deadline=None)
@given(a=few, b=few, x=st.integers(1, 99))
def test_integer_beta_equals_binomial_sum(a, b, x):
    share, n = Fraction(x, 100), a + b - 1

    exact = sum(math.comb(n, j) * share**j * (1 - share) ** (n - j) for j in range(a, n + 1))

    assert tails.beta_lower(x / 100, a, b) == pytest.approx(float(exact), rel=1e-12)
    assert tails.beta_upper(x / 100, a, b) == pytest.approx(float(1 - exact), rel=1e-12)


@settings(deadline=None)
@given(f=sizes, d1=st.integers(1, 30), centre=st.floats(0, 400))
@example(f=1.0, d1=1, centre=5e-324)
def test_noncentral_f_matches_closed_form(f, d1, centre):
    a, half = d1 / 2, centre / 2
    x2, x4 = d1 * f / (d1 * f + 2), d1 * f / (d1 * f + 4)

    two = x2**a * math.exp(-half * (1 - x2))
    four = x4**a * math.exp(-half * (1 - x4)) * (1 + (1 - x4) * (a + half * x4))

    assert 1 - tails.noncentral_f_upper(f, d1, 2, centre) == pytest.approx(two, rel=0, abs=2e-12)
    assert 1 - tails.noncentral_f_upper(f, d1, 4, centre) == pytest.approx(four, rel=0, abs=2e-12)


@settings(deadline=None)
@given(upper=st.floats(1e-12, 0.999), d1=st.integers(1, 20), d2=st.floats(1, 1e6))
def test_quantile_inverts_tail(upper, d1, d2):
    assert tails.f_upper(tails.f_critical(upper, d1, d2), d1, d2) == pytest.approx(upper, rel=1e-12)


def test_t_approaches_normal():
    assert tails.t_critical(0.05, 1e9) == pytest.approx(tails.normal_critical(0.05), rel=1e-8)
    assert tails.normal_critical(0.05) == pytest.approx(1.959963984540054, rel=1e-14)
    assert tails.normal_two_sided(1.959963984540054) == pytest.approx(0.05, rel=1e-14)


@settings(deadline=None)
@given(x=st.floats(0, 1), a=st.floats(0.5, 500), b=st.floats(0.5, 500))
def test_lower_and_upper_tail_sum_to_one(x, a, b):
    assert tails.beta_lower(x, a, b) + tails.beta_upper(x, a, b) == pytest.approx(
        1, rel=0, abs=1e-12
    )


@settings(deadline=None)
@given(lower=st.floats(0.001, 0.999), a=st.floats(0.5, 200), b=st.floats(0.5, 200))
def test_beta_quantile_has_requested_lower_tail(lower, a, b):
    assert tails.beta_lower(tails.beta_quantile(lower, a, b), a, b) == pytest.approx(
        lower, rel=1e-9
    )


def test_invalid_tail_probability_raises():
    with pytest.raises(ValueError, match="between 0 and 1"):
        tails.f_critical(0, 1, 10)
