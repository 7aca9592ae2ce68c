"""Nightly training: atomic, counted once, rejected when it fails a check, and retained briefly."""

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
from everyhour.domain.recommendations.models import ChildEstimate, Decision, ModelVersion
from everyhour.domain.recommendations.tests import library_fixture
from testing import make

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
DAY = timedelta(days=1)
PUSH, HUM = "wall-push", "low-hum"  # heavy work, and rhythm


@pytest.fixture(scope="module", autouse=True)
def library(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), library_fixture.loaded_library() as built:
        yield built


@pytest.fixture
def ada():
    return make.guardian(make.family(at=NOW - 90 * DAY))


@pytest.fixture
def wren(ada):
    return make.child(ada.family, at=NOW - 90 * DAY)


def tried(by, child, practice: str, outcome: str, times: int, *, until: datetime = NOW) -> None:
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
    """How much more than elsewhere this kind is believed to help."""
    return float(known(child, home).mean[learned.Z.index(f"taste:{kind}")])


def known(child, home) -> learned.FamilyPosterior:
    return training.decider(training.in_force(), (PUSH, HUM)).posterior.for_family(
        observations.unit_id(child.pk, home.pk)
    )


def decide(child, by, key: str, *, at: datetime = NOW) -> Decision:
    standing = learned.Availability(clock=15)
    return decisions.decide(
        child, key, by=by, state="alarm", situation="homework", standing=standing, zone="UTC", at=at
    )


def test_a_night_that_is_cut_short_leaves_the_night_before_in_force(ada, wren, monkeypatch):
    tried(ada, wren, PUSH, "settled", 5)
    first = training.learn(at=NOW)
    before = taste(wren, ada.household, "heavy_work")
    tried(ada, wren, PUSH, "not_yet", 5, until=NOW + DAY)

    with pytest.raises(KeyboardInterrupt), monkeypatch.context() as power:
        power.setattr(ChildEstimate.objects, "bulk_create", _cut)
        training.learn(at=NOW + DAY)

    assert training.in_force() == first
    assert taste(wren, ada.household, "heavy_work") == before
    again = training.learn(at=NOW + 2 * DAY)
    assert training.in_force() == again
    assert not ModelVersion.objects.filter(state=ModelVersion.State.BEGUN).exists()


def _cut(*_rows):
    raise KeyboardInterrupt  # the plug is pulled while the rows are written


def test_two_workers_in_one_night_make_one_fit(ada, wren):
    tried(ada, wren, PUSH, "settled", 5)
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


def test_who_was_erased_while_the_night_was_working_is_not_written_down(ada, wren):
    tried(ada, wren, PUSH, "settled", 5)
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


def test_a_fit_that_looks_wrong_is_put_aside_with_its_reason(ada, wren, monkeypatch, caplog):
    used = training.learn(at=NOW)
    tried(ada, wren, PUSH, "settled", 5)
    monkeypatch.setitem(observations.REWARD, "settled", 400.0)

    aside = training.learn(at=NOW + DAY)

    assert aside.state == ModelVersion.State.REJECTED
    assert aside.reason
    assert training.in_force() == used
    assert "put aside" in caplog.text


def test_after_three_nights_that_look_wrong_what_the_project_ships_is_used_and_the_operator_is_told(
    ada, wren, monkeypatch, caplog
):
    tried(ada, wren, PUSH, "settled", 5)
    training.learn(at=NOW)
    with monkeypatch.context() as strange:
        strange.setitem(observations.REWARD, "settled", 400.0)
        for n in range(3):
            training.learn(at=NOW + (n + 1) * DAY)

    assert training.in_force() is None
    assert caplog.records[-1].levelname == "CRITICAL"
    assert "the shipped belief" in caplog.records[-1].message
    made = decide(wren, ada, "today:1")
    assert (made.model_version, decisions.decode(made).belief) == (None, 0)
    assert decisions.replays_same(made)

    good = training.learn(at=NOW + 5 * DAY)
    assert training.in_force() == good


