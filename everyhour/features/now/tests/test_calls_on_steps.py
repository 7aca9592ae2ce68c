"""Where a life may be in danger, the number to call stands on the step, also without scripts."""

import html
import re

import pytest

from everyhour.domain.practices.vocabulary import (
    DANGER_CAUTIONS,
    DANGER_SITUATIONS,
    DANGER_STATES,
    STATES,
)
from everyhour.domain.recommendations import bundle

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("library")]

IDEA, YOU = "data-numbers", "data-you-numbers"


def calls(response, place: str) -> list[str]:
    """Return where the visible links of this place lead."""
    found = re.search(rf'<p class="stack" {place}([^>]*)>(.*?)</p>', response.text, re.S)
    opening, inside = found.groups()
    shown = "" if "hidden" in opening else inside
    return re.findall(r'<a class="[^"]*" href="([^"]*)"(?![^>]*hidden)', html.unescape(shown))


@pytest.fixture(autouse=True)
def _in_britain(settings):
    settings.COUNTRY = "gb"


@pytest.mark.parametrize(
    "path",
    [
        *(f"now/{state}/any/" for state in DANGER_STATES),
        *(f"now/alarm/{situation}/" for situation in DANGER_SITUATIONS),
    ],
)
@pytest.mark.parametrize("language", ["en", "es"])
def test_dangerous_step_has_the_number_of_the_sites_country(client, language, path):
    assert calls(client.get(f"/{language}/{path}"), IDEA) == ["tel:999"]


@pytest.mark.parametrize("state", [state for state in STATES if state not in DANGER_STATES])
def test_ordinary_step_has_no_number(client, state):
    for _ in range(5):
        response = client.get(f"/en/now/{state}/waiting/")
        if not response.context["shown"]["danger"]:
            assert calls(response, IDEA) == []


def test_step_of_a_site_without_a_country_leads_to_the_numbers(client, settings):
    settings.COUNTRY = ""

    assert calls(client.get("/en/now/terror/"), IDEA) == ["/help/"]


def test_last_step_in_danger_has_the_number_and_the_other_numbers(client):
    every = ",".join(practice["slug"] for practice in bundle.current("en")["practices"])

    assert calls(client.get("/en/now/fear/", {"seen": every}), IDEA) == ["tel:999", "/help/gb/"]


def test_unsafe_outcome_has_the_number(client):
    assert 'href="tel:999"' in client.get("/en/now/alarm/any/unsafe/").text.split("h-safe")[-1]


def test_card_for_the_caregiver_has_the_number_where_its_caution_says_so(client):
    for caregiver in bundle.current("en")["caregiver_states"]:
        for _ in range(12):
            response = client.get(f"/en/now/you/{caregiver}/")
            card = response.context["card"]
            dangerous = bool(set(card["cautions"]) & set(DANGER_CAUTIONS))
            assert calls(response, YOU) == (["tel:999"] if dangerous else []), card["slug"]
