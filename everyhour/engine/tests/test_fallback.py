"""Fallback: whatever is wrong with a belief, the answer is safe and its probability known."""

from dataclasses import replace

import numpy as np
import pytest

from everyhour.engine.decisions import Decider
from everyhour.engine.features import Z
from everyhour.engine.fit_checks import NIGHTS_UNTIL_MRT, rejection_reason
from everyhour.engine.learning import fit
from everyhour.engine.policy import Everyhour
from everyhour.engine.posterior import FamilyPosterior, Posterior
from everyhour.engine.priors import SHIPPED
from everyhour.engine.sufficient_stats import SufficientStats
from everyhour.engine.tests.generated_posteriors import (
    EASY,
    make_candidate,
    make_opportunity,
    make_posterior,
)
from everyhour.engine.values import History, Outcome, Wishes

FINE = make_posterior()


def corrupt(**reported) -> Posterior:
    return Posterior(replace(FINE.population, **reported), FINE.families)


def with_nan(values: np.ndarray) -> np.ndarray:
    broken = values.copy()
    broken.flat[3] = np.nan
    return broken


BROKEN = {
    "missing": None,
    "nan in the mean": corrupt(mean=with_nan(FINE.population.mean)),
    "nan in the factor": corrupt(factor=with_nan(FINE.population.factor)),
    "infinite": corrupt(mean=FINE.population.mean * np.inf),
    "singular": corrupt(factor=np.zeros_like(FINE.population.factor)),
    "cut short": corrupt(mean=FINE.population.mean[:-5]),
    "empty": corrupt(mean=np.zeros(0), factor=np.zeros((0, 0))),
    "no noise": corrupt(noise=0.0),
    "negative variance": corrupt(spread=-FINE.population.spread),
    "other items": corrupt(items=("a", "b")),
    "words for numbers": corrupt(mean=np.array(["?"] * len(FINE.population.mean), dtype=object)),
}


@pytest.mark.parametrize("name", BROKEN)
def test_corrupt_posterior_falls_back(name):
    no = Wishes(never=frozenset({"practice-03"}))

    decision = Decider(BROKEN[name]).decide([make_opportunity(wishes=no)], [History()])[0]

    assert decision.fallback
    assert decision.send_probability == 0.5
    assert set(decision.probabilities) == {1 / 11}
    assert "practice-03" not in decision.slugs


@pytest.mark.parametrize("mean", [np.full(len(Z), np.nan), np.zeros(2)])
def test_corrupt_family_is_treated_as_new(mean):
    posterior = Posterior(
        FINE.population, {**FINE.families, "a": FamilyPosterior(mean, FINE.for_family("a").factor)}
    )

    mine, other = Decider(posterior).decide(
        [make_opportunity(), make_opportunity(key="o", family="b")], [History(), History()]
    )

    assert mine.fallback == "family belief" and sum(mine.probabilities) == pytest.approx(1)
    assert 0.1 <= mine.send_probability <= 0.9
    assert other.fallback is None


def test_error_while_deciding_is_recorded():
    no_age = Wishes(age=float("nan"))  # type: ignore[arg-type]
    strange = replace(make_opportunity(), slot="bedtime", wishes=no_age)
    history = History(domains={"no such kind": (0.0, 1.0)})

    decision = Decider(FINE).decide([strange], [history])[0]

    assert decision.reason == "nothing_safe" or decision.fallback


@pytest.mark.parametrize("effort", [float("nan"), float("inf"), 1e12])
def test_infinite_column_never_admits_excluded(effort):
    among = (*EASY, make_candidate(40, effort=effort))
    no = Wishes(never=frozenset({"practice-40"}))

    decision = Decider(FINE).decide([make_opportunity(candidates=among, wishes=no)], [History()])[0]

    assert sum(decision.probabilities) == pytest.approx(1) and "practice-40" not in decision.slugs
    assert decision.probabilities == (1 / 12,) * 12 or decision.fallback is None


def test_unknown_domain_in_history_falls_back():
    decision = Decider(FINE).decide(
        [make_opportunity()], [History(domains={"no such kind": (0.0, 1.0)})]
    )[0]

    assert decision.fallback == "ValueError"
    assert decision.send_probability == 0.5


