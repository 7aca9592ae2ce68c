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
from everyhour.engine.tests.generated_posteriors import EASY, believing, easy, usual
from everyhour.engine.values import History, Outcome, Wishes

FINE = believing()


def spoiled(**told) -> Posterior:
    return Posterior(replace(FINE.population, **told), FINE.families)


def with_nan(values: np.ndarray) -> np.ndarray:
    broken = values.copy()
    broken.flat[3] = np.nan
    return broken


BROKEN = {
    "missing": None,
    "nan in the mean": spoiled(mean=with_nan(FINE.population.mean)),
    "nan in the factor": spoiled(factor=with_nan(FINE.population.factor)),
    "infinite": spoiled(mean=FINE.population.mean * np.inf),
    "singular": spoiled(factor=np.zeros_like(FINE.population.factor)),
    "cut short": spoiled(mean=FINE.population.mean[:-5]),
    "empty": spoiled(mean=np.zeros(0), factor=np.zeros((0, 0))),
    "no noise": spoiled(noise=0.0),
    "negative variance": spoiled(spread=-FINE.population.spread),
    "other items": spoiled(items=("a", "b")),
    "words for numbers": spoiled(mean=np.array(["?"] * len(FINE.population.mean), dtype=object)),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_belief_leads_to_the_safe_answer(name):
    no = Wishes(never=frozenset({"practice-03"}))

    decision = Decider(BROKEN[name]).decide([usual(wishes=no)], [History()])[0]

    assert decision.fallback
    assert decision.send_probability == 0.5
    assert set(decision.probabilities) == {1 / 11}
    assert "practice-03" not in decision.slugs


@pytest.mark.parametrize("mean", [np.full(len(Z), np.nan), np.zeros(2)])
def test_one_familys_broken_belief_makes_it_a_newcomer_and_leaves_the_others(mean):
    posterior = Posterior(
        FINE.population, {**FINE.families, "a": FamilyPosterior(mean, FINE.for_family("a").factor)}
    )

    mine, other = Decider(posterior).decide(
        [usual(), usual(key="o", family="b")], [History(), History()]
    )

    assert mine.fallback == "family belief" and sum(mine.probabilities) == pytest.approx(1)
    assert 0.1 <= mine.send_probability <= 0.9
    assert other.fallback is None


def test_trouble_in_the_middle_of_a_decision_is_caught_and_told():
    strange = replace(usual(), slot="bedtime", wishes=Wishes(age=float("nan")))  # type: ignore[arg-type]
    history = History(domains={"no such kind": (0.0, 1.0)})

    decision = Decider(FINE).decide([strange], [history])[0]

    assert decision.reason == "nothing_safe" or decision.fallback


@pytest.mark.parametrize("effort", [float("nan"), float("inf"), 1e12])
def test_a_column_beyond_all_bounds_never_brings_in_what_was_left_out(effort):
    among = (*EASY, easy(40, effort=effort))
    no = Wishes(never=frozenset({"practice-40"}))

    decision = Decider(FINE).decide([usual(candidates=among, wishes=no)], [History()])[0]

    assert sum(decision.probabilities) == pytest.approx(1) and "practice-40" not in decision.slugs
    assert decision.probabilities == (1 / 12,) * 12 or decision.fallback is None


def test_an_unknown_kind_in_a_past_gives_the_safe_answer():
    decision = Decider(FINE).decide([usual()], [History(domains={"no such kind": (0.0, 1.0)})])[0]

    assert decision.fallback == "ValueError"
    assert decision.send_probability == 0.5


@pytest.mark.parametrize("candidates", [(), (easy(0, states=frozenset()),)])
def test_where_nothing_is_safe_nothing_is_sent(candidates):
    decision = Decider(FINE).decide([usual(candidates=candidates)], [History()])[0]

    assert (decision.reason, decision.sent, decision.send_probability) == (
        "nothing_safe",
        False,
        0.0,
    )


def test_a_practice_of_an_unknown_kind_leaves_the_others_to_be_chosen():
    decision = Decider(FINE).decide(
        [usual(candidates=(easy(0, domain="no such kind"), *EASY[1:]))], [History()]
    )[0]

    assert decision.fallback is None
    assert decision.excluded == {"practice-00": "kind"}


def test_one_practice_alone_is_certain_to_be_the_one():
    decision = Decider(FINE).decide([usual(candidates=(easy(1),))], [History()])[0]

    assert decision.probabilities == (1.0,)


def test_an_empty_batch_is_answered():
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
def test_a_fit_that_looks_wrong_is_rejected_with_its_reason(reason):
    assert rejection_reason(FINE) is None
    assert rejection_reason(spoiled(**NIGHTS[reason])) == reason


@pytest.mark.parametrize("moved", [0.26, float("nan")])
def test_a_fit_that_would_change_too_much_at_once_is_rejected(moved):
    assert rejection_reason(FINE, moved) == "sends would change too much"


def test_after_a_rejected_night_yesterdays_belief_stays_and_after_three_nothing_learned_is_used():
    policy = Everyhour()
    policy.decide([usual()])
    before = policy.posterior
    policy.sums.wy[:] = np.nan

    modes = []
    for night in range(NIGHTS_UNTIL_MRT):
        policy.end_of_day(night)
        modes.append(policy.decide([usual(key=str(night), at=2000.0 + 100 * night)])[0].mode)

    assert policy.posterior is before
    assert modes == ["learn"] * (NIGHTS_UNTIL_MRT - 1) + ["mrt"]
    assert len(policy.rejected) == NIGHTS_UNTIL_MRT


@pytest.mark.parametrize("part", ["ww", "zz", "zw", "zy"])
def test_sums_spoiled_in_any_part_are_rejected_and_the_night_ends(part):
    policy = Everyhour()
    policy.decide([usual()])
    getattr(policy.sums, part)[:] = -np.inf

    policy.end_of_day(0)

    assert len(policy.rejected) == 1
    assert policy.decide([usual(key="k2", at=2000.0)])[0].fallback is None


def test_a_night_with_nothing_to_learn_from_leaves_the_prior():
    posterior = fit(SufficientStats(), SHIPPED)

    assert rejection_reason(posterior) is None
    assert posterior.population.mean == pytest.approx(SHIPPED.population([]).mean)


def test_when_no_family_answers_the_prior_goes_on():
    policy = Everyhour()
    for day in range(3):
        decisions = policy.decide(
            [usual(key=f"{day}{f}", family=f, at=1000 + 48.0 * day) for f in "ab"]
        )
        policy.observe([Outcome(d.key, d.family, None) for d in decisions])
        policy.end_of_day(day)

    assert policy.rejected == []
    assert policy.posterior.population.outcomes == 0
    assert policy.decide([usual(key="x", at=5000.0)])[0].fallback is None


def test_outcomes_nobody_asked_for_are_let_be():
    policy = Everyhour()
    policy.decide([usual()])

    policy.observe(
        [Outcome("strange", "nobody", 1.0), Outcome("k", "a", 1.0), Outcome("k", "a", 1.0)]
    )

    assert policy.sums.count == 1


def test_every_practice_may_be_new_tomorrow():
    policy = Everyhour()
    policy.decide([usual(candidates=EASY[:4])])
    policy.observe([Outcome("k", "a", 1.0)])
    policy.end_of_day(0)

    decision = policy.decide([usual(key="k2", candidates=EASY[4:], at=2000.0)])[0]
    policy.observe([Outcome("k2", "a", 0.5)])
    policy.end_of_day(1)

    assert decision.fallback is None
    assert policy.rejected == []
    assert set(policy.posterior.population.items) == {c.slug for c in EASY}
