"""Export: what a person gets, and what stays with others."""

import io
import json
import time
import zipfile

import pytest

from everyhour.domain.families.models import HouseholdShare, Level
from everyhour.domain.moments.models import Change, Moment, Note
from everyhour.features.data_rights import archive
from everyhour.features.data_rights.tests.world import NOW, export, log_change, world
from everyhour.foundation import data_rights
from testing import make

pytestmark = pytest.mark.django_db


def text(exported: dict) -> str:
    return data_rights.serialize(exported).decode()


def test_guardian_exports_family_moments_and_notes():
    lark = world()
    log_change(
        lark.ada, "rocked her, hummed 🎵", outcome="settled", what={"title": "the long song"}
    )

    exported = export(lark.ada)

    assert [row["email"] for row in exported["person"]] == ["ada@example.org"]
    assert {row["name"] for row in exported["caregivers"]} == {"Ada", "Bo", "Nana"}
    assert [row["name"] for row in exported["caregivers"] if row["me"]] == ["Ada"]
    assert exported["children"][0]["foods"] == "no peas, ever"
    assert (exported["moments"][0]["title"], exported["moments"][0]["outcome"]) == (
        "the long song",
        "settled",
    )
    assert exported["notes"][0]["text"] == "rocked her, hummed 🎵"
    assert exported["changes"][0]["body"]["note"]["text"] == "rocked her, hummed 🎵"


def test_export_has_no_other_accounts():
    lark = world()

    exported = text(export(lark.ada))

    assert "bo@example.org" not in exported and "cem@example.org" not in exported
    assert lark.bo.person_id not in exported
    assert lark.ada.person.password not in exported


def test_export_leaves_out_others_private_moments():
    lark = world()
    log_change(lark.bo, "BO-ALONE", who={"private": True})

    assert "BO-ALONE" not in text(export(lark.ada))
    assert "BO-ALONE" in text(export(lark.bo))


def test_export_has_only_own_undone_changes():
    lark = world()
    moment = log_change(lark.bo, "BO-FIRST", what={"title": "BO-TITLE"})
    log_change(
        lark.bo,
        "calmer words",
        moment=moment,
        counter=2,
        replaces=[Change.objects.get().key],
        what={"title": "a walk"},
    )

    exported = text(export(lark.ada))

    assert "BO-FIRST" not in exported and "BO-TITLE" not in exported
    assert "calmer words" in exported and "a walk" in exported
    assert "BO-FIRST" in text(export(lark.bo))


def test_export_respects_household_shares():
    lark = world()
    log_change(lark.cem, "CEM-NOTE", outcome="a_bit")
    log_change(lark.ada, "ADA-NOTE")

    assert "a_bit" in text(export(lark.ada)) and "CEM-NOTE" not in text(export(lark.ada))
    assert all(
        row["body"]["note"] is None
        for row in export(lark.ada)["changes"]
        if row["by"] == lark.cem.pk
    )
    assert "ADA-NOTE" not in text(export(lark.cem))

    HouseholdShare.objects.update(level=Level.NOTES)
    assert "CEM-NOTE" in text(export(lark.ada))

    HouseholdShare.objects.update(level=Level.HOURS)
    assert "a_bit" not in text(export(lark.ada))


def test_export_names_shared_household_and_its_givers():
    lark = world()
    there = lark.cem.household
    finn = make.child(lark.family, nickname="FINN-THERE", households=[there], at=NOW)
    finn.set_private("foods", "FINN-FOODS")
    finn.save()
    there.name = "by the lake"
    there.save()

    exported = export(lark.ada)
    assert "by the lake" in text(exported)
    assert (
        "Cem" not in text(exported)
        and "FINN" not in text(exported)
        and finn.pk not in text(exported)
    )
    assert "FINN" not in text(export(lark.nana))

    log_change(lark.cem, "CEM-NOTE", outcome="a_bit")
    assert [row for row in export(lark.ada)["caregivers"] if row["name"] == "Cem"] == [
        {
            "id": lark.cem.pk,
            "family": lark.family.pk,
            "household": there.pk,
            "name": "Cem",
            "role": "guardian",
            "since": "2026-11-16T09:00:00.000000Z",
            "until": None,
            "me": False,
        }
    ]


