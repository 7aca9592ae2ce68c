"""A phone installs us, keeps this release whole, and asks nobody else for anything."""

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
    """What the service worker of this release knows."""
    body = client.get("/sw.js").text
    return json.loads(re.search(r"\{\"release\".*?\]\}|\{\"release\".*\}", body)[0])


@pytest.mark.parametrize(
    ("language", "start", "now"), [("en", "/en/", "Right now"), ("es", "/es/", "Ahora mismo")]
)
def test_the_manifest_speaks_the_language_of_the_page(client, language, start, now):
    answer = client.get(f"/{language}/manifest.webmanifest")

    told = answer.json()
    assert answer.headers["Content-Type"] == "application/manifest+json"
    assert (told["lang"], told["start_url"], told["id"]) == (language, start, "/")
    assert told["shortcuts"][0]["name"] == now
    assert told["shortcuts"][0]["url"] == f"/{language}/now/"


def test_every_icon_of_the_manifest_is_there(client, assets):
    told = client.get("/en/manifest.webmanifest").json()

    assert all((assets / icon["src"].removeprefix("/static/")).is_file() for icon in told["icons"])


def test_the_service_worker_is_fresh_each_time_and_may_look_after_every_page(client):
    answer = client.get("/sw.js")

    assert answer.headers["Content-Type"] == "text/javascript"
    assert answer.headers["Service-Worker-Allowed"] == "/"
    assert "no-cache" in answer.headers["Cache-Control"]
    assert "RELEASE */ null" not in answer.text


def test_the_service_worker_names_the_digest_of_each_asset(known, assets):
    assert known["release"] == release()
    assert known["assets"]
    for address, digest in known["assets"]:
        name = address.removeprefix("/static/")
        assert hashlib.sha256((assets / name).read_bytes()).hexdigest() == digest
        assert name in staticfiles_storage.hashed_files.values()


def test_the_service_worker_holds_the_crisis_page_of_each_language(known):
    held = dict(known["crisis"])

    assert {"/help/", "/help/in-es/", "/leave/"} <= set(held)
    assert all(
        hashlib.sha256(crisis.read(path)).hexdigest() == digest for path, digest in held.items()
    )


def test_every_page_the_service_worker_fetches_exists(known, client):
    pages = [
        page for page in known["pages"] if not re.search("now", page)
    ]  # those with a pocket are tested where the pocket is

    assert {"/en/", "/es/", "/en/offline/", "/es/offline/"} <= set(pages)
    assert all(client.get(page).status_code == 200 for page in pages)


def test_what_a_kept_module_imports_is_kept_too(known, assets):
    """A module that asks for one the phone does not carry stays dead without a network, and the page with it."""
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
