"""A form is carried out once, however often it arrives; a phone gets an answer it can read."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import RequestFactory

from everyhour.domain.moments.models import Moment, Rest
from everyhour.foundation.submissions import tasks
from everyhour.foundation.submissions.middleware import sent_at
from everyhour.foundation.submissions.models import Submission
from testing import make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("library")]
NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
KEY = "0d5f0a3e-6f0c-4f5e-9d3a-2f4c1b7a9e10"
KEPT = {"Everyhour-Kept": "60000"}
ON = f"{NOW:%Y-%m-%d}"


@pytest.fixture
def ada(client):
    ada = make.guardian(make.family(at=NOW - timedelta(days=60)))
    make.child(ada.family)
    client.force_login(ada.person)
    return ada


def moment(**more) -> dict:
    ids = {"key": str(uuid.uuid4()), "moment": str(uuid.uuid4())}
    return {"title": "Song", "kind": "given", "day": ON, "time": "08:00", **ids, **more}


def log(client, *, headers=None, **more):
    return client.post("/en/moments/log/", form(**more), headers=headers or {}, **URLENCODED)


URLENCODED = {"content_type": "application/x-www-form-urlencoded"}


def form(**more) -> str:
    from urllib.parse import urlencode

    return urlencode(moment(**more))


def test_form_with_a_key_is_carried_out_once(client, ada):
    child = ada.family.children.get().pk

    first = log(client, child=child, giver=ada.pk, submission=KEY)
    again = log(client, child=child, giver=ada.pk, submission=KEY)

    assert (first.status_code, again.status_code) == (302, 302)
    assert first["Location"] == again["Location"]
    assert Moment.objects.count() == 1


def test_without_a_key_every_form_is_carried_out(client, ada):
    child = ada.family.children.get().pk

    log(client, child=child, giver=ada.pk)
    log(client, child=child, giver=ada.pk)

    assert Moment.objects.count() == 2


def test_form_with_an_error_can_be_corrected_under_the_same_key(client, ada):
    child = ada.family.children.get().pk

    wrong = log(client, child=child, giver=ada.pk, submission=KEY, time="25:99")
    right = log(client, child=child, giver=ada.pk, submission=KEY)

    assert (wrong.status_code, right.status_code) == (422, 302)
    assert Moment.objects.count() == Submission.objects.count() == 1


def test_key_of_another_person_is_another_form(client, ada):
    log(client, child=ada.family.children.get().pk, giver=ada.pk, submission=KEY)
    ben = make.guardian(make.family(), who=make.person())
    pip = make.child(ben.family)
    client.force_login(ben.person)

    log(client, child=pip.pk, giver=ben.pk, submission=KEY)

    assert Moment.objects.filter(family=ben.family).count() == 1


def test_phone_that_kept_a_form_gets_json(client, ada):
    child = ada.family.children.get().pk

    theirs = client.get("/en/today/").headers["Everyhour-Person"].partition(".")[0]
    kept = {**KEPT, "Everyhour-Person": theirs}

    done = log(client, headers=kept, child=child, giver=ada.pk, submission=KEY)
    wrong = log(client, headers=kept, child=child, giver=ada.pk, submission=KEY[:-1] + "1", time="")
    client.logout()
    out = log(client, headers=kept, child=child, giver=ada.pk, submission=KEY)

    assert (done.status_code, done.json()["state"]) == (200, "done")
    assert (wrong.status_code, wrong.json()["state"]) == (422, "refused")
    assert (out.status_code, out.json()["state"]) == (401, "signed-out")


def test_kept_form_of_somebody_else_is_not_taken_for_theirs(client, ada):
    child = ada.family.children.get().pk
    other = {**KEPT, "Everyhour-Person": "0" * 20}

    answer = log(client, headers=other, child=child, giver=ada.pk, submission=KEY)

    assert answer.status_code == 401 and not Moment.objects.exists()


def test_day_off_kept_before_midnight_is_that_day(client, ada):
    ada.person.move("UTC", at=NOW - timedelta(days=90))
    theirs = client.get("/en/today/").headers["Everyhour-Person"]
    with time_machine.travel(datetime(2026, 11, 21, 0, 10, tzinfo=UTC)):
        client.post(
            "/en/today/rest/",
            f"submission={KEY}",
            headers={"Everyhour-Kept": str(20 * 60_000), "Everyhour-Person": theirs},
            **URLENCODED,
        )

    assert f"{Rest.objects.get().on}" == "2026-11-20"


@pytest.mark.parametrize("waited", ["-1", "soon", str(31 * 86_400_000), "9" * 40, ""])
def test_impossible_waiting_time_counts_as_none(waited):
    request = RequestFactory().post("/", headers={"Everyhour-Kept": waited})

    with time_machine.travel(NOW, tick=False):
        assert sent_at(request) == NOW


def test_submissions_are_forgotten_after_thirty_days(ada):
    for days in (29, 31):
        Submission.objects.create(
            person=ada.person, key=f"{days}", at=NOW - timedelta(days=days), location="/"
        )

    tasks.delete_old(NOW)

    assert Submission.objects.get().key == "29"


def test_kept_line_is_saved_as_understood_at_the_time_it_was_typed(client, ada):
    ada.person.move("UTC", at=NOW - timedelta(days=90))
    theirs = client.get("/en/today/").headers["Everyhour-Person"]

    with time_machine.travel(NOW):
        answer = client.post(
            "/en/moments/line/",
            f"submission={KEY}&line=sang+on+the+stairs+10+min",
            headers={"Everyhour-Kept": str(3 * 3_600_000), "Everyhour-Person": theirs},
            **URLENCODED,
        )

    saved = Moment.objects.get()
    assert answer.json()["state"] == "done"
    assert abs(saved.at - (NOW - timedelta(hours=3))) < timedelta(minutes=1)
    assert (saved.minutes, saved.origin) == (10, "line")
    assert "stairs" in saved.own_title
