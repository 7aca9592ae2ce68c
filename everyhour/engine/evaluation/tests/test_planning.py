"""Sample sizes: against R, against the published figures, and plans that are refused."""

import json
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from everyhour.engine.evaluation import planning
from everyhour.engine.evaluation.study import UnusableData
from everyhour.engine.evaluation.tests.generated import DATA

CASES = json.loads((DATA / "sample_size_reference.json").read_text())["cases"]
# Days -> families by standardised effect, and by relative risk over 0.20; 4 points a day,
# availability 0.7, p = 0.5.
READY = {
    28: ([447, 163, 65, 43, 20], [169, 78, 46, 23]),
    42: ([299, 109, 44, 29, 15], [113, 53, 31, 16]),
    60: ([210, 77, 32, 21, 11], [80, 38, 23, 12]),
}


def liao(days, occ_per_day, prob, beta_shape, dimB, sigLev, **rest):
    def by_point(of):
        days_ = planning.trend(
            rest[f"{of}_shape"],
            days,
            rest[f"{of}_mean"],
            initial=rest[f"{of}_initial"],
            peak=rest[f"{of}_quadratic_max"],
        )
        return planning.by_point(days_, occ_per_day)

    rest["beta_shape"] = beta_shape
    shape = planning.powers(planning.SHAPES.index(beta_shape), days, occ_per_day)
    return planning.continuous(
        by_point("beta"),
        shape=shape,
        available=by_point("tau"),
        probability=prob,
        q=dimB,
        alpha=sigLev,
    )


def cohn(gamma, **reported):
    if "T" in reported:
        one = np.ones((reported["T"], 1))
        return planning.binary(
            one,
            one,
            [math.log(reported["rr"])],
            [math.log(reported["mu0"])],
            available=reported["tau"],
            probability=reported["p"],
            alpha=gamma,
        )
    f, g = np.array(reported["f_t"], float), np.array(reported["g_t"], float)
    return planning.binary(
        f,
        g,
        reported["beta"],
        reported["alpha"],
        available=reported["tau"],
        probability=reported["p_t"],
        alpha=gamma,
    )


def constant(effect=0.05, days=42, **rest):
    return planning.continuous(
        effect, shape=planning.powers(0, days, 4), available=0.7, probability=0.5, **rest
    )


@pytest.mark.parametrize("case", [case for case in CASES if case["kind"].startswith("liao")])
def test_continuous_sample_size_matches_r(case):
    assert liao(**case["args"]).families(case["args"]["power"]) == case["value"]


@pytest.mark.parametrize("case", [case for case in CASES if case["kind"].startswith("cohn")])
def test_binary_power_and_sample_size_match_r(case):
    reported = case["args"]

    ours = (
        cohn(**reported).power(reported["n"])
        if case["kind"].endswith("power")
        else cohn(**reported).exact_families(1 - reported["b"])
    )

    assert ours == pytest.approx(case["value"], rel=1e-8)


@pytest.mark.parametrize("days", READY)
def test_documented_sample_sizes_match(days):
    one = np.ones((days * 4, 1))

    by_size = [constant(effect, days).families() for effect in (0.03, 0.05, 0.08, 0.10, 0.15)]
    by_risk = [
        planning.binary(
            one, one, [math.log(risk)], [math.log(0.2)], available=0.7, probability=0.5
        ).families()
        for risk in (1.1, 1.15, 1.2, 1.3)
    ]

    assert (by_size, by_risk) == READY[days]


@settings(deadline=None, max_examples=40)
@given(effect=st.floats(0.02, 0.5), power=st.floats(0.3, 0.95))
def test_one_family_fewer_misses_the_power(effect, power):
    plan = constant(effect)

    needed = plan.families(power)

    assert plan.power(needed) >= power - 1e-12
    assert needed == plan.fewest or plan.power(needed - 1) < power


@settings(deadline=None, max_examples=40)
@given(families=st.integers(4, 400))
def test_power_never_falls_with_more_families(families):
    assert constant().power(families + 1) >= constant().power(families) >= 0.05 - 1e-9


def test_detectable_effect_of_thirty_families_in_six_weeks():
    smallest = planning.detectable(constant, 30)

    assert constant(smallest).power(30) == pytest.approx(0.8)
    assert planning.detectable(constant, 3, most=0.01) is None


def test_trends_keep_their_mean_and_turning_point():
    fading = planning.trend("linear", 56, 0.05, initial=0.1)
    rising = planning.trend("quadratic", 42, 0.1, initial=0.0, peak=28)

    assert (fading[0], fading[-1], fading.mean()) == pytest.approx((0.1, 0.0, 0.05))
    assert (rising[0], rising.mean(), int(rising.argmax())) == (0.0, pytest.approx(0.1), 27)
    assert planning.trend("constant", 3, 0.1).tolist() == [0.1, 0.1, 0.1]


def test_effect_form_outside_outcome_form_is_noted():
    f = np.column_stack([np.ones(10), np.arange(10)])
    one = np.ones((10, 1))

    assert planning.binary(f, one, [0.1, 0], [-1.0], available=0.7, probability=0.5).notes
    assert not planning.binary(one, f, [0.1], [-1.0, 0], available=0.7, probability=0.5).notes


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (lambda: constant(0.0).families(), "effect of zero"),
        (lambda: constant(1e-9).families(), "billion"),
        (lambda: constant().families(0.01), "power lies between"),
        (
            lambda: planning.continuous(
                0.1, shape=planning.powers(0, 5, 2), available=0.7, probability=1.0
            ),
            "probability lies between 0 and 1",
        ),
        (
            lambda: planning.continuous(
                0.1, shape=planning.powers(0, 5, 2), available=1.7, probability=0.5
            ),
            "availability lies between 0 and 1",
        ),
        (
            lambda: planning.continuous(
                [0.1, 0.2], shape=planning.powers(0, 5, 2), available=0.7, probability=0.5
            ),
            "10 decision points and 2",
        ),
        (lambda: cohn(0.05, T=10, tau=0.7, p=0.5, mu0=0.9, rr=1.2), "108 %"),
        (lambda: planning.trend("wavy", 5, 0.1), "constant, linear, quadratic; not wavy"),
    ],
)
def test_impossible_plans_raise_with_a_reason(asked, words):
    with pytest.raises(UnusableData, match=words):
        asked()
