"""A reminder opens its practice at once, and the moment stores that it came from a nudge."""

import json
import re

import pytest

from everyhour.domain.moments import upgrades
from testing import make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("library")]
FIRST = "breath"


def offered(page: str) -> dict:
    return json.loads(re.search(r'<script id="offer"[^>]*>(.*?)</script>', page)[1])


def step(page: str) -> str:
    return re.search(r'data-at="(\w+)"', page)[1]


def test_page_of_a_reminder_shows_its_practice_without_scripts(client):
    page = client.get("/en/now/?practice=wall-push&nudge=abc").text

    assert step(page) == "idea"
    assert "Push the wall together" in page
    offer = offered(page)
    assert (offer["practice"], offer["rule"], offer["nudge"]) == ("wall-push", "nudge", "abc")
    assert offer["probability"] == 1


@pytest.mark.parametrize("slug", ["nobody-has-this", "", "../../etc", "x" * 3000, "%F0%9F%A6%8A"])
def test_unknown_practice_opens_the_first_step(client, slug):
    response = client.get(f"/en/now/?practice={slug}")

    assert (response.status_code, step(response.text)) == (200, FIRST)


def test_invalid_nudge_id_is_left_out_of_the_offer(client):
    page = client.get("/en/now/?practice=wall-push&nudge=a%20b").text

    assert "nudge" not in offered(page)


def test_practice_turned_off_by_the_family_is_not_shown(client):
    family = make.family()
    me = make.guardian(family)
    make.child(family, never=["wall-push"])
    client.force_login(me.person)

    page = client.get("/en/now/?practice=wall-push&nudge=abc").text

    assert step(page) == FIRST


@pytest.mark.parametrize(("stored", "origin"), [({"origin": "nudge"}, "nudge"), ({}, "right_now")])
def test_upgraded_moment_keeps_its_origin_and_known_offer_fields(stored, origin):
    offer = {
        "practice": "wall-push",
        "edition": 1,
        "rule": "nudge",
        "probability": 1,
        "nudge": "abc",
        "strange": 1,
    }
    moment = {
        "at": "2026-11-23T18:00:00.000Z",
        "state": "calm",
        "outcome": "settled",
        "offers": [offer],
        **stored,
    }

    fields = upgrades.from_1({"child": "c", "set": moment})["set"]

    assert fields["origin"] == origin
    assert fields["decision"] == [
        {name: value for name, value in offer.items() if name != "strange"}
    ]
