"""Crisis files: self-contained, small, complete and equal to the content."""

import gzip
import re

import pytest
from django.conf import settings
from django.utils import translation

from everyhour.domain.practices.tests.libraries import real
from everyhour.features.now import crisis_files
from everyhour.foundation.ui import crisis

FILES = {path.name: path.read_text(encoding="utf-8") for path in crisis.FILES.glob("*.html")}
HELP = {name: text for name, text in FILES.items() if name != "leave.html"}
COUNTRIES = {key[1]: file.facts for key, file in real().items.items() if key[0] == "crisis_lines"}


def dialled(number: str) -> str:
    return re.sub(r"[ -]", "", number)


MOST_AT_FIRST = 7  # lines, before the fold


def links(line: dict) -> list[str]:
    """Return the link attributes of a line's call and text numbers."""
    call = [f'href="tel:{dialled(line["call"])}"'] if "call" in line else []
    return call + ([f'href="sms:{dialled(line["text"]["to"])}'] if "text" in line else [])


def test_files_match_the_content():
    assert crisis_files.compose(settings.CONTENT) == {
        path.name: path.read_bytes() for path in crisis.FILES.iterdir()
    }


def test_every_country_is_in_the_sheet_of_every_page():
    listed = crisis.read_countries()

    assert set(listed) == set(COUNTRIES)
    for code, facts in COUNTRIES.items():
        assert listed[code]["emergency"] == facts["emergency"]["numbers"]
        assert set(crisis_files.LANGUAGES) <= set(listed[code]["name"])


def test_pages_without_the_list_of_countries_still_render(monkeypatch, tmp_path):
    monkeypatch.setattr(crisis, "FILES", tmp_path)

    assert crisis.read_countries() == {}


def test_every_country_has_a_file_in_every_language():
    expected = {
        f"{country}.{language}.html"
        for country in (*COUNTRIES, "all")
        for language in crisis_files.LANGUAGES
    }

    assert set(FILES) == expected | {"trouble.html", "leave.html"}


@pytest.mark.parametrize("name", FILES)
def test_file_loads_nothing_and_links_only_to_numbers_and_own_pages(name):
    text = FILES[name]

    found = re.findall(
        r'(?:href|src|action|srcset|poster|data|background)\s*=\s*["\']?([^"\'\s>]*)', text
    )
    assert [address for address in found if not re.match(r"tel:|sms:|/(?!/)", address)] == []
    loads = (
        r"<(script|img|iframe|object|embed|link|form|audio|video|base|svg)\b|\bon\w+\s*="
        r"|javascript:|@import|url\(|@font-face"
    )
    assert re.findall(loads, text, re.I) == []
    assert "http-equiv" not in text or name == "leave.html"


@pytest.mark.parametrize("name", FILES)
def test_file_is_at_most_14_kib_compressed(name):
    assert len(gzip.compress(FILES[name].encode(), 6)) <= crisis_files.MAX_BYTES == 14 * 1024


@pytest.mark.parametrize("name", HELP)
def test_own_links_in_a_file_lead_to_a_page(name):
    ours = set(re.findall(r'href="(/[^"]*)"', FILES[name])) - {"/"}

    assert ours
    assert all(crisis.read(path) for path in ours)


@pytest.mark.parametrize("language", crisis_files.LANGUAGES)
@pytest.mark.parametrize("country", COUNTRIES)
def test_country_has_its_emergency_number_first_and_every_line(country, language):
    text, facts = FILES[f"{country}.{language}.html"], COUNTRIES[country]

    first = re.search(r'href="(?:tel|sms):([^"]*)"', text)[1]
    assert first == facts["emergency"]["numbers"][0]
    for line in facts["lines"]:
        assert all(link in text for link in links(line)), line["id"]
        assert line["name"][language] in text.replace("&amp;", "&").replace("&#x27;", "'")


@pytest.mark.parametrize("language", crisis_files.LANGUAGES)
@pytest.mark.parametrize("country", COUNTRIES)
def test_unverified_numbers_are_listed_below_the_emergency_number(country, language):
    facts = COUNTRIES[country]
    unverified = [line for line in facts["lines"] if line["status"] != "read"]
    text = FILES[f"{country}.{language}.html"]

    checked, _, unchecked = text.partition(f"<h3>{_heading(language)}</h3>")

    assert bool(unchecked) is bool(unverified)
    if unverified:
        first_paragraph = unchecked.lstrip().split("</p>")[0]
        assert facts["emergency"]["numbers"][0] in first_paragraph
    verified_links = {
        link for line in facts["lines"] if line not in unverified for link in links(line)
    }
    only_unverified = {link for line in unverified for link in links(line)} - verified_links
    assert all(link in unchecked and link not in checked for link in only_unverified)


@pytest.mark.parametrize("language", crisis_files.LANGUAGES)
@pytest.mark.parametrize("country", COUNTRIES)
def test_page_of_a_country_begins_with_few_lines_and_its_emergency_number(country, language):
    facts, text = COUNTRIES[country], FILES[f"{country}.{language}.html"]

    first = re.sub(r"<details>.*?</details>", "", text, flags=re.S)

    shown = [line for line in facts["lines"] if all(link in first for link in links(line))]
    assert 1 <= len(shown) <= MOST_AT_FIRST
    assert all(f'href="tel:{number}"' in first for number in facts["emergency"]["numbers"])


@pytest.mark.parametrize("name", ["all.en.html", "all.es.html", "trouble.html"])
def test_page_of_all_countries_contains_every_number(name):
    text = FILES[name]

    for facts in COUNTRIES.values():
        assert all(f'href="tel:{number}"' in text for number in facts["emergency"]["numbers"])
        assert all(link in text for line in facts["lines"] for link in links(line))


def test_trouble_page_has_both_languages():
    assert "can’t be shown right now" in FILES["trouble.html"]
    assert "no se puede mostrar ahora" in FILES["trouble.html"]


@pytest.mark.parametrize("name", HELP)
def test_file_shows_the_date_of_the_last_check_and_the_privacy_note(name):
    language = "es" if name.endswith(".es.html") else "en"
    with translation.override(language):
        unwatched = translation.gettext(
            "Nobody is watching this page, and it keeps no record of your visit."
        )
        checked = translation.gettext("Numbers last checked on %(day)s.").split("%")[0]

    assert unwatched in FILES[name]
    assert re.search(f"{re.escape(checked)}[^<]*20\\d\\d", FILES[name])


def test_check_names_files_that_differ_until_they_are_built(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(crisis, "FILES", tmp_path / "crisis")

    assert crisis_files.check(settings.CONTENT) == 1
    assert "us.en.html: differs from content/crisis-lines" in capsys.readouterr().out
    assert crisis_files.build(settings.CONTENT) == 0
    assert crisis_files.check(settings.CONTENT) == 0
    (tmp_path / "crisis/us.en.html").write_text("911")
    assert crisis_files.check(settings.CONTENT) == 1


def _heading(language: str) -> str:
    with translation.override(language):
        return translation.gettext("Not checked against a source yet")
