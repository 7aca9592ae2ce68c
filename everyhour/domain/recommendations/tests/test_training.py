"""Nightly training: atomic, checked, discounted after big changes, and cleaned up."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from everyhour.domain.families import actions
from everyhour.domain.families.models import BigChange, Household
from everyhour.domain.practices import kinds
from everyhour.domain.practices.vocabulary import WHAT_HELPS
from everyhour.domain.recommendations import (
    bundle,
    child_bundle,
    decisions,
    observations,
    retention,
    tasks,
    training,
)
from everyhour.domain.recommendations.advisor import learned
from everyhour.domain.recommendations.models import ChildEstimate, ModelVersion
from everyhour.domain.recommendations.tests.scenes import decide
from testing import make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("library"), pytest.mark.slow]
NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
DAY = timedelta(days=1)
PUSH, HUM = "wall-push", "low-hum"  # heavy work, and rhythm


@pytest.fixture
def ada():
    return make.guardian(make.family(at=NOW - 90 * DAY))


@pytest.fixture
def wren(ada):
    return make.child(ada.family, at=NOW - 90 * DAY)


def log_tries(by, child, practice: str, outcome: str, times: int, *, until: datetime = NOW) -> None:
    for n in range(times):
        at = until - (n + 1) * DAY
        make.moment(
            by,
            child=child,
            at=at,
            changed_at=at,
            practice=practice,
            outcome=outcome,
            state_before="alarm",
            situation="homework",
        )


def taste(child, home, kind: str) -> float:
    """Return how much more than for other families this kind is estimated to help."""
    return float(known(child, home).mean[learned.Z.index(f"taste:{kind}")])


def known(child, home) -> learned.FamilyPosterior:
    return training.decider(training.in_force(), (PUSH, HUM)).posterior.for_family(
        observations.unit_id(child.pk, home.pk)
    )


def test_interrupted_training_leaves_the_previous_version_in_force(ada, wren, monkeypatch):
    log_tries(ada, wren, PUSH, "settled", 5)
    first = training.learn(at=NOW)
    before = taste(wren, ada.household, "heavy_work")
    log_tries(ada, wren, PUSH, "not_yet", 5, until=NOW + DAY)

    with pytest.raises(KeyboardInterrupt), monkeypatch.context() as patch:
        patch.setattr(ChildEstimate.objects, "bulk_create", _cut)
        training.learn(at=NOW + DAY)

    assert training.in_force() == first
    assert taste(wren, ada.household, "heavy_work") == before
    again = training.learn(at=NOW + 2 * DAY)
    assert training.in_force() == again
    assert not ModelVersion.objects.filter(state=ModelVersion.State.BEGUN).exists()


def _cut(*_rows):
    raise KeyboardInterrupt


def test_two_workers_in_one_night_store_one_version(ada, wren):
    log_tries(ada, wren, PUSH, "settled", 5)
    first = training.learn(at=NOW)
    late = ModelVersion(
        version=first.version,
        learned_at=NOW,
        state=ModelVersion.State.USED,
        outcomes=5,
        children=1,
        engine=learned.VERSION,
        body=first.body,
    )

    assert (
        training._store(late, [ChildEstimate(child=wren, household=ada.household, body={})])
        == first
    )
    assert ModelVersion.objects.count() == ChildEstimate.objects.count() == 1


def test_child_erased_during_training_gets_no_estimate(ada, wren):
    log_tries(ada, wren, PUSH, "settled", 5)
    gone = make.child(ada.family)
    rows = [
        ChildEstimate(child_id=child, household=ada.household, body={})
        for child in (wren.pk, gone.pk)
    ]
    gone.delete()

    training._store(
        ModelVersion(
            version=9,
            learned_at=NOW,
            state=ModelVersion.State.USED,
            outcomes=5,
            children=1,
            engine="",
            body=b"",
        ),
        rows,
    )

    assert list(ChildEstimate.objects.values_list("child", flat=True)) == [wren.pk]


def test_version_that_fails_a_check_is_rejected_with_its_reason(ada, wren, monkeypatch, caplog):
    used = training.learn(at=NOW)
    log_tries(ada, wren, PUSH, "settled", 5)
    monkeypatch.setitem(observations.REWARD, "settled", 400.0)

    rejected = training.learn(at=NOW + DAY)

    assert rejected.state == ModelVersion.State.REJECTED
    assert rejected.reason
    assert training.in_force() == used
    assert "was rejected" in caplog.text


def test_three_rejected_nights_use_the_shipped_model_and_log_it(ada, wren, monkeypatch, caplog):
    log_tries(ada, wren, PUSH, "settled", 5)
    training.learn(at=NOW)
    with monkeypatch.context() as patch:
        patch.setitem(observations.REWARD, "settled", 400.0)
        for n in range(3):
            training.learn(at=NOW + (n + 1) * DAY)

    assert training.in_force() is None
    assert caplog.records[-1].levelname == "CRITICAL"
    assert "the shipped model" in caplog.records[-1].message
    made = decide(wren, ada, at=NOW)
    assert (made.model_version, decisions.decode(made).belief) == (None, 0)
    assert decisions.replays_same(made)

    good = training.learn(at=NOW + 5 * DAY)
    assert training.in_force() == good


def test_night_after_a_roll_back_trains_a_new_version(ada, wren):
    log_tries(ada, wren, PUSH, "settled", 5)
    first = training.learn(at=NOW)
    second = training.learn(at=NOW + DAY)
    training.roll_back(second, reason="looked odd")

    third = training.learn(at=NOW + 2 * DAY)

    assert (third.version, training.in_force()) == (first.version + 2, third)


def test_status_describes_the_night_in_one_line(ada, wren):
    assert "shipped" in training.describe_status()
    log_tries(ada, wren, PUSH, "settled", 5)

    tasks.train_model(NOW)

    assert (
        training.describe_status() == "on 2026-11-20 from 5 tries of 1 child; in force: version 1"
    )


def test_child_without_tries_left_starts_from_the_prior(ada, wren):
    log_tries(ada, wren, PUSH, "settled", 9)
    training.learn(at=NOW)
    assert taste(wren, ada.household, "heavy_work") > 0
    wren.moments.update(deleted=True, changed_at=NOW + DAY)

    training.learn(at=NOW + DAY)

    assert taste(wren, ada.household, "heavy_work") == 0


def test_statistics_take_a_constant_number_of_queries(ada, wren):
    def count_queries() -> int:
        with CaptureQueriesContext(connection) as queries:
            observations.build_stats()
        return len(queries)

    log_tries(ada, wren, PUSH, "settled", 2)
    count_queries()  # the first call also reads the library, which is cached
    few = count_queries()
    for _ in range(20):
        log_tries(ada, make.child(ada.family), HUM, "a_bit", 2)

    assert count_queries() == few


@pytest.mark.parametrize("nights", [0, 1], ids=["before training", "after one night"])
def test_child_bundle_takes_few_queries(ada, wren, nights):
    log_tries(ada, wren, PUSH, "settled", 2)
    for n in range(nights):
        training.learn(at=NOW + n * DAY)
    current = bundle.current("en")
    child_bundle.compose(wren, ada.household, current, zone="UTC", at=NOW)

    with CaptureQueriesContext(connection) as queries:
        child_bundle.compose(wren, ada.household, current, zone="UTC", at=NOW)

    assert len(queries) < 10


def test_kinds_in_the_questionnaire_match_the_engine():
    assert learned.Z[: len(WHAT_HELPS)] == tuple(f"taste:{kind}" for kind in WHAT_HELPS)
    assert set(kinds.names()) == set(WHAT_HELPS)


# Answers and big changes


def test_answers_about_what_helps_count_before_any_try(ada, wren):
    assert taste(wren, ada.household, "rhythm") == 0

    actions.change_child(wren, helps={"rhythm": 1, "heavy_work": 0}, by=ada, at=NOW)

    assert taste(wren, ada.household, "rhythm") > 0 > taste(wren, ada.household, "heavy_work")
    made = decide(wren, ada, at=NOW)
    actions.change_child(wren, helps={}, by=ada, at=NOW)
    assert decisions.replays_same(made)


def test_training_starts_from_the_answers(ada, wren):
    robin = make.child(ada.family, at=NOW - 90 * DAY, helps={"rhythm": 1}, helps_at=NOW - 90 * DAY)
    for child in (wren, robin):
        log_tries(ada, child, PUSH, "a_bit", 3)

    training.learn(at=NOW)

    assert taste(robin, ada.household, "rhythm") > taste(wren, ada.household, "rhythm")


def test_changed_answers_count_from_the_next_night(ada, wren):
    log_tries(ada, wren, PUSH, "a_bit", 3, until=NOW - 10 * DAY)
    training.learn(at=NOW)
    before = taste(wren, ada.household, "rhythm")
    actions.change_child(wren, helps={"rhythm": 1}, by=ada, at=NOW + DAY)

    training.learn(at=NOW + 2 * DAY)

    assert taste(wren, ada.household, "rhythm") > before


@pytest.mark.parametrize("helps", [{"nonsense": 1}, {"rhythm": "much"}, {"rhythm": None}])
def test_unreadable_answers_are_ignored(ada, wren, helps):
    wren.helps = helps
    wren.save()

    assert taste(wren, ada.household, "rhythm") == 0


def test_big_change_discounts_earlier_outcomes_once(ada, wren):
    log_tries(ada, wren, PUSH, "settled", 9)
    training.learn(at=NOW)
    before = taste(wren, ada.household, "heavy_work")

    change = actions.record_big_change(wren, by=ada, at=NOW + DAY)
    training.learn(at=NOW + 2 * DAY)
    after = taste(wren, ada.household, "heavy_work")
    training.learn(at=NOW + 3 * DAY)

    assert 0 < after < before
    assert taste(wren, ada.household, "heavy_work") == after
    actions.undo_big_change(change, by=ada, at=NOW + 3 * DAY)
    log_tries(ada, wren, PUSH, "settled", 1, until=NOW + 4 * DAY)
    training.learn(at=NOW + 5 * DAY)
    assert taste(wren, ada.household, "heavy_work") > after


def test_tries_after_a_big_change_count_in_full(ada, wren):
    robin = make.child(ada.family, at=NOW - 90 * DAY)
    actions.record_big_change(wren, by=ada, at=NOW - 30 * DAY)
    for child in (wren, robin):
        log_tries(ada, child, PUSH, "settled", 9)

    training.learn(at=NOW)

    assert taste(wren, ada.household, "heavy_work") == pytest.approx(
        taste(robin, ada.household, "heavy_work")
    )


def test_big_change_discounts_as_much_as_the_engine_forgets(ada, wren):
    """The statistics after a change equal what `SufficientStats.forget` leaves of them."""
    log_tries(ada, wren, PUSH, "settled", 6)
    whole = observations.build_stats()
    actions.record_big_change(wren, by=ada, at=NOW)

    left = observations.build_stats()

    whole.forget(observations.unit_id(wren.pk, ada.household.pk))
    assert left.zz == pytest.approx(whole.zz)
    assert left.zy == pytest.approx(whole.zy)
    assert left.ww == pytest.approx(whole.ww)


def test_big_change_repeated_within_a_week_is_one_change(ada, wren):
    first = actions.record_big_change(wren, by=ada, at=NOW)

    assert actions.record_big_change(wren, by=ada, at=NOW + 6 * DAY) == first
    assert actions.record_big_change(wren, by=ada, at=NOW + 8 * DAY) != first
    assert BigChange.objects.count() == 2


def test_big_change_does_not_affect_the_other_household(ada, wren):
    other = Household.objects.create(family=ada.family, created_at=NOW)
    otto = make.guardian(ada.family, household=other)
    wren.households.add(other)
    for by in (ada, otto):
        log_tries(by, wren, PUSH, "settled", 9)

    actions.record_big_change(wren, by=ada, at=NOW)
    training.learn(at=NOW + DAY)

    assert taste(wren, other, "heavy_work") > taste(wren, ada.household, "heavy_work")


# Retention


def test_superseded_rows_are_deleted_and_needed_ones_kept(ada, wren, monkeypatch):
    monkeypatch.setattr(retention, "NIGHTS", 2)
    quiet = make.child(ada.family)
    log_tries(ada, wren, PUSH, "settled", 3)
    log_tries(ada, quiet, HUM, "settled", 3)
    for n in range(6):
        training.learn(at=NOW + n * DAY)
        if n == 1:
            made = decide(wren, ada, at=NOW)
        log_tries(ada, wren, PUSH, "settled", 1, until=NOW + (n + 1) * DAY)
    before = known(wren, ada.household).mean, known(quiet, ada.household).mean

    assert tasks.delete_old_versions(NOW) > 0

    kept = {
        (estimate.child_id, estimate.model_version.version)
        for estimate in ChildEstimate.objects.select_related("model_version")
    }
    assert kept == {(wren.pk, 2), (quiet.pk, 1), (wren.pk, 5), (wren.pk, 6)}
    assert [
        model_version.version for model_version in ModelVersion.objects.order_by("version")
    ] == [1, 2, 5, 6]
    made.refresh_from_db()
    assert decisions.replays_same(made)
    assert [list(known(child, ada.household).mean) for child in (wren, quiet)] == [
        list(mean) for mean in before
    ]
    assert tasks.delete_old_versions(NOW) == 0


def test_young_server_deletes_nothing(ada, wren):
    log_tries(ada, wren, PUSH, "settled", 3)
    training.learn(at=NOW)

    assert tasks.delete_old_versions(NOW) == 0
