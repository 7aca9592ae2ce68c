"""The library filtered: what is shown, counted, removed, loosened and shared by its address."""

import html
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from everyhour.domain.practices.tests import libraries
from everyhour.features.library.filters import CHOICES, Filter
from everyhour.features.library.views import SHELF_OF

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("library")]

IN_CAR = {"place": "car", "minutes": "5", "needs": "nothing"}
NOTHING = {"place": "car", "touch": "without", "minutes": "1", "age": "17", "state": "shutdown"}


def show(client, language: str = "en", **asked):
    response = client.get(f"/{language}/ideas/", asked)
    assert response.status_code == 200
    return response


def listed(response) -> list[str]:
    shelves = [entry for _, entries in response.context["shelves"] for entry in entries]
    return [entry["slug"] for entry in response.context["found"] or shelves]


def expected(**asked) -> list[str]:
    chosen = Filter(**asked)
    items = libraries.real().items.items()
    return sorted(
        slug
        for (kind, slug), file in items
        if kind in SHELF_OF and chosen.fits({"facts": file.facts})
    )


def links(response, words: str) -> list[str]:
    """Return the addresses of links whose text has these words."""
    found = re.findall(r'<a [^>]*href="([^"]*)"[^>]*>(.*?)</a>', response.text, re.S)
    return [html.unescape(href) for href, text in found if words in html.unescape(text)]


def status(response) -> str:
    return " ".join(re.search(r'lede" role="status">(.*?)</p>', response.text, re.S)[1].split())


@pytest.mark.parametrize(
    "asked",
    [{part: of[0]} for part, of in CHOICES.items() if part != "favourite"]
    + [IN_CAR, {"age": "4", "touch": "without"}],
    ids=str,
)
def test_filter_shows_what_fits_and_counts_it(client, asked):
    response = show(client, **asked)

    slugs = expected(**asked)
    assert sorted(listed(response)) == slugs
    assert status(response) == f"{len(slugs)} ideas"
    assert f"<title>{len(slugs)} ideas" in response.text


def test_search_is_filtered_best_first(client):
    everything = listed(show(client, q="push"))
    outdoors = listed(show(client, q="push", place="outdoors"))

    assert outdoors
    assert set(outdoors) <= set(expected(place="outdoors"))
    among = [slug for slug in everything if slug in outdoors]
    assert among == [slug for slug in outdoors if slug in everything] != []


def test_nothing_is_counted_while_nothing_is_asked(client):
    page = show(client)

    assert 'lede" role="status"' not in page.text
    assert "<title>Ideas" in page.text
    assert len(listed(page)) > 200


def test_form_shows_what_is_chosen(client):
    page = show(client, **IN_CAR, age="4", state="alarm").text

    assert 'name="place" value="car" checked' in page
    assert 'name="minutes" value="5" checked' in page
    assert 'name="needs" value="nothing" checked' in page
    assert '<option value="4" selected>' in page
    assert '<input type="hidden" name="state" value="alarm">' in page
    assert 'name="touch" value="without">' in page


def test_unknown_values_ask_nothing(client):
    odd = {
        "minutes": "7",
        "age": "-1",
        "place": "moon",
        "needs": "x",
        "touch": "\x00",
        "state": "x",
    }

    page = show(client, **odd)

    assert sorted(listed(page)) == expected()
    assert 'lede" role="status"' not in page.text
    assert "moon" not in page.text


def test_each_filter_is_removed_by_its_own_link(client):
    page = show(client, q="push", **IN_CAR)

    assert links(page, "In the car") == ["/en/ideas/?q=push&minutes=5&needs=nothing"]
    assert links(page, "Up to 5 minutes") == ["/en/ideas/?q=push&place=car&needs=nothing"]
    assert links(page, "Nothing needed") == ["/en/ideas/?q=push&minutes=5&place=car"]
    assert links(show(client, place="car"), "In the car") == ["/en/ideas/"]


def test_states_keep_the_other_filters(client):
    page = show(client, q="push", place="car", state="alert")
    addresses = [address for _, address, _ in page.context["states"]]

    assert addresses[0] == "/en/ideas/?q=push&place=car"
    assert "/en/ideas/?q=push&state=terror&place=car" in addresses
    assert [current for *_, current in page.context["states"]].count(True) == 1


def test_nothing_fits_says_so_and_each_tap_leads_to_ideas(client):
    page = show(client, **NOTHING)

    assert listed(page) == []
    assert status(page) == "No idea fits all of this."
    assert page.context["loosenings"]
    for name, address, count in page.context["loosenings"]:
        assert links(page, f"Show without “{name}”") == [address]
        assert len(listed(client.get(address))) == count > 0


def test_search_without_filter_is_one_of_the_ways_on(client):
    page = show(client, q="bedtime", place="car", state="terror", minutes="1")
    nothing = show(client, q="pyjamas", place="car")

    assert listed(page) == listed(nothing) == []
    assert nothing.context["is_close"] is False, "found, only filtered: nothing is spelled alike"
    assert links(nothing, "Show without “in the car”") == ["/en/ideas/?q=pyjamas"]
    assert links(nothing, "Show without “pyjamas”") == ["/en/ideas/?place=car"]


def test_words_of_danger_come_before_what_is_filtered(client, settings):
    settings.COUNTRY = "gb"

    page = show(client, q="i want to kill myself", **NOTHING).text
    main = page[page.index("<main") : page.index("</main>")]

    assert main.index('href="tel:999"') < main.index('lede" role="status"')


def test_things_to_do_are_explained_where_words_are_left_out(client):
    sentence = "Only things to do are shown."

    assert sentence in show(client, place="home").text
    assert sentence not in show(client, state="alarm", age="4").text


def test_spanish_filters_are_in_spanish(client):
    page = show(client, "es", **IN_CAR)

    assert status(page).endswith("ideas")
    assert links(page, "En el auto") == ["/es/ideas/?minutes=5&needs=nothing"]
    assert "Hasta 5 minutos" in page.text
    assert links(show(client, "es", **NOTHING), "Mostrar sin “")


def test_filter_costs_no_more_queries(client):
    def count(**asked) -> int:
        with CaptureQueriesContext(connection) as queries:
            show(client, **asked)
        return len(queries)

    assert count(**IN_CAR, age="4", touch="without") == count() <= 3
