"""Right now as ordinary pages: every step by its address, in both languages, with odd input."""

import html
import json
import re

import pytest

from everyhour.domain.practices.tests.libraries import real
from everyhour.domain.practices.vocabulary import CAREGIVER_STATES, SITUATIONS, STATES
from everyhour.domain.recommendations import bundle
from everyhour.domain.recommendations.advisor import OUTCOMES, PRESENCE_ONLY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("library")]

LANGUAGES = ("en", "es")


def step(response) -> str:
    """Return the only step of the page that is not hidden."""
    shown = re.findall(r'<section class="step[^>]*data-step="(\w+)"[^>]*>', response.text)
    hidden = re.findall(r'<section class="step[^>]*data-step="(\w+)"[^>]*hidden>', response.text)
    [only] = [name for name in shown if name not in hidden]
    return only


def title(response) -> str:
    return html.unescape(re.search(r'<h1 id="h-idea"[^>]*>(.*?)</h1>', response.text)[1])


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
def test_each_step_has_its_own_page(client, language, path, shown):
    response = client.get(f"/{language}/{path}")

    assert response.status_code == 200
    assert f'<html lang="{language}"' in response.text
    assert step(response) == shown


def test_states_outcomes_and_situations_keep_their_order(client):
    """Parents learn where the tiles are, so no database may reorder them."""
    start = client.get("/en/now/")

    assert re.findall(r'<a class="box" href="[^"]*" data-state="(\w+)"', start.text) == list(STATES)
    assert re.findall(r'data-outcome="(\w+)"', start.text) == list(OUTCOMES)
    assert re.findall(r'data-you="(\w+)"', start.text) == list(CAREGIVER_STATES)
    assert list(start.context["bundle"]["situations"]) == list(real().vocabulary("situations"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_two_links_lead_to_a_practice(client, language):
    start = client.get(f"/{language}/now/")
    around = client.get(re.search(r'href="(/\w+/now/alarm/)"', start.text)[1])
    idea = client.get(re.search(r'href="(/\w+/now/alarm/homework/)"', around.text)[1])

    assert step(idea) == "idea"
    offered = {practice["title"] for practice in bundle.current(language)["practices"]}
    assert title(idea) in offered


def test_something_else_shows_every_practice_once(client):
    titles = offered_titles(client, "/en/now/alarm/homework/")

    assert len(titles) == len(set(titles)) >= 4
    assert titles[-1] == "That’s all for now. Being near is enough."


@pytest.mark.parametrize("situation", ["homework", "bedtime", "dressing"])
def test_page_of_a_guest_offers_no_touch_and_nothing_for_some_ages(client, situation):
    practices = {p["title"]: p for p in bundle.current("en")["practices"]}

    *titles, _end = offered_titles(client, f"/en/now/alert/{situation}/")

    assert titles
    for name in titles:
        assert practices[name]["touch"] != "needed" and practices[name]["any_age"], name


def test_page_of_a_guest_shows_the_way_without_touch(client):
    optional = {p["slug"]: p for p in bundle.current("en")["practices"] if p["touch"] == "optional"}
    slug, practice = next((s, p) for s, p in optional.items() if p["any_age"])

    page = client.get(f"/en/now/?practice={slug}").text

    steps = re.search(r'<ol class="how" data-steps>(.*?)</ol>', page, re.S)[1]
    assert html.unescape(re.sub(r"<[^>]*>", "", steps)).split() == without_names(
        practice["no_touch"]
    )


def without_names(text: str) -> list[str]:
    child, at_start = bundle.current("en")["child"]
    return text.replace("{child}", child).replace("{Child}", at_start).split()


def offered_titles(client, address: str) -> list[str]:
    """Tap "something else" until nothing is left; return the titles, with the last page's."""
    titles = []
    for _ in range(80):
        response = client.get(address)
        titles.append(title(response))
        if 'id="offer"' not in response.text:
            break
        address = html.unescape(
            re.search(r'href="([^"]*\?seen=[^"]*)"[^>]*data-else', response.text)[1]
        )
    return titles


@pytest.mark.parametrize("language", LANGUAGES)
def test_phone_page_lists_every_country(client, language):
    response = client.get(f"/{language}/now/phone/")

    assert response.status_code == 200
    text = html.unescape(response.text)
    countries = bundle.current(language)["crisis"].values()
    assert [country["name"] for country in countries if country["name"] not in text] == []


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
def test_unknown_step_returns_404_and_shows_the_first_step(client, language, path):
    response = client.get(f"/{language}/{path}")

    assert response.status_code == 404
    assert step(response) == "start"
    assert ("That page doesn’t exist." if language == "en" else 'role="status"') in response.text


ODD = {
    "100,000 characters": "x" * 100_000,
    "many": ",".join(["wall-push"] * 20_000),
    "control characters": "\x00\x1b\u202e,\x07",
    "markup": '"><script>alert(1)</script>',
    "percent": "%F0%28%8C%28",
    "commas": "," * 50_000,
    "emoji": "😀",
}


@pytest.mark.parametrize("seen", ODD.values(), ids=ODD)
@pytest.mark.parametrize("path", ["now/alarm/any/", "now/fear/", "now/you/flooded/"])
def test_odd_seen_parameter_still_returns_a_page(client, path, seen):
    response = client.get(f"/en/{path}", {"seen": seen})

    assert response.status_code == 200
    assert "<script>alert" not in response.text
    assert len(response.content) < 200_000


def test_invalid_utf8_in_the_address_still_returns_a_page(client):
    assert client.get("/en/now/alarm/any/?seen=%ff%fe%00").status_code == 200


def test_page_shows_only_its_language(client):
    english, spanish = client.get("/en/now/alarm/").text, client.get("/es/now/alarm/").text

    assert "What’s happening?" in english
    assert "What’s happening?" not in spanish


def test_page_contains_its_offer_as_json(client):
    response = client.get("/en/now/terror/")

    offer = json.loads(re.search(r'<script id="offer"[^>]*>(.*?)</script>', response.text)[1])
    assert set(offer) == {"practice", "edition", "pocket", "rule", "probability", "among", "draw"}
    assert offer["pocket"] == bundle.current("en")["version"]
    assert 0 <= offer["draw"] < 1


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
def test_page_makes_one_query(client, path, django_assert_num_queries):
    client.get(f"/en/{path}")

    with django_assert_num_queries(1):
        client.get(f"/en/{path}")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "path",
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
)
def test_every_page_links_to_help_and_leave(client, language, path):
    page = client.get(f"/{language}/{path}").text

    assert 'href="/help/' in page
    assert 'href="/leave/"' in page
