"""Planning a practice into a part of the day, and removing it again."""

from datetime import UTC, datetime

import pytest
import time_machine

from everyhour.domain.rhythm.models import Planned
from testing import make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("library")]
THURSDAY = datetime(2026, 11, 19, 23, 40, tzinfo=UTC)  # twenty to six in Chicago
DAY = {"wakes": 420, "dinner": 1095, "bed": 1200}


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(THURSDAY, tick=False) as moved:
        yield moved


@pytest.fixture
def ada(client):
    family = make.family()
    make.child(family, day=DAY, functions_like_age=7)
    ada = make.guardian(family)
    client.force_login(ada.person)
    return ada


def plan(client, **columns):
    return client.post(
        "/en/rhythm/plan/", {"practice": "wall-push", "into": "dinner", **columns}, follow=True
    )


def test_planned_practice_appears_on_today(client, ada):
    assert (
        "/en/rhythm/plan/?practice=wall-push" in client.get("/en/ideas/practices/wall-push/").text
    )
    page = client.get("/en/rhythm/plan/?practice=wall-push").text
    assert "One or two a day is a good start." in page and "Dinner, 6:15 pm" in page

    response = plan(client)

    assert "Planned. Today will show it at the right time." in response.text
    assert client.get("/en/today/").context["today"].next.practice == "wall-push"
    assert "Planned, before dinner" in client.get("/en/today/").text


def test_plan_without_a_way_for_the_body_says_so(client, ada):
    child = ada.family.children.get()
    child.bodies = ["blind"]
    child.save()

    page = client.get("/en/rhythm/plan/?practice=pop-the-bubble").text
    planned = plan(client, practice="pop-the-bubble").text

    sentence = "Not suggested: It has no way that fits Wren’s body."
    assert sentence in page and sentence in planned
    assert client.get("/en/today/").context["today"].next.practice != "pop-the-bubble"


def test_plan_that_fits_the_body_says_nothing(client, ada):
    assert "Not suggested" not in client.get("/en/rhythm/plan/?practice=pop-the-bubble").text
    assert "Not suggested" not in plan(client, practice="pop-the-bubble").text


def test_advice_shows_once_and_is_no_limit(client, ada):
    for into in ("dinner", "bed"):
        plan(client, into=into)
    plan(client, practice="low-hum", into="bed")

    assert Planned.objects.count() == 3
    assert "good start" not in client.get("/en/rhythm/plan/?practice=low-hum").text


def test_origin_and_weekdays_are_stored(client, ada):
    plan(client, **{"from": "helps", "weekdays": ["1", "3"]})

    planned = Planned.objects.get()
    assert (planned.origin, planned.weekdays, planned.by) == ("helps", [1, 3], ada)


def test_removal_and_undo(client, ada):
    plan(client)
    planned = Planned.objects.get()
    address = f"/en/rhythm/planned/{planned.pk}/removal/"

    assert "No longer planned." in client.post(address, {"undo": "1"}, follow=True).text
    assert "Restored." in client.post(address, {"undo": "1"}, follow=True).text
    planned.refresh_from_db()
    assert planned.until is None


def test_child_without_day_links_to_adding_one(client, ada):
    ada.family.children.update(day={})

    page = client.get("/en/rhythm/plan/?practice=wall-push").text

    assert "Add your usual day" in page


def test_unknown_practice_or_part_is_refused(client, ada):
    assert client.get("/en/rhythm/plan/?practice=nothing").status_code == 404
    answer = plan(client, into="")
    assert answer.status_code == 422 and "Choose a part of the day." in answer.text
    assert plan(client, into="nowhere").status_code == 422
    assert not Planned.objects.exists()
