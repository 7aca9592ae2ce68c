"""The crisis sheet that every page carries, closed, and the links that open it."""

import html
import re

import pytest
from django.utils import translation

from everyhour.foundation.ui import crisis, crisis_sheet

pytestmark = pytest.mark.django_db


def sheet(client, path: str) -> str:
    return re.search(r"<dialog.*?</dialog>", client.get(path).text, re.S)[0]


@pytest.mark.parametrize("path", ["/en/", "/en/about/", "/en/sign-in/", "/en/nothing/here/"])
def test_page_has_one_closed_sheet_and_a_link_that_opens_it(client, path):
    page = client.get(path).text

    assert len(re.findall("<dialog", page)) == 1
    assert re.search(r"<dialog[^>]* hidden", page) and " open" not in sheet(client, path)[:200]
    assert re.search(r'<a class="q unsafe" href="/help/[^"]*" data-crisis\s', page)


def test_sheet_has_the_emergency_number_of_the_sites_country(client, settings):
    settings.COUNTRY = "ie"

    assert re.search(r'data-crisis-emergency\s+href="tel:112"', sheet(client, "/en/"))


def test_sheet_of_a_site_without_a_country_lists_every_number(client, settings):
    settings.COUNTRY = ""

    found = sheet(client, "/en/")

    assert re.search(r"data-crisis-emergency\s+hidden", found)
    assert not re.search(r"data-crisis-everywhere hidden", found)
    for country in crisis.read_countries().values():
        assert f'href="tel:{country["emergency"][0]}"' in found


@pytest.mark.parametrize(("language", "name"), [("en", "Spain"), ("es", "España"), ("ar", "Spain")])
def test_countries_are_named_in_the_language_of_the_page(settings, language, name):
    with translation.override(language):
        names = {one["code"]: one["name"] for one in crisis_sheet.contents()["countries"]}

    assert names["es"] == name


def test_sheet_says_in_spanish_what_to_do(client):
    found = html.unescape(sheet(client, "/es/"))

    assert "Haz esto ahora" in found and "Volver a donde estaba" in found
    assert "Someone" not in found


def test_page_renders_without_the_list_of_countries(client, monkeypatch, tmp_path):
    monkeypatch.setattr(crisis, "FILES", tmp_path)

    page = client.get("/en/")

    assert page.status_code == 200 and "data-choose" not in page.text
