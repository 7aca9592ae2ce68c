"""The web app manifest, and the files the service worker caches."""

import hashlib
import json
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles.storage import staticfiles_storage

from everyhour.foundation.ui import crisis
from everyhour.foundation.ui.release import release

pytestmark = pytest.mark.django_db


@pytest.fixture
def known(client):
    """Return the data built into this release's service worker."""
    body = client.get("/sw.js").text
    return json.loads(re.search(r"\{\"release\".*?\]\}|\{\"release\".*\}", body)[0])


@pytest.mark.parametrize(
    ("language", "start", "now"), [("en", "/en/", "Right now"), ("es", "/es/", "Ahora mismo")]
)
def test_manifest_is_in_the_language_of_the_page(client, language, start, now):
    answer = client.get(f"/{language}/manifest.webmanifest")

    manifest = answer.json()
    assert answer.headers["Content-Type"] == "application/manifest+json"
    assert (manifest["lang"], manifest["start_url"], manifest["id"]) == (language, start, "/")
    assert manifest["shortcuts"][0]["name"] == now
    assert manifest["shortcuts"][0]["url"] == f"/{language}/now/"


def test_icons_of_the_manifest_exist(client, assets):
    manifest = client.get("/en/manifest.webmanifest").json()

    assert all(
        (assets / icon["src"].removeprefix("/static/")).is_file() for icon in manifest["icons"]
    )


def test_service_worker_is_revalidated_and_covers_every_page(client):
    answer = client.get("/sw.js")

    assert answer.headers["Content-Type"] == "text/javascript"
    assert answer.headers["Service-Worker-Allowed"] == "/"
    assert "no-cache" in answer.headers["Cache-Control"]
    assert "RELEASE */ null" not in answer.text


def test_service_worker_has_the_digest_of_each_asset(known, assets):
    assert known["release"] == release()
    assert known["assets"]
    for address, digest in known["assets"]:
        name = address.removeprefix("/static/")
        assert hashlib.sha256((assets / name).read_bytes()).hexdigest() == digest
        assert name in staticfiles_storage.hashed_files.values()


def test_service_worker_has_the_crisis_page_of_each_language(known):
    held = dict(known["crisis"])

    assert {"/help/", "/help/in-es/", "/leave/"} <= set(held)
    assert all(
        hashlib.sha256(crisis.read(path)).hexdigest() == digest for path, digest in held.items()
    )


def test_pages_fetched_by_the_service_worker_exist(known, client):
    # Pages of features/now need an offline bundle and are tested there.
    pages = [page for page in known["pages"] if "now" not in page]

    assert {"/en/", "/es/", "/en/offline/", "/es/offline/"} <= set(pages)
    assert all(client.get(page).status_code == 200 for page in pages)


def test_imports_of_cached_modules_are_cached(known, assets):
    """Without a network, a module whose import is not cached does not run at all."""
    kept = {address.removeprefix("/static/") for address, _digest in known["assets"]}

    asked = {
        (Path(name).parent / other).as_posix().replace("/./", "/")
        for name in kept
        if name.endswith(".js")
        for other in re.findall(
            r"""^import .*from ["'](\./[^"']+)["']""", (assets / name).read_text(), re.M
        )
    }

    assert len(asked) >= 4
    assert asked <= kept
