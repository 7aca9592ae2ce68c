"""The offline bundle: by language, by version, compressed, and not modified."""

import gzip
import json
from pathlib import Path

import brotli
import pytest
from django.contrib.staticfiles import finders
from django.db import OperationalError, connection

from everyhour.domain.practices.vocabulary import BODIES
from everyhour.domain.recommendations import bundle

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("library")]


@pytest.mark.parametrize("language", ["en", "es"])
def test_bundle_is_in_the_language_of_its_address(client, language):
    response = client.get(f"/{language}/now/pocket/")

    assert response.status_code == 200
    assert response.json() == json.loads(bundle.serialize(bundle.current(language))[""])
    assert response.json()["language"] == language
    assert "no-cache" in response.headers["Cache-Control"]


def test_service_worker_accepts_bundles_of_this_shape():
    worker = Path(str(finders.find("ui/js/service-worker.js"))).read_text()

    assert f"const SHAPE = {bundle.SHAPE};" in worker
    assert bundle.current("en")["shape"] == bundle.SHAPE


def test_bundle_with_ways_holds_all_that_the_server_reads(client):
    sent = client.get("/en/now/pocket/ways/").json()

    assert {**sent, "chances": bundle.unpack(sent["chances"])} == bundle.current("en")


def test_bundle_without_ways_offers_only_what_fits_as_it_is(client):
    current = {p["slug"]: p for p in bundle.current("en")["practices"]}

    for practice in client.get("/en/now/pocket/").json()["practices"]:
        full = current[practice["slug"]]
        assert not set(BODIES) & set(practice)
        assert practice["bodies"] == [body for body in full["bodies"] if body not in full]


def test_known_etag_returns_304_without_a_body(client):
    tag = client.get("/en/now/pocket/").headers["ETag"]

    again = client.get("/en/now/pocket/", headers={"If-None-Match": tag})
    other = client.get("/es/now/pocket/", headers={"If-None-Match": tag})

    assert (again.status_code, again.content) == (304, b"")
    assert other.status_code == 200


@pytest.mark.parametrize(
    ("accepted", "encoding", "most", "decompress"),
    [("gzip, deflate, br", "br", 60, brotli.decompress), ("gzip", "gzip", 70, gzip.decompress)],
)
def test_bundle_is_compressed_as_the_browser_accepts(client, accepted, encoding, most, decompress):
    first = client.get("/en/now/pocket/", headers={"Accept-Encoding": accepted})

    again = client.get(
        "/en/now/pocket/",
        headers={"Accept-Encoding": accepted, "If-None-Match": first.headers["ETag"]},
    )

    assert first.headers["Content-Encoding"] == encoding
    assert len(first.content) < most * 1024
    assert decompress(first.content) == client.get("/en/now/pocket/").content
    assert again.status_code == 304


def test_bundle_is_found_by_its_version(client, library):
    found = client.get(f"/es/now/pocket/{library.version}/").json()

    assert (found["version"], found["language"]) == (library.version, "es")


@pytest.mark.parametrize("version", ["0000000000000000", "x" * 5000, "..", "%F0%9F%98%80"])
def test_unknown_version_returns_404(client, version):
    assert client.get(f"/en/now/pocket/{version}/").status_code == 404


def test_version_with_a_control_character_returns_404(client):
    client.raise_request_exception = False

    assert client.get("/en/now/pocket/a%00b/").status_code == 404


@pytest.mark.parametrize(
    "path", ["now/", "now/alarm/any/", "now/fear/", "now/pocket/", "now/phone/"]
)
def test_visited_pages_return_200_without_a_database(client, path):
    def fail(execute, sql, params, many, context):
        raise OperationalError("the connection is closed")

    client.get(f"/en/{path}")
    with connection.execute_wrapper(fail):
        response = client.get(f"/en/{path}")

    assert response.status_code == 200
