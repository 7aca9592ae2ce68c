"""Exporting everything, importing it on another server, and erasing it on the first."""

import json
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import expect

from journeys.accessibility import find_violations
from journeys.conftest import SHOTS
from testing.browser import DESK, PHONE
from testing.server import Server

SESSION = """
import time
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
def sign_in(person):
    session = SessionStore()
    backend = "django.contrib.auth.backends.ModelBackend"
    session.update({SESSION_KEY: person.pk, BACKEND_SESSION_KEY: backend})
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.update(dict.fromkeys(("reauthenticated_at", "since", "seen"), time.time()))
    session.create()
    global told
    told = session.session_key
"""
FULL = """
import random
from datetime import UTC, datetime
from everyhour.features.demo import actions
made = actions.make(
    at=datetime.now(UTC), dice=lambda name: random.Random(name), password="a-long-enough-one"
)
sign_in(made[0].people[0].person)
"""
SMALL = FULL.replace("made[0]", "made[3]")  # axe takes minutes for a page with hundreds of rows
BARE = """
from everyhour.foundation.accounts.models import Person
sign_in(Person.objects.create_user("ada.lark@invented.example.org"))
"""


def seed_session(server: Server, code: str) -> str:
    """Run a script with a server’s models; return the key of the session it opened."""
    return server.seed(SESSION + code)


def open_page(visit, server: Server, session: str, **options):
    context = visit.context(of=server, accept_downloads=True, **options)
    context.add_cookies([{"name": "sessionid", "value": session, "url": server.url}])
    return context.new_page()


def download_export(page, folder: Path) -> zipfile.ZipFile:
    page.goto("/en/data/export/")
    with page.expect_download(timeout=60_000) as waiting:
        page.get_by_role("button", name="Download my copy").click()
    path = folder / f"{waiting.value.suggested_filename}-{page.url.split(':')[2].split('/')[0]}.zip"
    waiting.value.save_as(path)
    return zipfile.ZipFile(path)


@pytest.mark.database
def test_export_imports_elsewhere_unchanged_and_erasure_signs_out(visit, serve, server, tmp_path):
    session = seed_session(server, FULL)
    page = open_page(visit, server, session)

    page.goto("/en/data/")
    page.screenshot(path=SHOTS / "leaving-phone-light.png")
    assert find_violations(page) == []
    first = download_export(page, tmp_path)
    exported = json.loads(first.read("everyhour.json"))
    assert len(exported["moments"]) > 200

    there = serve()
    new = open_page(visit, there, seed_session(there, BARE))
    new.goto("/en/data/import/")
    assert find_violations(new) == []
    new.get_by_role("button", name="Bring it in").click()
    expect(new.get_by_role("alert")).to_have_text("Choose the file first.")
    new.get_by_label("The file").set_input_files(first.filename)
    new.get_by_role("button", name="Bring it in").click()
    expect(new.get_by_role("heading", level=1)).to_have_text("Everything is here", timeout=60_000)
    second = download_export(new, tmp_path)
    assert second.read("everyhour.json") == first.read("everyhour.json")

    page.goto("/en/data/erase/")
    page.screenshot(path=SHOTS / "leaving-erase-phone-light.png", full_page=True)
    assert find_violations(page) == []
    page.get_by_label("Now. Nobody can undo this.").check()
    page.get_by_role("button", name="Delete everything").click()
    expect(page.get_by_role("alert")).to_contain_text("To delete everything now, tick the box.")
    page.get_by_label("I know this can’t be undone.").check()
    page.get_by_role("button", name="Delete everything").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Deleted", timeout=60_000)
    page.goto("/en/data/")
    assert "/data/" not in page.url.split("?")[0]


def test_erasure_request_can_be_cancelled(visit, server):
    page = open_page(visit, server, seed_session(server, FULL), light="night")

    page.goto("/en/data/erase/")
    page.get_by_role("button", name="Delete everything").click()
    expect(page.get_by_role("status")).to_contain_text(
        "Nothing changes until then, and you can still keep your account."
    )
    page.screenshot(path=SHOTS / "leaving-asked-phone-night.png")
    page.get_by_role("button", name="Keep my account").click()

    expect(page.get_by_role("status")).to_have_count(0)


def test_exported_page_is_readable_and_accessible_offline(visit, server, tmp_path):
    page = open_page(visit, server, seed_session(server, SMALL))
    kept = tmp_path / "everyhour.html"
    kept.write_bytes(download_export(page, tmp_path).read("everyhour.html"))

    for name, size in (("phone", PHONE), ("desk", DESK)):
        reader = visit.page(size=size, offline=True)
        reader.goto(kept.as_uri())
        expect(reader.get_by_role("heading", level=1)).to_have_text("Your copy")
        assert reader.evaluate("document.documentElement.scrollWidth <= innerWidth")
        reader.screenshot(path=SHOTS / f"leaving-file-{name}.png")
        assert find_violations(reader) == []
