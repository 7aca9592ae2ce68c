"""Right now as ordinary pages: every step by its address, in both languages, with odd input."""

import html
import json
import re

import pytest

from everyhour.domain.practices.tests.libraries import real
from everyhour.domain.practices.vocabulary import (
    CAREGIVER_STATES,
    DANGER_SITUATIONS,
    SITUATIONS,
    STATES,
)
from everyhour.domain.recommendations import bundle
from everyhour.domain.recommendations.advisor import OUTCOMES, PRESENCE_ONLY, Wishes
from everyhour.features.now import views, wording

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("library")]

LANGUAGES = ("en", "es")


def step(response) -> str:
    """Return the only step of the page that is not hidden."""
    shown = re.findall(r'<section class="step[^>]*data-step="(\w+)"[^>]*>', response.text)
    hidden = re.findall(r'<section class="step[^>]*data-step="(\w+)"[^>]*hidden>', response.text)
    [only] = [name for name in shown if name not in hidden]
    return only


def title(response) -> str:
    """Return the title of the idea; once all were shown, the headline that says so."""
    named = re.search(r"<h2 data-title>(.*?)</h2>", response.text)[1]
    return html.unescape(named or re.search(r'<h1 id="h-idea"[^>]*>(.*?)</h1>', response.text)[1])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("now/", "breath"),
        ("now/start/", "start"),
        *((f"now/start/?you={caregiver}", "start") for caregiver in CAREGIVER_STATES),
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
    breath = client.get(f"/{language}/now/")
    start = client.get(re.search(r'href="([^"]*)" data-breathed', breath.text)[1])
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

    response = client.get(f"/en/now/?practice={slug}")

    shown = response.context["shown"]
    assert (shown["way"], shown["steps"]) == ("no_touch", [practice["no_touch"]])
    child, at_start = bundle.current("en")["child"]
    said = practice["no_touch"].replace("{child}", child).replace("{Child}", at_start)
    assert said in html.unescape(response.text)


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
        "now/start/?you=numb",
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
        "now/start/",
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


@pytest.mark.parametrize("caregiver", CAREGIVER_STATES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_each_caregiver_state_has_its_answer(client, language, caregiver):
    page = client.get(f"/{language}/now/start/?you={caregiver}").text

    answer = re.search(r"data-answer>(.*?)</p>", page)[1]
    assert answer and "{" not in answer
    assert re.findall(r'data-you="(\w+)"\s+aria-pressed="true"', page) == [caregiver]
    assert re.search(rf'href="/{language}/now/you/{caregiver}/" data-for-you>', page)


@pytest.mark.parametrize("caregiver", ["", "happy", "<b>", "x" * 5000])
def test_unknown_caregiver_state_is_not_answered(client, caregiver):
    response = client.get("/en/now/start/", {"you": caregiver})

    assert step(response) == "start"
    assert "data-answer></p>" in response.text


def test_first_nine_situations_then_danger_then_all_others(client):
    page = client.get("/en/now/alarm/")

    around = page.text.split('data-step="around"')[1].split("</section>")[0]
    shown = re.findall(r'data-situation="(\w+)"', around)
    assert tuple(shown[:9]) == views.FIRST_SITUATIONS
    assert tuple(shown[9:12]) == DANGER_SITUATIONS
    assert shown[12] == "any"
    assert sorted(shown) == sorted([*SITUATIONS, "any"])


@pytest.mark.parametrize(
    ("typed", "leads_to"),
    [
        ("math homework", "/en/now/alarm/homework/"),
        ("he won\u2019t go to school", "/en/now/alarm/school_refusal/"),
        ("lies all the time", "/en/ideas/?q=lies+all+the+time"),
        ("x" * 5000, f"/en/ideas/?q={'x' * 100}"),
    ],
)
def test_own_words_lead_to_a_situation_or_to_the_search(client, typed, leads_to):
    response = client.get("/en/now/alarm/", {"words": typed})

    assert (response.status_code, response["Location"]) == (302, leads_to)


@pytest.mark.parametrize("state", PRESENCE_ONLY)
def test_idea_in_danger_asks_what_it_is(client, state):
    page = client.get(f"/en/now/{state}/").text

    which = page.split("data-which>")[1].split("</nav>")[0]
    assert re.findall(r'href="([^"]+)"', which) == [
        f"/en/now/{state}/{situation}/" for situation in views.WHICH_SITUATIONS
    ]


@pytest.mark.parametrize("path", ["fear/", "shutdown/any/", "alarm/gone/", "calm/dying/"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_danger_shows_when_to_get_help_with_the_number(client, settings, language, path):
    settings.COUNTRY = "us"
    page = client.get(f"/{language}/now/{path}").text

    before, _, steps = page.split('data-step="idea"')[1].partition("data-steps>")
    box = steps.split("data-help-box>")[1].split("</aside>")[0]
    assert re.search(r"data-help><li>\w", box)
    # Above the steps: a step itself can be where it gets dangerous.
    assert "data-numbers>" in before and 'href="tel:911"' in before


def test_headline_is_the_new_way_to_see_it(client):
    response = client.get("/en/now/alarm/screens/")

    assert response.context["headline"] == response.context["shown"]["new"]
    assert response.context["where"] == "Screens off. Wound up."
    assert "data-help-box hidden>" not in response.text or not response.context["help"]


@pytest.mark.parametrize("state", [*PRESENCE_ONLY, "shutdown"])
def test_when_all_was_shown_in_danger_the_number_stays(client, settings, state):
    settings.COUNTRY = "us"
    seen = ",".join(practice["slug"] for practice in bundle.current("en")["practices"])

    response = client.get(f"/en/now/{state}/any/", {"seen": seen})

    assert "call if" in response.context["nothing_left"]
    assert 'href="tel:911"' in response.text.split("data-numbers>")[1].split("</p>")[0]


def test_picture_is_shown_only_beside_its_own_steps():
    drawn = {"practice": {"slug": "wall-push"}, "new": "", "help": [], "danger": False}
    about = ({"situations": {}, "states": {"alarm": {"name": "Wound up"}}}, "alarm", "any", "")

    def picture(way: str) -> str:
        contents, *rest = about
        return views.describe(contents, {**drawn, "way": way}, *rest, Wishes())["pictogram"]

    assert picture("steps") == "wall-push"
    assert picture("seated") == picture("no_touch") == picture("teen") == ""


@pytest.mark.parametrize(
    ("nickname", "limits", "said"),
    [
        ("Wren", {"real_age": 9}, "Wren, 9. Homework. Wound up."),
        ("June", {"months": 10, "real_age": 0}, "June, 10 months. Homework. Wound up."),
        ("June", {"months": 1, "real_age": 0}, "June, 1 month. Homework. Wound up."),
        ("June", {"months": 0, "real_age": 0}, "June. Homework. Wound up."),
        ("Ari", {"months": 30, "real_age": 2}, "Ari, 2. Homework. Wound up."),
        ("Jo", {"age": 4}, "Jo. Homework. Wound up."),
        ("", {"real_age": 9}, "Homework. Wound up."),
    ],
)
def test_line_says_who_what_and_how(nickname, limits, said):
    contents = bundle.current("en")

    assert wording.where(contents, "alarm", "homework", nickname, Wishes(**limits)) == said
