"""Right now, as ordinary pages: every step by its address, in both languages, whatever stands in the address."""

import html
import json
import re
from itertools import product

import pytest

from everyhour.domain.practices.tests.libraries import real
from everyhour.domain.practices.vocabulary import CAREGIVER_STATES, SITUATIONS, STATES
from everyhour.domain.recommendations import bundle
from everyhour.domain.recommendations.advisor import OUTCOMES, PRESENCE_ONLY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("library")]

LANGUAGES = ("en", "es")


def step(answer) -> str:
    """Give the one step of the flow that is shown."""
    shown = re.findall(r'<section class="step[^>]*data-step="(\w+)"[^>]*>', answer.text)
    hidden = re.findall(r'<section class="step[^>]*data-step="(\w+)"[^>]*hidden>', answer.text)
    [only] = [name for name in shown if name not in hidden]
    return only


def title(answer) -> str:
    return html.unescape(re.search(r'<h1 id="h-idea"[^>]*>(.*?)</h1>', answer.text)[1])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("now/", "start"),
        *((f"now/you/{caregiver}/", "you") for caregiver in CAREGIVER_STATES),
        *((f"now/{state}/", "idea" if state in PRESENCE_ONLY else "around") for state in STATES),
        *((f"now/{state}/bedtime/", "idea") for state in STATES),
        *((f"now/alarm/{situation}/", "idea") for situation in (*SITUATIONS, "any")),
        ("now/alarm/car/after/", "after"),
        *(
            (f"now/alarm/any/{outcome}/", "safe" if outcome == "unsafe" else "done")
            for outcome in OUTCOMES
        ),
    ],
)
def test_each_step_is_a_page_of_its_own(client, language, path, shown):
    answer = client.get(f"/{language}/{path}")

    assert answer.status_code == 200
    assert f'<html lang="{language}"' in answer.text
    assert step(answer) == shown


def test_states_outcomes_and_situations_stand_in_their_order_on_every_database(client):
    """A thumb learns where the tiles are; the ladder runs from settled to past words."""
    start = client.get("/en/now/")

    told = start.context["bundle"]
    assert re.findall(r'<a class="box" href="[^"]*" data-state="(\w+)"', start.text) == list(STATES)
    assert re.findall(r'data-outcome="(\w+)"', start.text) == list(OUTCOMES)
    assert re.findall(r'data-you="(\w+)"', start.text) == list(CAREGIVER_STATES)
    assert list(told["situations"]) == list(real().vocabulary("situations"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_two_taps_lead_to_the_first_thing_to_do(client, language):
    start = client.get(f"/{language}/now/")
    around = client.get(re.search(r'href="(/\w+/now/alarm/)"', start.text)[1])
    idea = client.get(re.search(r'href="(/\w+/now/alarm/homework/)"', around.text)[1])

    assert step(idea) == "idea"
    offered = {practice["title"] for practice in bundle.current(language)["practices"]}
    assert title(idea) in offered


def test_something_else_brings_something_else_until_all_was_shown(client):
    address, titles = "/en/now/alarm/homework/", []

    for _ in range(60):
        answer = client.get(address)
        if 'id="offer"' not in answer.text:
            break
        titles.append(title(answer))
        address = html.unescape(
            re.search(r'href="([^"]*\?seen=[^"]*)"[^>]*data-else', answer.text)[1]
        )

    assert len(titles) == len(set(titles)) >= 3
    assert title(answer) == "That’s all for now. Being near is enough."


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_a_phone_keeps_has_its_page(client, language):
    answer = client.get(f"/{language}/now/phone/")

    assert answer.status_code == 200
    assert all(
        told["name"] in html.unescape(answer.text)
        for told in bundle.current(language)["crisis"].values()
    )


UNKNOWN = [
    "now/angry/",
    "now/ALARM/",
    "now/alarm/moon/",
    "now/moon/any/after/",
    "now/alarm/any/fine/",
    "now/you/happy/",
    f"now/{'x' * 5000}/",
    "now/%00/",
    "now/<b>/",
]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", UNKNOWN)
def test_an_unknown_step_says_so_and_begins_where_help_begins(client, language, path):
    answer = client.get(f"/{language}/{path}")

    assert answer.status_code == 404
    assert step(answer) == "start"
    assert ("That page doesn’t exist." if language == "en" else 'role="status"') in answer.text


ODD = [
    "x" * 100_000,
    ",".join(["wall-push"] * 20_000),
    "\x00\x1b\u202e,\x07",
    '"><script>alert(1)</script>',
    "%F0%28%8C%28",
    "," * 50_000,
    "😀",
]


@pytest.mark.parametrize(
    "seen",
    ODD,
    ids=[
        "100,000 characters",
        "many",
        "control characters",
        "markup",
        "percent",
        "commas",
        "emoji",
    ],
)
@pytest.mark.parametrize("path", ["now/alarm/any/", "now/fear/", "now/you/flooded/"])
def test_whatever_was_seen_help_still_comes(client, path, seen):
    answer = client.get(f"/en/{path}", {"seen": seen})

    assert answer.status_code == 200
    assert "<script>alert" not in answer.text
    assert len(answer.content) < 200_000


def test_bytes_that_are_no_text_still_bring_help(client):
    assert client.get("/en/now/alarm/any/?seen=%ff%fe%00").status_code == 200


def test_a_page_shows_only_words_of_its_language(client):
    english, spanish = client.get("/en/now/alarm/").text, client.get("/es/now/alarm/").text

    assert "What’s happening?" in english
    assert "What’s happening?" not in spanish


def test_what_was_drawn_is_written_beside_it_for_the_phone_to_keep(client):
    answer = client.get("/en/now/terror/")

    told = json.loads(re.search(r'<script id="offer"[^>]*>(.*?)</script>', answer.text)[1])
    assert set(told) == {"practice", "edition", "pocket", "rule", "probability", "among", "draw"}
    assert told["pocket"] == bundle.current("en")["version"]
    assert 0 <= told["draw"] < 1


@pytest.mark.parametrize(
    "path",
    [
        "now/",
        "now/you/steady/",
        "now/alarm/",
        "now/fear/",
        "now/alarm/any/",
        "now/alarm/any/after/",
        "now/alarm/any/settled/",
        "now/phone/",
        "now/pocket/",
    ],
)
def test_a_step_asks_the_database_one_question(client, path, django_assert_num_queries):
    client.get(f"/en/{path}")

    with django_assert_num_queries(1):
        client.get(f"/en/{path}")


def test_every_way_through_has_help_and_leave_on_it(client):
    for language, path in product(
        LANGUAGES,
        [
            "now/",
            "now/you/numb/",
            "now/alarm/",
            "now/terror/",
            "now/calm/any/after/",
            "now/calm/any/unsafe/",
            "now/phone/",
            "now/moon/",
        ],
    ):
        told = client.get(f"/{language}/{path}").text
        assert 'href="/help/' in told, (language, path)
        assert 'href="/leave/"' in told, (language, path)