def test_giver_exports_own_membership_and_moments():
    lark = world()
    log_change(lark.nana, "we baked")
    log_change(lark.ada, "ADA-NOTE")

    exported = export(lark.nana)

    assert [row["name"] for row in exported["caregivers"]] == ["Nana"]
    assert [note["text"] for note in exported["notes"]] == ["we baked"]
    assert "no peas" not in text(exported) and "ADA-NOTE" not in text(exported)


def test_former_member_exports_membership_and_private_moments():
    lark = world()
    log_change(lark.bo, "BO-ALONE", who={"private": True})
    log_change(lark.bo, "BO-SHARED")
    lark.bo.until = NOW
    lark.bo.save()

    exported = export(lark.bo)

    assert exported["caregivers"][0]["until"]
    assert "BO-ALONE" in text(exported) and "BO-SHARED" not in text(exported)
    assert "Wren" not in text(exported) and "Lark" not in text(exported)
    assert [row["name"] for row in exported["caregivers"]] == ["Bo"] and exported["homes"] == []


def test_person_without_family_exports_account():
    someone = make.person("alone@example.org")

    exported = data_rights.export(someone)

    assert exported["person"][0]["email"] == "alone@example.org" and exported["families"] == []


def test_export_is_deterministic():
    lark = world()
    log_change(lark.ada, "one")

    assert data_rights.serialize(export(lark.ada)) == data_rights.serialize(export(lark.ada))


def test_export_page_returns_zip_with_page_and_data(client):
    lark = world()
    log_change(lark.ada, "<script>alert('no')</script>")
    sign_in(client, lark.ada)

    shown = client.get("/en/data/export/")
    answer = client.post("/en/data/export/")
    pack = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))

    assert shown.status_code == answer.status_code == 200
    assert (
        "attachment" in answer["Content-Disposition"] and "Ada" not in answer["Content-Disposition"]
    )
    page = pack.read(archive.PAGE).decode()
    assert json.loads(pack.read(archive.DATA))["everyhour"] == 1
    assert (
        "&lt;script&gt;" in page
        and "<script" not in page
        and "http" not in page.replace("http-equiv", "")
    )
    assert "The week of" in page and "<style>" in page


def test_export_requires_reauthentication(client):
    lark = world()
    client.force_login(lark.ada.person)

    answer = client.post("/en/data/export/")

    assert answer.status_code == 302 and "next=" in answer["Location"]


def test_export_redirects_guests_to_sign_in(client):
    for path in ("", "export/", "import/", "erase/"):
        assert client.get(f"/en/data/{path}").status_code == 302


def test_export_of_ten_thousand_notes_takes_seconds():
    lark = world()
    moments = [make.moment(lark.ada, child=lark.wren) for _ in range(2)]
    for moment in moments:
        keys = [f"{moment.pk}-{number}"[-36:] for number in range(5_000)]
        Note.objects.bulk_create(
            Note(
                moment=moment,
                change_key=key,
                by=lark.ada,
                at=NOW,
                text=lark.family.seal("hummed " * 20, place=f"note:{moment.key}:{key}"),
            )
            for key in keys
        )
    began = time.monotonic()

    packed = archive.create(lark.ada.person, at=NOW)

    assert time.monotonic() - began < 30
    assert len(json.loads(zipfile.ZipFile(packed).read(archive.DATA))["notes"]) == 10_000
    assert Moment.objects.count() == 2


def sign_in(client, caregiver) -> None:
    """Sign in with a recent reauthentication."""
    client.force_login(caregiver.person)
    session = client.session
    session["reauthenticated_at"] = time.time()
    session.save()
