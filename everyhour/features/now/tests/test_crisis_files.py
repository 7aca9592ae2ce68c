"""The crisis files stand alone: numbers, words and style in one small page that needs nothing and tells nobody."""

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


def addresses(line: dict) -> list[str]:
    """Give the addresses a line's number stands behind."""
    call = [f'href="tel:{dialled(line["call"])}"'] if "call" in line else []
    return call + ([f'href="sms:{dialled(line["text"]["to"])}'] if "text" in line else [])


def test_the_files_are_as_the_content_is():
    assert crisis_files.compose(settings.CONTENT) == {
        name: (crisis.FILES / name).read_bytes() for name in FILES
    }


def test_there_is_one_for_each_country_and_language_and_one_for_all():
    expected = {
        f"{country}.{language}.html"
        for country in (*COUNTRIES, "all")
        for language in crisis_files.LANGUAGES
    }

    assert set(FILES) == expected | {"trouble.html", "leave.html"}


@pytest.mark.parametrize("name", FILES)
def test_a_file_asks_nobody_for_anything(name):
    text = FILES[name]

    addresses = re.findall(
        r'(?:href|src|action|srcset|poster|data|background)\s*=\s*["\']?([^"\'\s>]*)', text
    )
    assert [address for address in addresses if not re.match(r"tel:|sms:|/(?!/)", address)] == []
    loads = r"<(script|img|iframe|object|embed|link|form|audio|video|base|svg)\b|\bon\w+\s*=|javascript:|@import|url\(|@font-face"
    assert re.findall(loads, text, re.I) == []
    assert "http-equiv" not in text or name == "leave.html"


@pytest.mark.parametrize("name", FILES)
def test_a_file_fits_in_the_first_packets(name):
    assert len(gzip.compress(FILES[name].encode(), 6)) <= crisis_files.BIGGEST == 14 * 1024


@pytest.mark.parametrize("name", HELP)
def test_our_own_addresses_in_a_file_lead_somewhere(name):
    ours = set(re.findall(r'href="(/[^"]*)"', FILES[name])) - {"/"}

    assert ours
    assert all(crisis.read(path) for path in ours)


@pytest.mark.parametrize("language", crisis_files.LANGUAGES)
@pytest.mark.parametrize("country", COUNTRIES)
def test_a_country_has_its_emergency_number_first_and_every_line(country, language):
    text, facts = FILES[f"{country}.{language}.html"], COUNTRIES[country]

    first = re.search(r'href="(?:tel|sms):([^"]*)"', text)[1]
    assert first == facts["emergency"]["numbers"][0]
    for line in facts["lines"]:
        assert all(address in text for address in addresses(line)), line["id"]
        assert line["name"][language] in text.replace("&amp;", "&").replace("&#x27;", "'")


@pytest.mark.parametrize("language", crisis_files.LANGUAGES)
@pytest.mark.parametrize("country", COUNTRIES)
def test_a_number_nobody_read_in_a_source_stands_only_beside_the_emergency_number(
    country, language
):
    facts = COUNTRIES[country]
    unverified = [line for line in facts["lines"] if line["status"] != "read"]
    text = FILES[f"{country}.{language}.html"]

    checked, _, unchecked = text.partition(f"<h3>{_heading(language)}</h3>")

    assert bool(unchecked) is bool(unverified)
    if unverified:
        beside = unchecked.lstrip().split("</p>")[0]
        assert facts["emergency"]["numbers"][0] in beside
    only_unverified = {a for line in unverified for a in addresses(line)} - {
        a for line in facts["lines"] if line not in unverified for a in addresses(line)
    }
    assert all(address in unchecked and address not in checked for address in only_unverified)


@pytest.mark.parametrize("name", ["all.en.html", "all.es.html", "trouble.html"])
def test_the_page_of_all_countries_holds_every_number_of_each(name):
    text = FILES[name]

    for facts in COUNTRIES.values():
        assert all(f'href="tel:{number}"' in text for number in facts["emergency"]["numbers"])
        assert all(address in text for line in facts["lines"] for address in addresses(line))


def test_the_trouble_page_says_so_in_both_languages():
    assert "can’t be shown right now" in FILES["trouble.html"]
    assert "no se puede mostrar ahora" in FILES["trouble.html"]


@pytest.mark.parametrize("name", HELP)
def test_a_file_says_when_somebody_last_looked_and_that_nobody_watches(name):
    language = "es" if name.endswith(".es.html") else "en"
    with translation.override(language):
        watched = translation.gettext(
            "Nobody is watching this page, and it keeps no record of your visit."
        )
        checked = translation.gettext("Numbers last checked on %(day)s.").split("%")[0]

    assert watched in FILES[name]
    assert re.search(f"{re.escape(checked)}[^<]*20\\d\\d", FILES[name])


def test_a_file_that_is_not_as_the_content_is_gets_named(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(crisis, "FILES", tmp_path / "crisis")

    assert crisis_files.check(settings.CONTENT) == 1
    assert "us.en.html: not as content/crisis-lines is" in capsys.readouterr().out
    assert crisis_files.build(settings.CONTENT) == 0
    assert crisis_files.check(settings.CONTENT) == 0
    (tmp_path / "crisis/us.en.html").write_text("911")
    assert crisis_files.check(settings.CONTENT) == 1


def _heading(language: str) -> str:
    with translation.override(language):
        return translation.gettext("Not checked against a source yet")
