"""Values travel as plain JSON, and a recorded decision can be made again."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from everyhour.engine import VERSION
from everyhour.engine.decisions import Decider, replay
from everyhour.engine.history import after_decision, after_outcome
from everyhour.engine.posterior import FamilyPosterior, PopulationPosterior, Posterior
from everyhour.engine.priors import SHIPPED, Prior
from everyhour.engine.serialization import from_plain, to_plain
from everyhour.engine.tests.generated_posteriors import (
    AT,
    availabilities,
    histories,
    make_opportunity,
    make_posterior,
    opportunities,
)
from everyhour.engine.values import Decision, History, ItemHistory, Opportunity, Outcome

a_few = settings(deadline=None, max_examples=60)
DECIDER = Decider(make_posterior())


def round_trip(value):
    return from_plain(type(value), json.loads(json.dumps(to_plain(value))))


@a_few
@given(st.data())
def test_stored_decision_replays_exactly(data):
    o = data.draw(opportunities(standing=availabilities()))
    history = data.draw(histories([c.slug for c in o.candidates]))
    decision = DECIDER.decide([o], [history])[0]

    assert (
        round_trip(o) == o and round_trip(history) == history and round_trip(decision) == decision
    )
    assert replay(round_trip(decision), round_trip(o), round_trip(history), DECIDER)


def test_stored_posterior_decides_the_same():
    posterior = make_posterior()
    population = round_trip(posterior.population)
    families = {family: round_trip(one) for family, one in posterior.families.items()}

    again = Decider(Posterior(population, families)).decide([make_opportunity()], [History()])[0]

    assert isinstance(population, PopulationPosterior) and isinstance(
        families["a"], FamilyPosterior
    )
    assert (population.factor == posterior.population.factor).all()
    assert again == DECIDER.decide([make_opportunity()], [History()])[0]


def test_prior_survives_serialization():
    again: Prior = round_trip(SHIPPED)

    assert np.array_equal(again.population(["hum"]).mean, SHIPPED.population(["hum"]).mean)


@pytest.mark.parametrize(
    "change",
    [
        {"slug": "practice-09"},
        {"sent": None},
        {"send_probability": 0.3},
        {"seed": 1},
        {"belief": 2},
    ],
)
def test_altered_record_fails_replay(change):
    decision = DECIDER.decide([make_opportunity()], [History()])[0]
    reported = to_plain(decision) | {
        name: not decision.sent if value is None else value for name, value in change.items()
    }

    assert replay(decision, make_opportunity(), History(), DECIDER)
    assert not replay(from_plain(Decision, reported), make_opportunity(), History(), DECIDER)


def test_decision_records_engine_version():
    assert DECIDER.decide([make_opportunity()], [History()])[0].engine == VERSION


def test_bodies_stored_before_the_rename_still_read():
    opportunity = {
        "key": "k",
        "family": "a",
        "at": 5.0,
        "day": 0,
        "slot": "bedtime",
        "state": "alert",
        "candidates": [],
        "wishes": {"age": 4, "never": ["hum"]},
        "standing": {"muted": True, "limits": {"a_day": 1}},
    }
    history = {"items": {"hum": {"last_at": 1.0}}, "run": ["rhythm"], "sent_at": [1.0], "dose": 1.0}
    decision = {
        "key": "k",
        "family": "a",
        "at": 5.0,
        "reason": "muted",
        "excluded": {},
        "belief": 3,
    }
    population = to_plain(make_posterior().population)
    assert set(population) == {
        *("items", "mean", "factor", "spread", "noise", "version", "outcomes", "engine")
    }

    assert from_plain(Opportunity, opportunity).standing.limits.a_day == 1
    assert from_plain(History, history).items["hum"] == ItemHistory(last_at=1.0)
    assert from_plain(Decision, decision).belief == 3
    assert (
        from_plain(FamilyPosterior, {"mean": [0.0], "factor": [[1.0]], "version": 2}).version == 2
    )


def test_unknown_field_raises():
    with pytest.raises(ValueError, match="Opportunity has no mood"):
        from_plain(Opportunity, to_plain(make_opportunity()) | {"mood": "fine"})


def test_history_folds_decisions_and_outcomes():
    sent = Decision("k", "a", AT, None, {}, slug="hum", domain="rhythm", sent=True)
    quiet = Decision("k2", "a", AT + 24, None, {}, slug="hum", domain="rhythm", sent=False)

    history = after_decision(
        after_outcome(after_decision(History(), sent), sent, Outcome("k", "a", 1.0)), quiet
    )

    assert history.items == {"hum": ItemHistory(last_at=AT, recent=1.0, tried=1, helped=1)}
    assert (history.run, history.sent_at, history.dose) == (("rhythm",), (AT,), 0.85)
    assert after_decision(
        history, Decision("k3", "a", AT + 200, None, {}, slug="hum", domain="rhythm", sent=True)
    ).sent_at == (AT + 200,)


@pytest.mark.parametrize(
    ("reward", "tally"), [(1.0, (1, 1)), (0.5, (1, 0)), (0.0, (1, 0)), (None, (0, 0))]
)
def test_outcome_updates_the_tally(reward, tally):
    sent = Decision("k", "a", AT, None, {}, slug="hum", domain="rhythm", sent=True)

    history = after_outcome(after_decision(History(), sent), sent, Outcome("k", "a", reward))

    assert (history.items["hum"].tried, history.items["hum"].helped) == tally
