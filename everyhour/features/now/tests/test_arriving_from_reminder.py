"""A nudge leads to one small thing at once; what came of it says that it was a nudge."""

import json
import re

import pytest

from everyhour.domain.moments import upgrades
from testing import make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("library")]


def offered(page: str) -> dict:
    return json.loads(re.search(r'<script id="offer"[^>]*>(.*?)</script>', page)[1])


def step(page: str) -> str:
    return re.search(r'data-at="(\w+)"', page)[1]


def test_without_scripts_the_page_shows_that_practice(client):
    page = client.get("/en/now/?practice=wall-push&nudge=abc").content.decode()

    assert step(page) == "idea"
    assert "Push the wall together" in page
    made = offered(page)
    assert (made["practice"], made["rule"], made["probability"], made["nudge"]) == (
        "wall-push",
        "nudge",
        1,
        "abc",
    )


@pytest.mark.parametrize("slug", ["nobody-has-this", "", "../../etc", "x" * 3000, "%F0%9F%A6%8A"])
def test_a_practice_nobody_has_opens_the_usual_start(client, slug):
    answer = client.get(f"/en/now/?practice={slug}")

    assert (answer.status_code, step(answer.content.decode())) == (200, "start")


def test_a_name_that_can_be_none_is_left_out(client):
    assert "nudge" not in offered(
        client.get("/en/now/?practice=wall-push&nudge=a%20b").content.decode()
    )


def test_what_the_family_said_never_to_suggest_is_not_shown_either(client):
    family = make.family()
    me = make.guardian(family)
    make.child(family, never=["wall-push"])
    client.force_login(me.person)

    assert step(client.get("/en/now/?practice=wall-push&nudge=abc").content.decode()) == "start"


@pytest.mark.parametrize(("kept", "origin"), [({"origin": "nudge"}, "nudge"), ({}, "right_now")])
def test_the_moment_says_where_it_came_from(kept, origin):
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
        **kept,
    }

    told = upgrades.from_1({"child": "c", "set": moment})["set"]

    assert told["origin"] == origin
    assert told["decision"] == [{name: value for name, value in offer.items() if name != "strange"}]
