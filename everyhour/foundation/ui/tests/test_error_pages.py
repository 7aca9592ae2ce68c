"""When a page cannot be shown: one kind sentence, a way on, and numbers to call."""

import base64
import hashlib
import re

import pytest
from django.test import Client

from everyhour.foundation.ui import crisis

pytestmark = pytest.mark.django_db


def test_an_unknown_address_says_so_and_leads_to_help(client):
    for language, sentence in (
        ("en", "We can’t find that page."),
        ("es", "No encontramos esa página"),
    ):
        answer = client.get(f"/{language}/nowhere/at/all/")

        assert answer.status_code == 404
        assert sentence in answer.text
        assert 'href="/help/' in answer.text


def test_a_strange_host_name_is_refused_kindly(client):
    answer = client.get("/en/", HTTP_HOST="evil.example")

    assert answer.status_code == 400
    assert "Something got lost on the way." in answer.text
    assert "evil.example" not in answer.text


def test_before_the_first_loading_a_page_that_fails_holds_the_whole_crisis_card(client):
    client.raise_request_exception = False

    answer = client.get("/en/now/")

    assert answer.status_code == 500
    assert answer.content == crisis.trouble_page()
    assert (
        answer.headers["Content-Security-Policy"]
        == dict(crisis.headers(answer.content))["content-security-policy"]
    )


def test_a_failing_page_is_logged_by_the_name_of_its_view_never_by_its_address(client, caplog):
    client.raise_request_exception = False

    client.get("/en/now/terror/bedtime/?seen=wren")

    assert "The page “now-idea” failed." in caplog.text
    told = " ".join(record.getMessage() for record in caplog.records)
    assert not any(private in told for private in ("terror", "bedtime", "wren"))


def test_maintenance_is_a_503_with_the_whole_crisis_card(client, settings):
    settings.MAINTENANCE = True

    answer = client.get("/en/now/")

    assert answer.status_code == 503
    assert answer.content == crisis.trouble_page()
    assert answer.headers["Retry-After"] == "300"


def test_the_sign_on_the_door_may_wear_its_own_style(client, settings):
    settings.MAINTENANCE = True

    answer = client.get("/en/now/")

    style = re.search(rb"<style>(.*?)</style>", answer.content, re.S)[1]
    digest = base64.b64encode(hashlib.sha256(style).digest()).decode()
    assert f"'sha256-{digest}'" in answer.headers["Content-Security-Policy"]


def test_a_form_that_was_open_too_long_is_refused_kindly():
    answer = Client(enforce_csrf_checks=True).post("/es/now/", {"a": "b"})

    assert answer.status_code == 403
    assert 'href="/help/' in answer.text
