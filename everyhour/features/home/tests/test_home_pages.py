"""Public pages in both languages: status, security headers, and what they load."""

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
LOADS = re.compile(
    r"<(?:script|link|img|source|iframe|audio|video|form|use)\b"
    r'[^>]*?(?:src|href|action|srcset)="([^"]*)"'
)
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
def test_pages_open_in_their_language(client, path, language):
    answer = client.get(f"/{language}/{path}")

    assert answer.status_code == 200
    assert f'<html lang="{language}" dir="ltr"' in answer.text
    assert answer.headers["Content-Language"] == language
    assert answer.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", PAGES)
def test_pages_link_to_help_in_their_language_and_to_leave(client, path, language):
    page = client.get(f"/{language}/{path}").text

    assert f'href="/help/{"" if language == "en" else "in-es/"}"' in page
    assert 'href="/leave/"' in page


def test_help_links_name_the_country_of_the_site(client, settings):
    settings.COUNTRY = "ie"

    assert 'href="/help/ie/"' in client.get("/en/").text
    assert 'href="/help/ie/in-es/"' in client.get("/es/").text


@pytest.mark.parametrize(
    ("asked", "language"),
    [("es-MX,es;q=0.9", "es"), ("fr", "en"), ("", "en"), ("x" * 10_000, "en")],
)
@pytest.mark.parametrize("path", ["", "now/", "ui/"])
def test_url_without_language_redirects_to_the_browsers_language(client, path, asked, language):
    answer = client.get(f"/{path}", headers={"Accept-Language": asked})

    assert (answer.status_code, answer.headers["Location"]) == (302, f"/{language}/{path}")
    assert "Accept-Language" in answer.headers["Vary"]


@pytest.mark.parametrize("path", EVERYTHING)
def test_responses_set_privacy_headers_and_no_cookie(path):
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
def test_content_security_policy_allows_only_our_origin(client, path):
    policy = dict(
        rule.split(" ", 1)
        for rule in client.get(path).headers["Content-Security-Policy"].split("; ")
    )

    assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert policy["require-trusted-types-for"] == "'script'"
    assert "unsafe" not in str(policy)
    assert not re.search(r"https?:|\*", str(policy))


def test_304_carries_the_same_security_headers(client):
    tag = client.get("/en/now/pocket/").headers["ETag"]

    answer = client.get("/en/now/pocket/", headers={"If-None-Match": tag})

    assert answer.status_code == 304
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("path", [path for path in EVERYTHING if path not in ("/sw.js",)])
def test_pages_load_nothing_foreign_and_nothing_inline(client, path):
    page = client.get(path, follow=False).content.decode()

    loads = LOADS.findall(page)
    assert [address for address in loads if not re.match(r"/(?!/)|data:|#", address)] == []
    assert re.findall(r"<script(?![^>]*(?:\bsrc=|application/json))[^>]*>", page) == []
    assert re.findall(r"<style|\sstyle=|\son\w+=", page) == []


@pytest.mark.parametrize("path", ["", "about/", "ui/", "offline/"])
def test_pages_without_library_content_make_no_query(client, path, django_assert_num_queries):
    with django_assert_num_queries(0):
        client.get(f"/en/{path}")


def test_about_links_to_the_source_code_of_the_site(client, settings):
    settings.SOURCE = "https://git.example/everyhour"

    assert 'href="https://git.example/everyhour"' in client.get("/en/about/").text


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_kept_by_the_service_worker_exist(client, language):
    worker = client.get("/sw.js").text

    for path in ("", "now/", "now/phone/", "offline/", "now/pocket/", "manifest.webmanifest"):
        assert f'"/{language}/{path}"' in worker
        assert client.get(f"/{language}/{path}").status_code == 200


def test_state_names_are_translated(client):
    states = {
        language: client.get(f"/{language}/now/").context["bundle"]["states"]
        for language in LANGUAGES
    }

    assert set(states["en"]) == set(states["es"]) == set(STATES)
    assert all(states["en"][state]["name"] != states["es"][state]["name"] for state in STATES)
    assert {code for code, _ in our.LANGUAGES} >= set(LANGUAGES)