@pytest.mark.parametrize("candidates", [(), (make_candidate(0, states=frozenset()),)])
def test_no_safe_candidate_sends_nothing(candidates):
    decision = Decider(FINE).decide([make_opportunity(candidates=candidates)], [History()])[0]

    assert (decision.reason, decision.sent, decision.send_probability) == (
        "nothing_safe",
        False,
        0.0,
    )


def test_unknown_domain_is_excluded():
    decision = Decider(FINE).decide(
        [make_opportunity(candidates=(make_candidate(0, domain="no such kind"), *EASY[1:]))],
        [History()],
    )[0]

    assert decision.fallback is None
    assert decision.excluded == {"practice-00": "kind"}


def test_single_candidate_is_certain():
    decision = Decider(FINE).decide(
        [make_opportunity(candidates=(make_candidate(1),))], [History()]
    )[0]

    assert decision.probabilities == (1.0,)


def test_empty_batch_returns_nothing():
    assert Decider(FINE).decide([], []) == []
    assert Everyhour().decide([]) == []


NIGHTS = {
    "not finite": {"mean": with_nan(FINE.population.mean)},
    "coefficient too large": {"mean": FINE.population.mean + 3},
    "families too different": {"spread": np.full(len(Z), 0.25)},
    "noise out of bounds": {"noise": 0.31},
    "singular": {"factor": np.zeros_like(FINE.population.factor)},
}


@pytest.mark.parametrize("reason", NIGHTS)
def test_implausible_fit_is_rejected(reason):
    assert rejection_reason(FINE) is None
    assert rejection_reason(corrupt(**NIGHTS[reason])) == reason


@pytest.mark.parametrize("moved", [0.26, float("nan")])
def test_fit_with_large_change_is_rejected(moved):
    assert rejection_reason(FINE, moved) == "sends would change too much"


def test_three_rejections_switch_to_mrt():
    policy = Everyhour()
    policy.decide([make_opportunity()])
    before = policy.posterior
    policy.sums.wy[:] = np.nan

    modes = []
    for night in range(NIGHTS_UNTIL_MRT):
        policy.end_of_day(night)
        modes.append(
            policy.decide([make_opportunity(key=str(night), at=2000.0 + 100 * night)])[0].mode
        )

    assert policy.posterior is before
    assert modes == ["learn"] * (NIGHTS_UNTIL_MRT - 1) + ["mrt"]
    assert len(policy.rejected) == NIGHTS_UNTIL_MRT


@pytest.mark.parametrize("part", ["ww", "zz", "zw", "zy"])
def test_corrupt_statistics_are_rejected(part):
    policy = Everyhour()
    policy.decide([make_opportunity()])
    getattr(policy.sums, part)[:] = -np.inf

    policy.end_of_day(0)

    assert len(policy.rejected) == 1
    assert policy.decide([make_opportunity(key="k2", at=2000.0)])[0].fallback is None


def test_fit_without_data_is_the_prior():
    posterior = fit(SufficientStats(), SHIPPED)

    assert rejection_reason(posterior) is None
    assert posterior.population.mean == pytest.approx(SHIPPED.population([]).mean)


def test_prior_stays_without_answers():
    policy = Everyhour()
    for day in range(3):
        decisions = policy.decide(
            [make_opportunity(key=f"{day}{f}", family=f, at=1000 + 48.0 * day) for f in "ab"]
        )
        policy.observe([Outcome(d.key, d.family, None) for d in decisions])
        policy.end_of_day(day)

    assert policy.rejected == []
    assert policy.posterior.population.outcomes == 0
    assert policy.decide([make_opportunity(key="x", at=5000.0)])[0].fallback is None


def test_unknown_outcomes_are_ignored():
    policy = Everyhour()
    policy.decide([make_opportunity()])

    policy.observe(
        [Outcome("strange", "nobody", 1.0), Outcome("k", "a", 1.0), Outcome("k", "a", 1.0)]
    )

    assert policy.sums.count == 1


def test_entire_library_can_change():
    policy = Everyhour()
    policy.decide([make_opportunity(candidates=EASY[:4])])
    policy.observe([Outcome("k", "a", 1.0)])
    policy.end_of_day(0)

    decision = policy.decide([make_opportunity(key="k2", candidates=EASY[4:], at=2000.0)])[0]
    policy.observe([Outcome("k2", "a", 0.5)])
    policy.end_of_day(1)

    assert decision.fallback is None
    assert policy.rejected == []
    assert set(policy.posterior.population.items) == {c.slug for c in EASY}