def test_after_a_fit_was_taken_back_the_next_night_learns_anew(ada, wren):
    tried(ada, wren, PUSH, "settled", 5)
    first = training.learn(at=NOW)
    second = training.learn(at=NOW + DAY)
    training.roll_back(second, reason="looked odd")

    third = training.learn(at=NOW + 2 * DAY)

    assert (third.version, training.in_force()) == (first.version + 2, third)


def test_an_operator_reads_in_one_line_how_the_night_went(ada, wren):
    assert "shipped" in training.describe_status()
    tried(ada, wren, PUSH, "settled", 5)

    tasks.learn_nightly(NOW)

    assert (
        training.describe_status() == "on 2026-11-20 from 5 tries of 1 child; in force: version 1"
    )


def test_a_child_of_whom_nothing_is_left_begins_anew(ada, wren):
    tried(ada, wren, PUSH, "settled", 9)
    training.learn(at=NOW)
    assert taste(wren, ada.household, "heavy_work") > 0
    wren.moments.update(deleted=True, changed_at=NOW + DAY)

    training.learn(at=NOW + DAY)

    assert taste(wren, ada.household, "heavy_work") == 0


def test_reading_takes_as_many_questions_for_many_children_as_for_one(ada, wren):
    def questions() -> int:
        with CaptureQueriesContext(connection) as asked:
            observations.build_stats()
        return len(asked)

    tried(ada, wren, PUSH, "settled", 2)
    questions()  # the first call also reads the library, which is cached
    few = questions()
    for _ in range(20):
        tried(ada, make.child(ada.family), HUM, "a_bit", 2)

    assert questions() == few


@pytest.mark.parametrize("nights", [0, 1], ids=["before any night", "after one"])
def test_what_is_believed_of_a_child_is_looked_up_once_for_all_its_scenes(ada, wren, nights):
    tried(ada, wren, PUSH, "settled", 2)
    for n in range(nights):
        training.learn(at=NOW + n * DAY)
    carry = bundle.current("en")
    child_bundle.compose(wren, ada.household, carry, zone="UTC", at=NOW)

    with CaptureQueriesContext(connection) as asked:
        child_bundle.compose(wren, ada.household, carry, zone="UTC", at=NOW)

    assert len(asked) < 10


def test_the_kinds_a_family_is_asked_about_are_those_the_engine_knows():
    assert learned.Z[: len(WHAT_HELPS)] == tuple(f"taste:{kind}" for kind in WHAT_HELPS)
    assert set(kinds.names()) == set(WHAT_HELPS)


# What the family said, and what changed.


def test_what_a_family_says_helps_is_more_likely_before_anything_was_tried(ada, wren):
    assert taste(wren, ada.household, "rhythm") == 0

    actions.change_child(wren, helps={"rhythm": 1, "heavy_work": 0}, by=ada, at=NOW)

    assert taste(wren, ada.household, "rhythm") > 0 > taste(wren, ada.household, "heavy_work")
    made = decide(wren, ada, "today:1")
    actions.change_child(wren, helps={}, by=ada, at=NOW)
    assert decisions.replays_same(made)


def test_what_a_family_said_is_where_the_night_begins(ada, wren):
    robin = make.child(ada.family, at=NOW - 90 * DAY, helps={"rhythm": 1}, helps_at=NOW - 90 * DAY)
    for child in (wren, robin):
        tried(ada, child, PUSH, "a_bit", 3)

    training.learn(at=NOW)

    assert taste(robin, ada.household, "rhythm") > taste(wren, ada.household, "rhythm")


def test_saying_something_else_counts_from_the_next_night(ada, wren):
    tried(ada, wren, PUSH, "a_bit", 3, until=NOW - 10 * DAY)
    training.learn(at=NOW)
    before = taste(wren, ada.household, "rhythm")
    actions.change_child(wren, helps={"rhythm": 1}, by=ada, at=NOW + DAY)

    training.learn(at=NOW + 2 * DAY)

    assert taste(wren, ada.household, "rhythm") > before


@pytest.mark.parametrize("helps", [{"nonsense": 1}, {"rhythm": "much"}, {"rhythm": None}])
def test_what_cannot_be_read_says_nothing(ada, wren, helps):
    wren.helps = helps
    wren.save()

    assert taste(wren, ada.household, "rhythm") == 0


