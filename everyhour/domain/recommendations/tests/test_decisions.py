"""Decisions follow the nightly model and can be replayed; "never" applies at once."""

from datetime import timedelta

import pytest

from everyhour.domain.families.models import Household
from everyhour.domain.recommendations import bundle, child_bundle, decisions, training
from everyhour.domain.recommendations.models import ChildEstimate, ModelVersion
from everyhour.domain.recommendations.tests import scenes
from everyhour.domain.recommendations.tests.scenes import FAILS, HELPS, NOW, decide, log_tries
from testing import make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("library")]


@pytest.fixture
def ada():
    return scenes.guardian()


@pytest.fixture
def wren(ada):
    return scenes.child(ada)


def compose(child, household) -> dict:
    return child_bundle.compose(child, household, bundle.current("en"), zone="UTC", at=NOW)


def probability(child, by, practice: str) -> float:
    places = {p["slug"]: n for n, p in enumerate(bundle.current("en")["practices"])}
    cell = compose(child, by.household)["chances"]["alarm"]["homework"]
    return dict(map(tuple, cell)).get(places[practice], 0.0)


@pytest.mark.slow
def test_practice_that_helped_is_likelier_after_training(ada, wren):
    before = probability(wren, ada, HELPS)
    log_tries(ada, wren, HELPS, "settled", 9)
    log_tries(ada, wren, FAILS, "not_yet", 9)

    model_version = training.learn(at=NOW)

    assert (model_version.state, model_version.outcomes, model_version.children) == (
        ModelVersion.State.USED,
        18,
        1,
    )
    assert probability(wren, ada, HELPS) > before
    assert probability(wren, ada, HELPS) > probability(wren, ada, FAILS)


def test_practice_that_helped_has_seven_in_ten_before_training(ada, wren):
    log_tries(ada, wren, HELPS, "settled", 3)

    assert probability(wren, ada, HELPS) == pytest.approx(0.7, abs=0.05)


def test_probabilities_of_a_child_bundle_sum_to_one(ada, wren):
    for cells in compose(wren, ada.household)["chances"].values():
        for cell in cells.values():
            assert cell == [] or sum(p for _n, p in cell) == pytest.approx(1, abs=1e-4)


def test_decision_is_made_once_and_replays_from_its_row(ada, wren):
    log_tries(ada, wren, HELPS, "settled", 4)
    training.learn(at=NOW)

    made = decide(wren, ada)
    log_tries(ada, wren, HELPS, "not_yet", 4)
    training.learn(at=NOW)

    assert decide(wren, ada) == made
    assert decisions.replays_same(made)
    assert decisions.decode(made).send_probability == 1


def test_decision_without_an_offer_stores_the_reason(ada, wren):
    made = decide(wren, ada, paused=True)

    assert (made.practice, decisions.decode(made).reason) == ("", "paused")
    assert decisions.replays_same(made)


def test_never_applies_before_training(ada, wren):
    first = decide(wren, ada).practice
    wren.never = [first]
    wren.save()

    assert probability(wren, ada, first) == 0
    assert all(
        first not in decisions.decode(decide(wren, ada, key=f"later:{n}")).slugs for n in range(5)
    )


@pytest.mark.slow
def test_roll_back_puts_the_previous_version_in_force(ada, wren):
    log_tries(ada, wren, HELPS, "settled", 6)
    first = training.learn(at=NOW)
    before = probability(wren, ada, HELPS)
    log_tries(ada, wren, FAILS, "not_yet", 9)
    second = training.learn(at=NOW)

    assert training.roll_back(second, reason="looked odd") == first
    assert training.in_force() == first
    assert ChildEstimate.objects.filter(model_version=second).exists()
    assert probability(wren, ada, HELPS) == pytest.approx(before, abs=0.1)


def test_tries_of_one_household_do_not_train_the_other(ada, wren):
    other = Household.objects.create(family=ada.family, created_at=NOW)
    otto = make.guardian(ada.family, household=other, name="Otto")
    wren.households.add(other)
    log_tries(otto, wren, HELPS, "settled", 9)

    training.learn(at=NOW)

    assert compose(wren, ada.household)["tries"] == {}
    assert not ChildEstimate.objects.filter(household=ada.household).exists()
    assert compose(wren, other)["tries"] == {HELPS: [9, 9]}


def test_private_tries_are_not_learned_from(ada, wren):
    log_tries(ada, wren, HELPS, "settled", 3, private=True)

    assert training.learn(at=NOW).outcomes == 0


@pytest.mark.slow
def test_training_without_outcomes_keeps_the_shipped_probabilities(ada, wren):
    before = probability(wren, ada, HELPS)

    model_version = training.learn(at=NOW)

    assert model_version.state == ModelVersion.State.USED
    assert probability(wren, ada, HELPS) == pytest.approx(before, abs=0.1)


def test_demo_families_count_only_without_real_ones(ada, wren):
    log_tries(ada, wren, HELPS, "settled", 3)
    invented = make.guardian(make.family(name="Invented", at=NOW - timedelta(days=60)))
    invented.family.invented = True
    invented.family.save()
    juno = make.child(invented.family, at=NOW - timedelta(days=60))
    log_tries(invented, juno, FAILS, "settled", 9)

    with_real = training.learn(at=NOW)
    ada.family.invented = True
    ada.family.save()

    assert (with_real.outcomes, training.learn(at=NOW).outcomes) == (3, 12)
