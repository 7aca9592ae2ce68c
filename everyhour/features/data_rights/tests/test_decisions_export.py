"""Export, import and erasure of decisions."""

import json
from datetime import timedelta

import pytest

from everyhour.domain.families.actions import change_child, record_big_change
from everyhour.domain.families.models import BigChange, Caregiver
from everyhour.domain.recommendations import decisions, training
from everyhour.domain.recommendations.advisor import learned
from everyhour.domain.recommendations.models import ChildEstimate, Decision, ModelVersion
from everyhour.features.data_rights import actions, archive, readable_page
from everyhour.features.data_rights.tests.test_import import empty_the_instance
from everyhour.features.data_rights.tests.world import NOW, World, export, world
from everyhour.foundation import data_rights
from everyhour.foundation.data_rights import ImportRejected
from testing import make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("library")]


def decide(lark: World, by: Caregiver, key: str = "today:1") -> Decision:
    return decisions.decide(
        lark.wren,
        key,
        by=by,
        state="alarm",
        situation="homework",
        availability=learned.Availability(clock=15),
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


def test_only_guardians_of_the_home_export_decisions():
    lark = lived()

    assert [len(export(one)["decisions"]) for one in (lark.ada, lark.bo, lark.cem, lark.nana)] == [
        1,
        1,
        0,
        0,
    ]


def test_giver_who_sees_helps_exports_no_decisions():
    lark = lived()
    lark.nana.may = [Caregiver.LOG, Caregiver.SEE_HELPS]
    lark.nana.save()
    decide(lark, lark.nana, "nana:1")

    assert export(lark.nana)["decisions"] == []


def test_estimates_are_not_exported_and_page_says_so():
    exported = export(lived().ada)

    assert "beliefs" not in exported
    assert "worked out again each night" in readable_page.render(exported, at=NOW)


def test_imported_decisions_are_marked_as_foreign():
    before = data_rights.serialize(export(lived().ada))
    empty_the_instance()

    person = archive.load_into_new_account(json.loads(before), at=NOW)

    assert data_rights.serialize(data_rights.export(person)) == before
    kept = Decision.objects.get()
    assert (kept.model_version, kept.estimate, kept.candidate_set) == (None, None, None)
    assert decisions.decode(kept).slug == kept.practice
    with pytest.raises(ValueError, match="only on the server that made it"):
        decisions.replays_same(kept)


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
def test_tampered_decision_is_rejected(body):
    exported = json.loads(data_rights.serialize(export(lived().ada)))
    empty_the_instance()
    exported["decisions"][0]["body"] = body

    with pytest.raises(ImportRejected):
        archive.load_into_new_account(exported, at=NOW)

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
def test_tampered_reason_is_rejected(part):
    exported = json.loads(data_rights.serialize(export(lived().ada)))
    empty_the_instance()
    exported["decisions"][0]["body"] |= part

    with pytest.raises(ImportRejected):
        archive.load_into_new_account(exported, at=NOW)


def test_child_answers_and_big_changes_round_trip():
    lark = lived()
    change_child(lark.wren, helps={"rhythm": 1, "movement": 0}, by=lark.ada, at=NOW)
    record_big_change(lark.wren, by=lark.bo, at=NOW)
    record_big_change(lark.wren, by=lark.cem, at=NOW)
    before = data_rights.serialize(export(lark.ada))
    readable = readable_page.render(json.loads(before), at=NOW)
    empty_the_instance()

    person = archive.load_into_new_account(json.loads(before), at=NOW)

    assert data_rights.serialize(data_rights.export(person)) == before
    assert "Humming, music, a beat" in readable and "Something big changed" in readable
    assert BigChange.objects.count() == 1  # of her own home alone


def test_giver_exports_neither_answers_nor_changes():
    lark = lived()
    change_child(lark.wren, helps={"rhythm": 1}, by=lark.ada, at=NOW)
    record_big_change(lark.wren, by=lark.ada, at=NOW)

    exported = export(lark.nana)

    assert exported["big_changes"] == []
    assert not any("helps" in child for child in exported["children"])


def test_duplicate_decision_is_rejected():
    exported = json.loads(data_rights.serialize(export(lived().ada)))
    empty_the_instance()
    exported["decisions"].append({**exported["decisions"][0], "id": "another"})

    with pytest.raises(ImportRejected):
        archive.load_into_new_account(exported, at=NOW)


def test_erased_family_leaves_no_decisions_or_estimates():
    lark = lived()

    for one in (lark.cem, lark.bo, lark.ada):
        actions.finish_erasure(one.person, at=NOW)

    assert not Decision.objects.exists()
    assert not ChildEstimate.objects.exists()
    # The model holds numbers about all families and identifies no one.
    assert ModelVersion.objects.count() == 1
    night = training.learn(at=NOW + timedelta(days=1))
    assert (night.outcomes, night.children) == (0, 0)


def test_deleted_home_deletes_its_decisions():
    lark = lived()
    decide(lark, lark.cem, "there:1")

    for one in (lark.ada, lark.bo):
        actions.finish_erasure(one.person, at=NOW)

    assert list(Decision.objects.values_list("key", flat=True)) == ["there:1"]
    assert not ChildEstimate.objects.exists()
