"""Error pages: one sentence, a way on, and numbers to call."""

import base64
import hashlib
import re

import pytest
from django.test import Client

from everyhour.foundation.ui import crisis

pytestmark = pytest.mark.django_db


def test_unknown_url_is_a_translated_404_with_a_link_to_help(client):
    for language, sentence in (
        ("en", "We can’t find that page."),
        ("es", "No encontramos esa página"),
    ):
        answer = client.get(f"/{language}/nowhere/at/all/")

        assert answer.status_code == 404
        assert sentence in answer.text
        assert 'href="/help/' in answer.text


def test_unknown_host_name_is_a_400_that_does_not_repeat_it(client):
    answer = client.get("/en/", HTTP_HOST="evil.example")

    assert answer.status_code == 400
    assert "Something got lost on the way." in answer.text
    assert "evil.example" not in answer.text


def test_500_without_a_library_shows_all_crisis_lines(client):
    client.raise_request_exception = False

    answer = client.get("/en/now/")

    assert answer.status_code == 500
    assert answer.content == crisis.trouble_page()
    assert (
        answer.headers["Content-Security-Policy"]
        == dict(crisis.headers(answer.content))["content-security-policy"]
    )


def test_failure_is_logged_with_the_view_name_and_without_the_url(client, caplog):
    client.raise_request_exception = False

    client.get("/en/now/terror/bedtime/?seen=wren")

    assert "The page “now-idea” failed." in caplog.text
    logged = " ".join(record.getMessage() for record in caplog.records)
    assert not any(private in logged for private in ("terror", "bedtime", "wren"))


def test_maintenance_is_a_503_with_all_crisis_lines(client, settings):
    settings.MAINTENANCE = True

    answer = client.get("/en/now/")

    assert answer.status_code == 503
    assert answer.content == crisis.trouble_page()
    assert answer.headers["Retry-After"] == "300"


def test_maintenance_page_allows_its_own_style(client, settings):
    settings.MAINTENANCE = True

    answer = client.get("/en/now/")

    style = re.search(rb"<style>(.*?)</style>", answer.content, re.S)[1]
    digest = base64.b64encode(hashlib.sha256(style).digest()).decode()
    assert f"'sha256-{digest}'" in answer.headers["Content-Security-Policy"]


def test_form_without_csrf_token_is_a_403_with_a_link_to_help():
    answer = Client(enforce_csrf_checks=True).post("/es/now/", {"a": "b"})

    assert answer.status_code == 403
    assert 'href="/help/' in answer.text
