"""Explaining: the reasons are the terms of the choice, with counts that are true."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from everyhour.engine.decisions import Decider
from everyhour.engine.explanations import ALL_CODES, explain, explain_alternative, top_reasons
from everyhour.engine.features import Z
from everyhour.engine.tests.generated_posteriors import (
    AT,
    EASY,
    histories,
    make_candidate,
    make_opportunity,
    make_posterior,
)
from everyhour.engine.values import Availability, History, ItemHistory, Tally, Wishes

DECIDER = Decider(make_posterior())
a_few = settings(deadline=None, max_examples=40)


@a_few
@given(histories([c.slug for c in EASY]), st.sampled_from(["calm", "alert", "alarm"]))
def test_terms_add_up_to_the_difference(history, state):
    o = make_opportunity(state=state)
    kept = DECIDER.decide([o], [history])[0].slugs
    reported = [explain(DECIDER, o, history, slug) for slug in kept]

    gains = np.array([one.gain for one in reported])
    assert [one.value for one in reported] == pytest.approx(gains - gains.mean(), abs=1e-9)
    assert all(one.value == pytest.approx(sum(one.terms.values())) for one in reported)
    assert all(set(one.terms) == set(ALL_CODES) for one in reported)


@a_few
@given(st.integers(0, 9), st.data())
def test_tally_is_the_count(tried, data):
    helped = data.draw(st.integers(0, tried))
    history = History(items={"practice-04": ItemHistory(AT - 90, 0.5, tried, helped)})

    assert explain(DECIDER, make_opportunity(), history, "practice-04").tally == Tally(
        tried, helped
    )
    assert explain(DECIDER, make_opportunity(), history, "practice-05").tally == Tally(0, 0)


def test_decisive_taste_comes_first():
    posterior = make_posterior()
    posterior.for_family("a").mean[Z.index("taste:movement")] = 0.4

    reported = explain(Decider(posterior), make_opportunity(), History(), "practice-02")

    assert (
        top_reasons(reported)[0].code,
        top_reasons(reported)[0].about,
        top_reasons(reported)[0].strength,
    ) == ("likes", "movement", "mostly")
    assert top_reasons(reported)[0].is_positive


def test_reasons_are_sorted_and_top_ones_positive():
    reported = explain(DECIDER, make_opportunity(state="alarm"), History(), "practice-05")

    assert [abs(r.value) for r in reported.reasons] == sorted(
        (abs(r.value) for r in reported.reasons), reverse=True
    )
    assert all(r.is_positive for r in top_reasons(reported)) and len(top_reasons(reported)) <= 2


@pytest.mark.parametrize(("certain", "certainty"), [(0.02, "sure"), (30.0, "a_guess")])
def test_certainty_follows_the_posterior(certain, certainty):
    assert (
        explain(
            Decider(make_posterior(certain=certain)), make_opportunity(), History(), "practice-02"
        ).certainty
        == certainty
    )


def test_alternative_names_the_rule():
    o = make_opportunity(wishes=Wishes(never=frozenset({"practice-07"})))

    reported = explain_alternative(DECIDER, o, History(), "practice-02", "practice-07")

    assert (reported.rule, reported.probability, reported.against) == ("never", 0.0, ())
    assert (
        explain_alternative(DECIDER, o, History(), "practice-02", "never-heard-of").rule
        == "unknown"
    )
    assert (
        explain_alternative(
            DECIDER,
            make_opportunity(standing=Availability(muted=True)),
            History(),
            "practice-02",
            "practice-07",
        ).rule
        == "muted"
    )


def test_alternative_has_probability_and_reasons():
    o = make_opportunity(state="alarm")
    decision = DECIDER.decide([o], [History()])[0]
    odds = dict(zip(decision.slugs, decision.probabilities, strict=True))
    best, worst = max(odds, key=odds.get), min(odds, key=odds.get)

    reported = explain_alternative(DECIDER, o, History(), best, worst)

    assert reported.rule is None
    assert reported.probability == odds[worst]
    assert reported.against and all(reason.is_positive for reason in reported.against)
    assert reported.chance_better < 0.5


def test_identical_practices_have_even_odds():
    decider = Decider(make_posterior())
    twins = (make_candidate(20), make_candidate(26))

    assert explain_alternative(
        decider, make_opportunity(candidates=twins), History(), "practice-20", "practice-26"
    ).chance_better == pytest.approx(0.5)


def test_explain_without_posterior_raises():
    with pytest.raises(ValueError, match="no posterior to explain"):
        explain(Decider(None), make_opportunity(), History(), "practice-02")
    with pytest.raises(ValueError, match="muted"):
        explain(
            DECIDER, make_opportunity(standing=Availability(muted=True)), History(), "practice-02"
        )
