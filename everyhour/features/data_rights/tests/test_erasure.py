"""Erasure of a person: everything of theirs, and nothing of others."""

import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.sessions.models import Session

from everyhour.domain.families.models import Caregiver, Family, Household, Invitation
from everyhour.domain.moments import sync
from everyhour.domain.moments.models import Change, Moment, Note, Rest
from everyhour.features.data_rights import actions, tasks
from everyhour.features.data_rights.models import ErasureRequest
from everyhour.features.data_rights.tests.world import NOW, log_change, world
from everyhour.foundation.accounts.models import Person
from everyhour.foundation.audit.models import Entry
from everyhour.foundation.lib import sealing
from testing import make

pytestmark = pytest.mark.django_db


def go(caregiver) -> None:
    actions.finish_erasure(Person.objects.get(pk=caregiver.person_id), at=NOW)


def test_erasure_keeps_others_family_without_name_and_words():
    lark = world()
    shared = log_change(lark.bo, "BO-NOTE", outcome="settled", what={"title": "BO-TITLE"})
    alone = log_change(lark.bo, "BO-ALONE", who={"private": True})
    hers = log_change(lark.ada, "ADA-NOTE")

    go(lark.bo)

    place = Caregiver.objects.get(pk=lark.bo.pk)
    assert (place.name, place.person, place.until) == ("", None, NOW)
    assert not Person.objects.filter(email="bo@example.org").exists()
    kept = Moment.objects.get(key=shared)
    assert (kept.outcome, kept.caregiver, kept.own_title) == ("settled", place, "")
    assert (
        not Moment.objects.filter(key=alone).exists()
        and not Change.objects.filter(moment_key=alone).exists()
    )
    assert [note.opened for note in Note.objects.all()] == ["ADA-NOTE"]
    assert "BO-" not in str([sync.changes_of(lark.family, key) for key in (shared, hers)])


def test_moments_of_erased_person_can_still_be_edited():
    lark = world()
    shared = log_change(lark.bo, "BO-NOTE", outcome="a_bit")
    go(lark.bo)

    log_change(lark.ada, "later", moment=shared, counter=5, outcome="settled")

    assert Moment.objects.get(key=shared).outcome == "settled"
    assert [note.opened for note in Note.objects.all()] == ["later"]


def test_erasing_last_guardian_deletes_family():
    lark = world()
    log_change(lark.nana, "NANA-NOTE")
    Rest.objects.create(
        family=lark.family,
        household=lark.ada.household,
        on="2026-11-22",
        zone="UTC",
        by=lark.ada,
        created_at=NOW,
    )
    for caregiver in (lark.ada, lark.bo):
        go(caregiver)
    assert Family.objects.exists()

    go(lark.cem)

    assert not any(
        model.objects.exists()
        for model in (Family, Household, Caregiver, Moment, Change, Note, Rest)
    )
    assert Person.objects.get().email == "nana@example.org"


def test_household_without_guardian_is_deleted():
    lark = world()
    log_change(lark.cem, "CEM-NOTE")
    log_change(lark.ada, "ADA-NOTE")

    go(lark.cem)

    assert [note.opened for note in Note.objects.all()] == ["ADA-NOTE"]
    assert Change.objects.count() == Moment.objects.count() == 1
    assert Family.objects.get().caregivers.present().count() == 3


def test_guardian_without_account_does_not_keep_family():
    only = make.guardian(make.family())
    Caregiver.objects.create(
        family=only.family, household=only.household, role="guardian", name="Once", since=NOW
    )

    go(only)

    assert not Family.objects.exists()


def test_family_key_is_destroyed_before_rows():
    only = make.guardian(make.family())
    note = only.family.seal("private", place="x")

    from everyhour.domain.families import data_rights as families

    families.destroy_key(only.family)

    with pytest.raises(sealing.Unreadable):
        Family.objects.get().unseal(note, place="x")


