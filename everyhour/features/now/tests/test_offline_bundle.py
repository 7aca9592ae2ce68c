"""A phone fetches its pocket, asks again with what it has, and can find the one it had before."""

import gzip

import pytest
from django.db import OperationalError, connection

from everyhour.domain.recommendations import bundle

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("library")]


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_pocket_is_in_the_language_of_its_address(client, language):
    answer = client.get(f"/{language}/now/pocket/")

    assert answer.status_code == 200
    assert answer.json() == bundle.current(language)
    assert "no-cache" in answer.headers["Cache-Control"]


def test_a_phone_that_has_it_is_told_so_in_no_bytes(client):
    tag = client.get("/en/now/pocket/").headers["ETag"]

    again = client.get("/en/now/pocket/", headers={"If-None-Match": tag})
    other = client.get("/es/now/pocket/", headers={"If-None-Match": tag})

    assert (again.status_code, again.content) == (304, b"")
    assert other.status_code == 200


def test_a_phone_that_has_it_compressed_is_told_so_too(client):
    first = client.get("/en/now/pocket/", headers={"Accept-Encoding": "gzip"})

    again = client.get(
        "/en/now/pocket/",
        headers={"Accept-Encoding": "gzip", "If-None-Match": first.headers["ETag"]},
    )

    assert first.headers["Content-Encoding"] == "gzip"
    assert len(first.content) < 60 * 1024
    assert gzip.decompress(first.content) == client.get("/en/now/pocket/").content
    assert again.status_code == 304


def test_a_pocket_of_the_past_is_found_by_its_version(client, library):
    assert client.get(f"/es/now/pocket/{library.version}/").json() == bundle.current("es")


@pytest.mark.parametrize("version", ["0000000000000000", "x" * 5000, "..", "%F0%9F%98%80"])
def test_an_unknown_pocket_is_not_here(client, version):
    assert client.get(f"/en/now/pocket/{version}/").status_code == 404


def test_a_version_with_a_control_character_is_not_here(client):
    client.raise_request_exception = False

    assert client.get("/en/now/pocket/a%00b/").status_code == 404


@pytest.mark.parametrize(
    "path", ["now/", "now/alarm/any/", "now/fear/", "now/pocket/", "now/phone/"]
)
def test_a_database_that_is_away_does_not_take_help_along(client, path):
    def gone(execute, sql, params, many, context):
        raise OperationalError("the connection is closed")

    client.get(f"/en/{path}")
    with connection.execute_wrapper(gone):
        answer = client.get(f"/en/{path}")

    assert answer.status_code == 200
