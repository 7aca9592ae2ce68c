"""Every page of the house in both languages, and what each answer carries: no cookie, no referrer, nothing from elsewhere."""

import re

import pytest
from django.conf import settings as our
from django.test import Client

from everyhour.domain.practices.vocabulary import STATES

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("library")]

LANGUAGES = ("en", "es")
PAGES = (
    "",
    "about/",
    "ideas/",
    "ideas/practices/wall-push/",
    "ideas/practices/wall-push/1/",
    "ui/",
    "offline/",
    "now/",
    "now/alarm/",
    "now/fear/",
)
PAGES += (
    "now/alarm/any/",
    "now/alarm/any/after/",
    "now/alarm/any/unsafe/",
    "now/you/flooded/",
    "now/phone/",
)
OTHERS = ("now/pocket/", "manifest.webmanifest")
WRONG = ("nowhere/", "now/angry/", "ideas/practices/nothing/", "now/pocket/0/")
EVERYTHING = [
    "/",
    "/now/",
    "/ui/",
    "/sw.js",
    "/nowhere/",
    *(f"/{language}/{path}" for language in LANGUAGES for path in (*PAGES, *OTHERS, *WRONG)),
]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", PAGES)
def test_a_page_opens_in_its_language(client, path, language):
    answer = client.get(f"/{language}/{path}")

    assert answer.status_code == 200
    assert f'<html lang="{language}" dir="ltr"' in answer.text
    assert answer.headers["Content-Language"] == language
    assert answer.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", PAGES)
def test_a_page_has_help_and_leave_and_the_same_page_in_the_other_language(client, path, language):
    told = client.get(f"/{language}/{path}").text

    assert f'href="/help/{"" if language == "en" else "in-es/"}"' in told
    assert 'href="/leave/"' in told


def test_the_hosts_country_comes_first(client, settings):
    settings.COUNTRY = "ie"

    assert 'href="/help/ie/"' in client.get("/en/").text
    assert 'href="/help/ie/in-es/"' in client.get("/es/").text


@pytest.mark.parametrize(
    ("asked", "language"),
    [("es-MX,es;q=0.9", "es"), ("fr", "en"), ("", "en"), ("x" * 10_000, "en")],
)
@pytest.mark.parametrize("path", ["", "now/", "ui/"])
def test_an_address_without_a_language_leads_to_the_one_the_browser_asks_for(
    client, path, asked, language
):
    answer = client.get(f"/{path}", headers={"Accept-Language": asked})

    assert (answer.status_code, answer.headers["Location"]) == (302, f"/{language}/{path}")
    assert "Accept-Language" in answer.headers["Vary"]


@pytest.mark.parametrize("path", EVERYTHING)
def test_no_answer_sets_a_cookie_or_tells_where_it_came_from(path):
    client = Client(headers={"Accept-Encoding": "gzip", "Referer": "https://elsewhere.example/"})

    answer = client.get(path)

    assert not answer.cookies
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert "geolocation=()" in answer.headers["Permissions-Policy"]
    assert (
        answer.headers["Cross-Origin-Opener-Policy"]
        == answer.headers["Cross-Origin-Resource-Policy"]
        == "same-origin"
    )


@pytest.mark.parametrize("path", EVERYTHING)
def test_every_answer_forbids_what_is_not_ours(client, path):
    policy = dict(
        rule.split(" ", 1)
        for rule in client.get(path).headers["Content-Security-Policy"].split("; ")
    )

    assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert policy["require-trusted-types-for"] == "'script'"
    assert "unsafe" not in str(policy)
    assert not re.search(r"https?:|\*", str(policy))


def test_an_answer_that_says_nothing_new_carries_the_same_headers(client):
    tag = client.get("/en/now/pocket/").headers["ETag"]

    answer = client.get("/en/now/pocket/", headers={"If-None-Match": tag})

    assert answer.status_code == 304
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("path", [path for path in EVERYTHING if path not in ("/sw.js",)])
def test_a_page_loads_nothing_from_elsewhere_and_nothing_inline(client, path):
    told = client.get(path, follow=False).content.decode()

    loads = re.findall(
        r'<(?:script|link|img|source|iframe|audio|video|form|use)\b[^>]*?(?:src|href|action|srcset)="([^"]*)"',
        told,
    )
    assert [address for address in loads if not re.match(r"/(?!/)|data:|#", address)] == []
    assert re.findall(r"<script(?![^>]*(?:\bsrc=|application/json))[^>]*>", told) == []
    assert re.findall(r"<style|\sstyle=|\son\w+=", told) == []


@pytest.mark.parametrize("path", ["", "about/", "ui/", "offline/"])
def test_a_page_that_shows_nothing_of_the_library_asks_the_database_nothing(
    client, path, django_assert_num_queries
):
    with django_assert_num_queries(0):
        client.get(f"/en/{path}")


def test_the_licence_offers_the_source_where_the_host_named_it(client, settings):
    settings.SOURCE = "https://git.example/everyhour"

    assert 'href="https://git.example/everyhour"' in client.get("/en/about/").text


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_the_service_worker_keeps_exists(client, language):
    worker = client.get("/sw.js").text

    for path in ("", "now/", "now/phone/", "offline/", "now/pocket/", "manifest.webmanifest"):
        assert f'"/{language}/{path}"' in worker
        assert client.get(f"/{language}/{path}").status_code == 200


def test_the_names_of_all_states_are_told_in_both_languages(client):
    told = {
        language: client.get(f"/{language}/now/").context["bundle"]["states"]
        for language in LANGUAGES
    }

    assert set(told["en"]) == set(told["es"]) == set(STATES)
    assert all(told["en"][state]["name"] != told["es"][state]["name"] for state in STATES)
    assert {code for code, _ in our.LANGUAGES} >= set(LANGUAGES)
