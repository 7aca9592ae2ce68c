"""Explaining: the reasons are the terms of the choice, with counts that are true."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from everyhour.engine.decisions import Decider
from everyhour.engine.explanations import ALL_CODES, explain, explain_alternative, top_reasons
from everyhour.engine.features import Z
from everyhour.engine.tests.generated_posteriors import AT, EASY, believing, easy, histories, usual
from everyhour.engine.values import Availability, History, ItemHistory, Tally, Wishes

DECIDER = Decider(believing())
a_few = settings(deadline=None, max_examples=40)


@a_few
@given(histories([c.slug for c in EASY]), st.sampled_from(["calm", "alert", "alarm"]))
def test_the_terms_add_up_to_what_set_the_choice_apart(history, state):
    o = usual(state=state)
    kept = DECIDER.decide([o], [history])[0].slugs
    told = [explain(DECIDER, o, history, slug) for slug in kept]

    gains = np.array([one.gain for one in told])
    assert [one.value for one in told] == pytest.approx(gains - gains.mean(), abs=1e-9)
    assert all(one.value == pytest.approx(sum(one.terms.values())) for one in told)
    assert all(set(one.terms) == set(ALL_CODES) for one in told)


@a_few
@given(st.integers(0, 9), st.data())
def test_the_tally_is_the_count(tried, data):
    helped = data.draw(st.integers(0, tried))
    history = History(items={"practice-04": ItemHistory(AT - 90, 0.5, tried, helped)})

    assert explain(DECIDER, usual(), history, "practice-04").tally == Tally(tried, helped)
    assert explain(DECIDER, usual(), history, "practice-05").tally == Tally(0, 0)


def test_what_a_child_likes_is_said_first_when_it_is_what_decided():
    posterior = believing()
    posterior.for_family("a").mean[Z.index("taste:movement")] = 0.4

    told = explain(Decider(posterior), usual(), History(), "practice-02")

    assert (
        top_reasons(told)[0].code,
        top_reasons(told)[0].about,
        top_reasons(told)[0].strength,
    ) == ("likes", "movement", "mostly")
    assert top_reasons(told)[0].is_positive


def test_reasons_come_with_the_weightiest_first_and_short_ones_only_speak_for_it():
    told = explain(DECIDER, usual(state="alarm"), History(), "practice-05")

    assert [abs(r.value) for r in told.reasons] == sorted(
        (abs(r.value) for r in told.reasons), reverse=True
    )
    assert all(r.is_positive for r in top_reasons(told)) and len(top_reasons(told)) <= 2


@pytest.mark.parametrize(("certain", "certainty"), [(0.02, "sure"), (30.0, "a_guess")])
def test_sureness_is_the_beliefs_own(certain, certainty):
    assert (
        explain(Decider(believing(certain=certain)), usual(), History(), "practice-02").certainty
        == certainty
    )


def test_why_not_names_the_rule():
    o = usual(wishes=Wishes(never=frozenset({"practice-07"})))

    told = explain_alternative(DECIDER, o, History(), "practice-02", "practice-07")

    assert (told.rule, told.probability, told.against) == ("never", 0.0, ())
    assert (
        explain_alternative(DECIDER, o, History(), "practice-02", "never-heard-of").rule
        == "unknown"
    )
    assert (
        explain_alternative(
            DECIDER,
            usual(standing=Availability(muted=True)),
            History(),
            "practice-02",
            "practice-07",
        ).rule
        == "muted"
    )


def test_why_not_gives_the_odds_and_what_spoke_against_it():
    o = usual(state="alarm")
    decision = DECIDER.decide([o], [History()])[0]
    odds = dict(zip(decision.slugs, decision.probabilities, strict=True))
    best, worst = max(odds, key=odds.get), min(odds, key=odds.get)

    told = explain_alternative(DECIDER, o, History(), best, worst)

    assert told.rule is None
    assert told.probability == odds[worst]
    assert told.against and all(reason.is_positive for reason in told.against)
    assert told.chance_better < 0.5


def test_two_practices_that_are_alike_are_a_coin():
    decider = Decider(believing())
    twins = (easy(20), easy(26))

    assert explain_alternative(
        decider, usual(candidates=twins), History(), "practice-20", "practice-26"
    ).chance_better == pytest.approx(0.5)


def test_where_nothing_was_weighed_nothing_is_explained():
    with pytest.raises(ValueError, match="no posterior to explain"):
        explain(Decider(None), usual(), History(), "practice-02")
    with pytest.raises(ValueError, match="muted"):
        explain(DECIDER, usual(standing=Availability(muted=True)), History(), "practice-02")
