"""Decisions follow the nightly model and can be replayed; a family's no works at once."""

from datetime import UTC, datetime, timedelta

import pytest

from everyhour.domain.families.models import Household
from everyhour.domain.recommendations import bundle, child_bundle, decisions, training
from everyhour.domain.recommendations.advisor import learned
from everyhour.domain.recommendations.models import ChildEstimate, ModelVersion
from everyhour.domain.recommendations.tests import library_fixture
from testing import make

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
HELPS, NOT = "wall-push", "low-hum"


@pytest.fixture(scope="module", autouse=True)
def library(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), library_fixture.loaded_library() as built:
        yield built


@pytest.fixture
def ada():
    return make.guardian(make.family(at=NOW - timedelta(days=60)))


@pytest.fixture
def wren(ada):
    return make.child(
        ada.family,
        at=NOW - timedelta(days=60),
        born_in=NOW.date().replace(year=2018, month=1, day=1),
    )


def tried(by, child, practice: str, outcome: str, times: int, **more) -> None:
    for n in range(times):
        at = NOW - timedelta(days=n + 1, minutes=n)
        make.moment(
            by,
            child=child,
            at=at,
            changed_at=NOW,
            practice=practice,
            outcome=outcome,
            state_before="alarm",
            situation="homework",
            **more,
        )


def chance(child, by, practice: str) -> float:
    told = child_bundle.compose(child, by.household, bundle.current("en"), zone="UTC", at=NOW)
    places = {p["slug"]: n for n, p in enumerate(bundle.current("en")["practices"])}
    return dict(map(tuple, told["chances"]["alarm"]["homework"])).get(places[practice], 0.0)


def decide(child, by, key="today:1", **standing):
    return decisions.decide(
        child,
        key,
        by=by,
        state="alarm",
        situation="homework",
        standing=learned.Availability(clock=15, **standing),
        zone="UTC",
        at=NOW,
    )


def test_what_helped_comes_more_often_after_a_night(ada, wren):
    before = chance(wren, ada, HELPS)
    tried(ada, wren, HELPS, "settled", 9)
    tried(ada, wren, NOT, "not_yet", 9)

    model_version = training.learn(at=NOW)

    assert (model_version.state, model_version.outcomes, model_version.children) == (
        ModelVersion.State.USED,
        18,
        1,
    )
    assert chance(wren, ada, HELPS) > before
    assert chance(wren, ada, HELPS) > chance(wren, ada, NOT)


def test_what_helped_comes_seven_times_of_ten_before_any_night(ada, wren):
    tried(ada, wren, HELPS, "settled", 3)

    assert chance(wren, ada, HELPS) == pytest.approx(0.7, abs=0.05)


def test_the_chances_of_a_cell_are_one_together(ada, wren):
    told = child_bundle.compose(wren, ada.household, bundle.current("en"), zone="UTC", at=NOW)

    for cells in told["chances"].values():
        for cell in cells.values():
            assert cell == [] or sum(p for _n, p in cell) == pytest.approx(1, abs=1e-4)


def test_a_decision_is_made_once_and_can_be_made_again_from_its_row(ada, wren):
    tried(ada, wren, HELPS, "settled", 4)
    training.learn(at=NOW)

    made = decide(wren, ada)
    tried(ada, wren, HELPS, "not_yet", 4)
    training.learn(at=NOW)

    assert decide(wren, ada) == made
    assert decisions.replays_same(made)
    assert decisions.decode(made).send_probability == 1


def test_when_nothing_is_offered_that_is_written_down_with_its_reason(ada, wren):
    made = decide(wren, ada, paused=True)

    assert (made.practice, decisions.decode(made).reason) == ("", "paused")
    assert decisions.replays_same(made)


def test_never_works_before_any_night(ada, wren):
    first = decide(wren, ada).practice
    wren.never = [first]
    wren.save()

    assert chance(wren, ada, first) == 0
    assert all(
        first not in decisions.decode(decide(wren, ada, key=f"later:{n}")).slugs for n in range(5)
    )


def test_a_fit_is_taken_back_and_the_one_before_holds(ada, wren):
    tried(ada, wren, HELPS, "settled", 6)
    first = training.learn(at=NOW)
    before = chance(wren, ada, HELPS)
    tried(ada, wren, NOT, "not_yet", 9)
    second = training.learn(at=NOW)

    assert training.roll_back(second, reason="looked odd") == first
    assert training.in_force() == first
    assert ChildEstimate.objects.filter(model_version=second).exists()
    assert chance(wren, ada, HELPS) == pytest.approx(before, abs=0.1)


def test_a_home_learns_nothing_of_what_the_other_does_not_show(ada, wren):
    other = Household.objects.create(family=ada.family, created_at=NOW)
    otto = make.guardian(ada.family, household=other, name="Otto")
    wren.households.add(other)
    tried(otto, wren, HELPS, "settled", 9)

    training.learn(at=NOW)

    told = child_bundle.compose(wren, ada.household, bundle.current("en"), zone="UTC", at=NOW)
    assert told["tries"] == {}
    assert not ChildEstimate.objects.filter(household=ada.household).exists()
    assert child_bundle.compose(wren, other, bundle.current("en"), zone="UTC", at=NOW)["tries"] == {
        HELPS: [9, 9]
    }


def test_what_is_private_teaches_nothing(ada, wren):
    tried(ada, wren, HELPS, "settled", 3, private=True)

    assert training.learn(at=NOW).outcomes == 0


def test_a_night_without_any_outcome_leaves_what_the_project_ships(ada, wren):
    before = chance(wren, ada, HELPS)

    model_version = training.learn(at=NOW)

    assert model_version.state == ModelVersion.State.USED
    assert chance(wren, ada, HELPS) == pytest.approx(before, abs=0.1)


def test_invented_families_teach_only_where_there_is_no_real_one(ada, wren):
    tried(ada, wren, HELPS, "settled", 3)
    invented = make.guardian(make.family(name="Invented", at=NOW - timedelta(days=60)))
    invented.family.invented = True
    invented.family.save()
    juno = make.child(invented.family, at=NOW - timedelta(days=60))
    tried(invented, juno, NOT, "settled", 9)

    with_real = training.learn(at=NOW)
    ada.family.invented = True
    ada.family.save()

    assert (with_real.outcomes, training.learn(at=NOW).outcomes) == (3, 12)
