"""Import of an export: whole, identical, into an empty account, or not at all."""

import copy
import json
import time

import pytest

from everyhour.domain.families.models import Caregiver, Family
from everyhour.domain.moments import sync
from everyhour.domain.moments.models import Change, Moment, Note
from everyhour.features.data_rights import actions, archive
from everyhour.features.data_rights.tests.world import NOW, World, as_zip, export, log_change, world
from everyhour.foundation import data_rights
from everyhour.foundation.accounts.models import Person
from everyhour.foundation.data_rights import ImportRejected
from testing import make

pytestmark = pytest.mark.django_db


def lived() -> World:
    lark = world()
    moment = log_change(lark.ada, "one way", outcome="a_bit")
    log_change(lark.ada, "another, offline ✈️", moment=moment, counter=2)
    log_change(lark.bo, "him too", what={"title": "شيء صغير"})
    log_change(lark.ada, "mine alone", who={"private": True})
    log_change(lark.cem, "elsewhere", outcome="settled")
    log_change(lark.nana, "we baked", minutes=20)
    return lark


def empty_the_instance() -> None:
    for person in Person.objects.all():
        actions.finish_erasure(person, at=NOW)
    assert (
        not Family.objects.exists() and not Moment.objects.exists() and not Person.objects.exists()
    )


@pytest.mark.parametrize("name", ["ada", "cem", "nana"])
def test_import_then_export_is_identical(name):
    before = data_rights.serialize(export(getattr(lived(), name)))
    empty_the_instance()

    person = archive.load_into_new_account(json.loads(before), at=NOW)

    assert data_rights.serialize(data_rights.export(person)) == before


def test_import_keeps_former_membership():
    lark = lived()
    log_change(lark.bo, "alone", who={"private": True})
    lark.bo.until = NOW
    lark.bo.save()
    before = data_rights.serialize(export(lark.bo))
    empty_the_instance()

    person = archive.load_into_new_account(json.loads(before), at=NOW)

    assert data_rights.serialize(data_rights.export(person)) == before


def test_imported_moments_can_be_read_and_changed():
    exported = export(lived().ada)
    empty_the_instance()

    person = archive.load_into_new_account(exported, at=NOW)
    ada = Caregiver.objects.get(person=person)
    two = next(m for m in Moment.objects.all() if m.notes.count() == 2)
    log_change(ada, moment=two.key, counter=9, outcome="settled")

    assert sorted(note.opened for note in Note.objects.filter(moment=two)) == [
        "another, offline ✈️",
        "one way",
    ]
    assert Moment.objects.get(pk=two.pk).outcome == "settled"
    assert len(sync.changes_of(ada.family, two.key)) == 3


def test_import_of_existing_rows_is_rejected():
    lark = lived()
    exported = export(lark.ada)
    exported["person"][0]["email"] = "new@example.org"

    with pytest.raises(ImportRejected):
        archive.load_into_new_account(exported, at=NOW)

    assert not Person.objects.filter(email="new@example.org").exists()
    assert Family.objects.count() == 1


def test_account_with_moments_rejects_import():
    lark = lived()
    exported = export(lark.ada)

    with pytest.raises(ImportRejected):
        archive.load(exported, person=lark.bo.person, at=NOW)


def invalid_exports(exported: dict):
    """Yield exports with one thing wrong each, as an attacker would try them."""
    someone = make.guardian(make.family())

    def bad(table, name, value):
        broken = copy.deepcopy(exported)
        broken[table][0][name] = value
        return broken

    yield bad("households", "family", someone.family_id)
    yield bad("moments", "household", someone.household_id)
    yield bad("notes", "moment", make.moment(someone).pk)
    yield bad("caregivers", "role", "king")
    yield bad("moments", "outcome", "x" * 300)
    yield bad("moments", "at", "yesterday")
    yield bad("moments", "key", None)
    yield bad("moments", "zone", [])
    yield bad("families", "id", "../../etc")
    yield bad("families", "id", someone.family_id)
    yield bad("changes", "body", {"set": {"whom": {"kind": "given", "child": "nobody"}}})
    yield bad("changes", "body", {"set": {"rule": "mine"}})
    yield bad("changes", "body", "text")
    yield bad("children", "foods", 7)
    yield bad("children", "bodies", ["wings"])
    yield bad("children", "bodies", ["deaf", "deaf"])
    yield bad("children", "bodies", "deaf")
    yield bad("children", "bodies", {"deaf": 1})
    yield bad("children", "bodies", [["deaf"]])
    yield bad("children", "hard", ["somewhere"])
    yield bad("children", "hard", [None])
    yield bad("children", "care_touch", "often")
    yield bad("zones", "zone", "Mars/Olympus")
    yield {**exported, "moments": {}} | {"moments": "all"}
    yield {**exported, "person": []}
    yield {**exported, "families": exported["families"] * 2}


def test_tampered_file_changes_nothing():
    exported = export(lived().ada)
    empty_the_instance()
    tries = list(invalid_exports(exported))
    people, families = Person.objects.count(), Family.objects.count()

    for number, broken in enumerate(tries):
        with pytest.raises(ImportRejected):
            archive.load_into_new_account(broken, at=NOW)
            pytest.fail(f"spoiled {number} came in")

    assert (Person.objects.count(), Family.objects.count(), Change.objects.count()) == (
        people,
        families,
        0,
    )


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b"\xff\xfe",
        b"PK\x03\x04broken",
        b'{"everyhour": 2}',
        b'{"everyhour": 1, "x": "\\u0000"}',
        b"[" * 99_999,
    ],
)
def test_foreign_file_is_rejected_with_reason(data, client):
    person = make.person()
    sign_in(client, person)
    file = as_zip({})
    file.seek(0)
    file.truncate()
    file.write(data)
    file.seek(0)

    answer = client.post("/en/data/import/", {"file": file})

    assert answer.status_code == 400
    assert "wrong" in answer.content.decode()


def test_import_page_replaces_an_empty_family(client):
    exported = export(lived().ada)
    empty_the_instance()
    begun = make.guardian(make.family())
    make.child(begun.family)
    sign_in(client, begun.person)

    answer = client.post("/en/data/import/", {"file": as_zip(exported)}, follow=False)

    again = data_rights.export(Person.objects.get())
    assert answer.status_code == 302
    assert {**again, "person": exported["person"]} == exported
    assert again["person"][0]["email"] == begun.person.email
    assert not Family.objects.filter(pk=begun.family_id).exists()


def sign_in(client, person) -> None:
    client.force_login(person)
    session = client.session
    session["reauthenticated_at"] = time.time()
    session.save()
