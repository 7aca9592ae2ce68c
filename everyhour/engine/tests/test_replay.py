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
    believing,
    histories,
    opportunities,
    standings,
    usual,
)
from everyhour.engine.values import Decision, History, ItemHistory, Opportunity, Outcome

a_few = settings(deadline=None, max_examples=60)
DECIDER = Decider(believing())


def there_and_back(value):
    return from_plain(type(value), json.loads(json.dumps(to_plain(value))))


@a_few
@given(st.data())
def test_a_decision_read_back_from_its_record_is_made_again_the_same(data):
    o = data.draw(opportunities(standing=standings()))
    history = data.draw(histories([c.slug for c in o.candidates]))
    decision = DECIDER.decide([o], [history])[0]

    assert (
        there_and_back(o) == o
        and there_and_back(history) == history
        and there_and_back(decision) == decision
    )
    assert replay(there_and_back(decision), there_and_back(o), there_and_back(history), DECIDER)


def test_a_belief_read_back_decides_the_same():
    posterior = believing()
    population = there_and_back(posterior.population)
    families = {family: there_and_back(one) for family, one in posterior.families.items()}

    again = Decider(Posterior(population, families)).decide([usual()], [History()])[0]

    assert isinstance(population, PopulationPosterior) and isinstance(
        families["a"], FamilyPosterior
    )
    assert (population.factor == posterior.population.factor).all()
    assert again == DECIDER.decide([usual()], [History()])[0]


def test_a_prior_is_plain_enough_for_a_file():
    again: Prior = there_and_back(SHIPPED)

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
def test_a_record_that_was_changed_is_noticed(change):
    decision = DECIDER.decide([usual()], [History()])[0]
    told = to_plain(decision) | {
        name: not decision.sent if value is None else value for name, value in change.items()
    }

    assert replay(decision, usual(), History(), DECIDER)
    assert not replay(from_plain(Decision, told), usual(), History(), DECIDER)


def test_the_engines_version_stands_in_every_decision():
    assert DECIDER.decide([usual()], [History()])[0].engine == VERSION


def test_a_field_from_another_version_is_refused_by_name():
    with pytest.raises(ValueError, match="Opportunity has no mood"):
        from_plain(Opportunity, to_plain(usual()) | {"mood": "fine"})


def test_a_past_folds_forward_one_decision_at_a_time():
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
def test_only_what_helped_counts_as_help_and_no_answer_counts_as_nothing(reward, tally):
    sent = Decision("k", "a", AT, None, {}, slug="hum", domain="rhythm", sent=True)

    history = after_outcome(after_decision(History(), sent), sent, Outcome("k", "a", reward))

    assert (history.items["hum"].tried, history.items["hum"].helped) == tally