def test_erasure_leaves_other_families_untouched():
    lark, other = world(), make.guardian(make.family())
    make.moment(other)
    before = [
        list(model.objects.filter(pk__in=[row.pk]).values())
        for model, row in ((Family, other.family), (Person, other.person))
    ]
    for caregiver in (lark.ada, lark.bo, lark.cem, lark.nana):
        go(caregiver)

    after = [
        list(model.objects.filter(pk__in=[row.pk]).values())
        for model, row in ((Family, other.family), (Person, other.person))
    ]

    assert before == after
    assert Moment.objects.count() == 1


def test_erasure_deletes_invitations():
    lark = world()
    Invitation.objects.create(
        family=lark.family,
        household=lark.ada.household,
        token_digest="d",
        role="guardian",
        name="Bo",
        email="bo@example.org",
        by=lark.ada,
        created_at=NOW,
        expires_at=NOW,
        used_at=NOW,
    )

    go(lark.bo)

    assert (
        not Invitation.objects.filter(name="Bo").exists()
        and not Invitation.objects.filter(email="bo@example.org").exists()
    )


def test_erasure_deletes_sessions_and_messages(client, settings, tmp_path):
    settings.MAILERS = {"default": {"BACKEND": "x", "OPTIONS": {"file_path": str(tmp_path)}}}
    Path(tmp_path / "1.log").write_text("To: ada@example.org")
    Path(tmp_path / "2.log").write_text("To: bo@example.org")
    lark = world()
    client.force_login(lark.ada.person)

    go(lark.ada)

    assert not Session.objects.exists()
    assert [path.name for path in tmp_path.iterdir()] == ["2.log"]


def test_audit_log_has_no_names_after_erasure():
    lark = world()
    log_change(lark.bo, "BO-NOTE")
    go(lark.bo)

    exported = str(list(Entry.objects.values()))

    assert "erased" in exported and "bo@example.org" not in exported and "BO-" not in exported


@pytest.mark.django_db(transaction=True)  # else emptying the log waits for this test
def test_erasure_request_can_be_cancelled_for_seven_days(client):
    lark = world()
    sign_in(client, lark.ada)

    client.post("/en/data/erase/", {"when": "later"})
    asked = ErasureRequest.objects.get()
    tasks.erase_due(asked.due_at - timedelta(minutes=1))
    shown = client.get("/en/data/").content.decode()
    client.post("/en/data/erase/cancel/")
    tasks.erase_due(asked.due_at + timedelta(days=9))

    assert asked.due_at - asked.asked_at == timedelta(days=7)
    assert "Nothing changes until then" in shown
    assert Person.objects.filter(email="ada@example.org").exists()


@pytest.mark.django_db(transaction=True)
def test_due_erasure_requests_are_carried_out():
    lark = world()
    asked = actions.request_erasure(lark.ada.person, by=lark.ada.person, at=NOW)

    tasks.erase_due(asked.due_at)

    assert not Person.objects.filter(email="ada@example.org").exists()
    assert not ErasureRequest.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_immediate_erasure_requires_confirmation(client):
    lark = world()
    sign_in(client, lark.ada)

    unsure = client.post("/en/data/erase/", {"when": "now"})
    gone = client.post("/en/data/erase/", {"when": "now", "sure": "on"}, follow=True)

    assert unsure.status_code == 400 and "tick the box" in unsure.content.decode()
    assert gone.redirect_chain[-1][0] == "/en/data/gone/" and gone.status_code == 200
    assert not Person.objects.filter(email="ada@example.org").exists()
    assert client.get("/en/data/").status_code == 302


def test_erase_page_lists_what_is_deleted_and_kept(client):
    lark = world()
    log_change(lark.ada, "note")
    only = make.guardian(make.family(name="Robin"), who=lark.ada.person)
    make.child(only.family, nickname="Pip")
    sign_in(client, lark.ada)

    said = client.get("/en/data/erase/").content.decode()

    assert (
        "Your name in the family Lark" in said
        and "The whole family (Robin)" in said
        and "Pip" in said
    )
    assert "whether it helped" in said


def sign_in(client, caregiver) -> None:
    client.force_login(caregiver.person)
    session = client.session
    session["reauthenticated_at"] = time.time()
    session.save()