def test_big_change_discounts_earlier_outcomes_once(ada, wren):
    tried(ada, wren, PUSH, "settled", 9)
    training.learn(at=NOW)
    before = taste(wren, ada.household, "heavy_work")

    change = actions.record_big_change(wren, by=ada, at=NOW + DAY)
    training.learn(at=NOW + 2 * DAY)
    after = taste(wren, ada.household, "heavy_work")
    training.learn(at=NOW + 3 * DAY)

    assert 0 < after < before
    assert taste(wren, ada.household, "heavy_work") == after  # once, not with every night
    actions.undo_big_change(change, by=ada, at=NOW + 3 * DAY)
    tried(ada, wren, PUSH, "settled", 1, until=NOW + 4 * DAY)
    training.learn(at=NOW + 5 * DAY)
    assert taste(wren, ada.household, "heavy_work") > after


def test_what_is_tried_after_a_big_change_counts_in_full(ada, wren):
    robin = make.child(ada.family, at=NOW - 90 * DAY)
    actions.record_big_change(wren, by=ada, at=NOW - 30 * DAY)
    for child in (wren, robin):
        tried(ada, child, PUSH, "settled", 9)

    training.learn(at=NOW)

    assert taste(wren, ada.household, "heavy_work") == pytest.approx(
        taste(robin, ada.household, "heavy_work")
    )


def test_the_engine_forgets_in_the_same_measure(ada, wren):
    """What the sums hold after a change is what `Sums.forget` leaves of them."""
    tried(ada, wren, PUSH, "settled", 6)
    whole = observations.build_stats()
    actions.record_big_change(wren, by=ada, at=NOW)

    left = observations.build_stats()

    whole.forget(observations.unit_id(wren.pk, ada.household.pk))
    assert left.zz == pytest.approx(whole.zz)
    assert left.zy == pytest.approx(whole.zy)
    assert left.ww == pytest.approx(whole.ww)


def test_saying_it_again_within_a_week_is_the_same_change(ada, wren):
    first = actions.record_big_change(wren, by=ada, at=NOW)

    assert actions.record_big_change(wren, by=ada, at=NOW + 6 * DAY) == first
    assert actions.record_big_change(wren, by=ada, at=NOW + 8 * DAY) != first
    assert BigChange.objects.count() == 2


def test_a_big_change_of_one_home_changes_nothing_in_the_other(ada, wren):
    other = Household.objects.create(family=ada.family, created_at=NOW)
    otto = make.guardian(ada.family, household=other)
    wren.households.add(other)
    for by in (ada, otto):
        tried(by, wren, PUSH, "settled", 9)

    actions.record_big_change(wren, by=ada, at=NOW)
    training.learn(at=NOW + DAY)

    assert taste(wren, other, "heavy_work") > taste(wren, ada.household, "heavy_work")


# What is let go.


def test_what_a_later_night_took_the_place_of_is_let_go_and_what_is_needed_stays(
    ada, wren, monkeypatch
):
    monkeypatch.setattr(retention, "NIGHTS", 2)
    quiet = make.child(ada.family)
    tried(ada, wren, PUSH, "settled", 3)
    tried(ada, quiet, HUM, "settled", 3)
    for n in range(6):
        training.learn(at=NOW + n * DAY)
        if n == 1:
            made = decide(wren, ada, "today:1")
        tried(ada, wren, PUSH, "settled", 1, until=NOW + (n + 1) * DAY)
    before = known(wren, ada.household).mean, known(quiet, ada.household).mean

    assert tasks.let_go_of_old_fits(NOW) > 0

    kept = {
        (belief.child_id, belief.model_version.version)
        for belief in ChildEstimate.objects.select_related("model_version")
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
    assert tasks.let_go_of_old_fits(NOW) == 0


def test_a_young_server_lets_nothing_go(ada, wren):
    tried(ada, wren, PUSH, "settled", 3)
    training.learn(at=NOW)

    assert tasks.let_go_of_old_fits(NOW) == 0
