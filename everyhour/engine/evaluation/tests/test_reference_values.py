"""WCLS and EMEE against R, contrast by contrast; where R's package is wrong, against its own
standard errors.
"""

import numpy as np
import pytest

from everyhour.engine.evaluation.emee import emee
from everyhour.engine.evaluation.tests.generated import reference, referenced
from everyhour.engine.evaluation.wcls import wcls

METHODS = {"WCLS": (wcls, 1e-8), "EMEE": (emee, 1e-6)}


@pytest.mark.parametrize("name", reference())
def test_coefficients_and_covariances_match_r(name):
    reported = reference()[name]
    method, near = METHODS[reported["method"]]

    fit = method(referenced(reported))

    assert (fit.families, fit.df) == (reported["n_clusters"], reported["df"])
    assert fit.coefficients == pytest.approx(
        np.hstack(reported.get("coef_all") or [reported["alpha"], reported["beta"]]), rel=near
    )
    for ours, theirs in (
        (fit.covariance, "vcov_corrected"),
        (fit.covariance_uncorrected, "vcov_uncorrected"),
    ):
        assert ours == pytest.approx(
            np.array(reported[theirs]), rel=near, abs=near * np.abs(ours).max() * 1e-3
        )


@pytest.mark.parametrize("name", reference())
def test_intervals_and_p_values_match_r(name):
    reported = reference()[name]
    method, near = METHODS[reported["method"]]

    effects = method(referenced(reported)).effects()

    for field, ours in (
        ("estimate", "estimate"),
        ("se", "se"),
        ("t", "t"),
        ("lcl", "low"),
        ("ucl", "high"),
        ("p_value", "p"),
    ):
        assert [getattr(effect, ours) for effect in effects] == pytest.approx(
            np.atleast_1d(reported["corrected_t"][field]), rel=near
        )


@pytest.mark.parametrize(
    "name", [name for name, reported in reference().items() if "lincomb_corrected_t" in reported]
)
def test_contrast_has_one_degree_of_freedom(name):
    reported = reference()[name]
    method, near = METHODS[reported["method"]]
    fit = method(referenced(reported))

    for line in reported["lincomb_corrected_t"]:
        contrast = fit.contrast(line["L"])

        assert [
            contrast.estimate,
            contrast.se,
            contrast.t,
            contrast.low,
            contrast.high,
            contrast.p,
        ] == pytest.approx(
            [line[key] for key in ("estimate", "se", "t", "lcl", "ucl", "p_value")], rel=near
        )
        assert contrast.df == line["df"]


def test_mrtanalysis_contrast_p_value_is_too_small():
    reported = reference()["own_wcls_mod"]
    printed = dict(
        zip(
            reported["package_summary_lincomb"]["rows"],
            reported["package_summary_lincomb"]["values"],
            strict=True,
        )
    )["(Intercept) + lowcap"]

    ours = wcls(referenced(reported)).contrast([1, 1, 0])

    assert (ours.estimate, ours.se) == pytest.approx((printed[0], printed[3]))
    assert ours.high - ours.low > 1.5 * (
        printed[2] - printed[1]
    )  # the same standard error, an honest interval
    assert ours.p > 1e5 * printed[7]


def test_joint_test_of_one_contrast_equals_t_squared():
    fit = wcls(referenced(reference()["own_wcls_mod"]))

    alone, joint = fit.contrast([1, 1, 20]), fit.together([[1, 1, 20]])

    assert (joint.f, joint.p, joint.d1) == pytest.approx((alone.t**2, alone.p, 1))


def test_joint_test_follows_hotelling():
    fit = wcls(referenced(reference()["own_wcls_mod"]))

    joint = fit.together([[0, 1, 0], [0, 0, 1]])

    beta, v = fit.beta[1:], fit.covariance[-2:, -2:]
    assert (joint.d1, joint.d2) == (2, 33)
    assert joint.t2 == pytest.approx(beta @ np.linalg.inv(v) @ beta)
    assert joint.f == pytest.approx(joint.t2 * 33 / (2 * 34))
    assert joint.p == pytest.approx(
        (1 + 2 * joint.f / 33) ** (-33 / 2), rel=1e-12
    )  # an F with two degrees above has this closed form
