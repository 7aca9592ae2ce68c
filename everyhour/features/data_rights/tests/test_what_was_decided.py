"""What was decided for a child leaves with the guardians of that home, comes back as it was, and is gone when the family goes."""

import json
from datetime import timedelta

import pytest

from everyhour.domain.families.actions import change_child, record_big_change
from everyhour.domain.families.models import BigChange, Caregiver
from everyhour.domain.recommendations import decisions, training
from everyhour.domain.recommendations.advisor import learned
from everyhour.domain.recommendations.models import ChildEstimate, Decision, ModelVersion
from everyhour.domain.recommendations.tests import carried
from everyhour.features.data_rights import actions, archive, readable_page
from everyhour.features.data_rights.tests.test_bringing_it_in import empty_the_instance
from everyhour.features.data_rights.tests.world import NOW, World, export, world
from everyhour.foundation import data_rights
from everyhour.foundation.data_rights import ImportRejected
from testing import make

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def library(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), carried.today() as built:
        yield built


def decide(lark: World, by: Caregiver, key: str = "today:1") -> Decision:
    standing = learned.Availability(clock=15)
    return decisions.decide(
        lark.wren,
        key,
        by=by,
        state="alarm",
        situation="homework",
        standing=standing,
        zone="UTC",
        at=NOW,
    )


def lived() -> World:
    lark = world()
    for n in range(4):
        at = NOW - timedelta(days=n + 1)
        make.moment(
            lark.ada,
            child=lark.wren,
            at=at,
            changed_at=NOW,
            practice="wall-push",
            outcome="settled",
            state_before="alarm",
        )
    training.learn(at=NOW)
    decide(lark, lark.ada)
    return lark


def test_it_leaves_with_the_guardians_of_that_home_alone():
    lark = lived()

    assert [len(export(one)["decisions"]) for one in (lark.ada, lark.bo, lark.cem, lark.nana)] == [
        1,
        1,
        0,
        0,
    ]


def test_a_grandmother_who_may_see_what_helps_takes_along_nothing_that_tells_of_the_child():
    lark = lived()
    lark.nana.may = [Caregiver.LOG, Caregiver.SEE_HELPS]
    lark.nana.save()
    decide(lark, lark.nana, "nana:1")

    assert export(lark.nana)["decisions"] == []


def test_what_is_believed_stays_and_the_page_says_so():
    told = export(lived().ada)

    assert "beliefs" not in told
    assert "worked out again each night" in readable_page.readable(told, at=NOW)


def test_it_comes_back_as_it_was_and_says_that_it_is_of_another_server():
    before = data_rights.written(export(lived().ada))
    empty_the_instance()

    person = archive.bring_into_new(json.loads(before), at=NOW)

    assert data_rights.written(data_rights.export(person)) == before
    kept = Decision.objects.get()
    assert (kept.fit, kept.belief, kept.shelf) == (None, None, None)
    assert decisions.read(kept).slug == kept.practice
    with pytest.raises(ValueError, match="another server"):
        decisions.again(kept)


@pytest.mark.parametrize(
    "body",
    [
        {},
        "text",
        {"decision": 1},
        {"decision": {}, "opportunity": {}, "past": {}},
        {"decision": {"x": 1}},
    ],
)
def test_a_decision_changed_by_hand_does_not_come_in(body):
    told = json.loads(data_rights.written(export(lived().ada)))
    empty_the_instance()
    told["decisions"][0]["body"] = body

    with pytest.raises(ImportRejected):
        archive.bring_into_new(told, at=NOW)

    assert not Decision.objects.exists()


@pytest.mark.parametrize(
    "part",
    [
        {"why": "text"},
        {"why": {"reasons": "many"}},
        {"why": {"reasons": [1]}},
        {"why": {"others": [{"slug": []}]}},
        {"tastes": {"mean": "x"}},
        {"tastes": [1]},
        {"more": 1},
    ],
)
def test_a_reason_changed_by_hand_does_not_come_in(part):
    told = json.loads(data_rights.written(export(lived().ada)))
    empty_the_instance()
    told["decisions"][0]["body"] |= part

    with pytest.raises(ImportRejected):
        archive.bring_into_new(told, at=NOW)


def test_what_was_said_to_help_and_what_changed_leaves_and_comes_back():
    lark = lived()
    change_child(lark.wren, helps={"rhythm": 1, "movement": 0}, by=lark.ada, at=NOW)
    record_big_change(lark.wren, by=lark.bo, at=NOW)
    record_big_change(lark.wren, by=lark.cem, at=NOW)
    before = data_rights.written(export(lark.ada))
    readable = readable_page.readable(json.loads(before), at=NOW)
    empty_the_instance()

    person = archive.bring_into_new(json.loads(before), at=NOW)

    assert data_rights.written(data_rights.export(person)) == before
    assert "Humming, music, a beat" in readable and "Something big changed" in readable
    assert BigChange.objects.count() == 1  # of her own home alone


def test_a_grandmother_takes_along_neither():
    lark = lived()
    change_child(lark.wren, helps={"rhythm": 1}, by=lark.ada, at=NOW)
    record_big_change(lark.wren, by=lark.ada, at=NOW)

    told = export(lark.nana)

    assert told["big_changes"] == []
    assert not any("helps" in child for child in told["children"])


def test_the_same_decision_twice_does_not_come_in():
    told = json.loads(data_rights.written(export(lived().ada)))
    empty_the_instance()
    told["decisions"].append({**told["decisions"][0], "id": "another"})

    with pytest.raises(ImportRejected):
        archive.bring_into_new(told, at=NOW)


def test_when_a_family_goes_everything_decided_and_believed_goes_and_the_next_night_knows_nothing_of_it():
    lark = lived()

    for one in (lark.cem, lark.bo, lark.ada):
        actions.finish(one.person, at=NOW)

    assert not Decision.objects.exists()
    assert not ChildEstimate.objects.exists()
    assert (
        ModelVersion.objects.count() == 1
    )  # numbers about everybody, made by nobody in particular
    night = training.learn(at=NOW + timedelta(days=1))
    assert (night.outcomes, night.children) == (0, 0)


def test_when_a_home_ends_what_was_decided_there_goes_with_it():
    lark = lived()
    decide(lark, lark.cem, "there:1")

    for one in (lark.ada, lark.bo):
        actions.finish(one.person, at=NOW)

    assert list(Decision.objects.values_list("key", flat=True)) == ["there:1"]
    assert not ChildEstimate.objects.exists()
