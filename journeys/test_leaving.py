"""Somebody takes everything along, brings it to another Everyhour, and goes from the first one."""

import json
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import expect

from journeys.accessible import hindrances
from journeys.conftest import SHOTS
from testing.browser import DESK, PHONE
from testing.server import Server

SESSION = """
import time
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
def sign_in(person):
    session = SessionStore()
    session.update({SESSION_KEY: person.pk, BACKEND_SESSION_KEY: "django.contrib.auth.backends.ModelBackend",
                    HASH_SESSION_KEY: person.get_session_auth_hash(), "reauthenticated_at": time.time(), "since": time.time(), "seen": time.time()})
    session.create()
    global told
    told = session.session_key
"""
FULL = """
import random
from datetime import UTC, datetime
from everyhour.features.demo import actions
made = actions.make(at=datetime.now(UTC), dice=lambda name: random.Random(name), password="a-long-enough-one")
sign_in(made[0].people[0].person)
"""
SMALL = FULL.replace("made[0]", "made[3]")  # axe takes minutes for a page with hundreds of rows
BARE = """
from everyhour.foundation.accounts.models import Person
sign_in(Person.objects.create_user("ada.lark@invented.example.org"))
"""


def inside(server: Server, code: str) -> str:
    """Run a script inside a server’s own state; return the session it opened."""
    return server.seed(SESSION + code)


def arrive(visit, server: Server, session: str, **options):
    context = visit.context(of=server, accept_downloads=True, **options)
    context.add_cookies([{"name": "sessionid", "value": session, "url": server.url}])
    return context.new_page()


def take_along(page, folder: Path) -> zipfile.ZipFile:
    page.goto("/en/data/export/")
    with page.expect_download(timeout=60_000) as waiting:
        page.get_by_role("button", name="Download my copy").click()
    path = folder / f"{waiting.value.suggested_filename}-{page.url.split(':')[2].split('/')[0]}.zip"
    waiting.value.save_as(path)
    return zipfile.ZipFile(path)


@pytest.mark.database
def test_out_of_one_everyhour_into_another_and_gone_from_the_first(visit, serve, server, tmp_path):
    session = inside(server, FULL)
    page = arrive(visit, server, session)

    page.goto("/en/data/")
    page.screenshot(path=SHOTS / "leaving-phone-light.png")
    assert hindrances(page) == []
    first = take_along(page, tmp_path)
    told = json.loads(first.read("everyhour.json"))
    assert len(told["moments"]) > 200

    there = serve()
    new = arrive(visit, there, inside(there, BARE))
    new.goto("/en/data/import/")
    assert hindrances(new) == []
    new.get_by_role("button", name="Bring it in").click()
    expect(new.get_by_role("alert")).to_have_text("Choose the file first.")
    new.get_by_label("The file").set_input_files(first.filename)
    new.get_by_role("button", name="Bring it in").click()
    expect(new.get_by_role("heading", level=1)).to_have_text("Everything is here", timeout=60_000)
    second = take_along(new, tmp_path)
    assert second.read("everyhour.json") == first.read("everyhour.json")

    page.goto("/en/data/erase/")
    page.screenshot(path=SHOTS / "leaving-erase-phone-light.png", full_page=True)
    assert hindrances(page) == []
    page.get_by_label("Now. Nobody can undo this.").check()
    page.get_by_role("button", name="Delete everything").click()
    expect(page.get_by_role("alert")).to_contain_text("To delete everything now, tick the box.")
    page.get_by_label("I know this can’t be undone.").check()
    page.get_by_role("button", name="Delete everything").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Deleted", timeout=60_000)
    page.goto("/en/data/")
    assert "/data/" not in page.url.split("?")[0]


def test_seven_days_to_think_and_staying(visit, server):
    page = arrive(visit, server, inside(server, FULL), light="night")

    page.goto("/en/data/erase/")
    page.get_by_role("button", name="Delete everything").click()
    expect(page.get_by_role("status")).to_contain_text(
        "Nothing changes until then, and you can still keep your account."
    )
    page.screenshot(path=SHOTS / "leaving-asked-phone-night.png")
    page.get_by_role("button", name="Keep my account").click()

    expect(page.get_by_role("status")).to_have_count(0)


def test_the_page_taken_along_reads_well_without_a_network(visit, server, tmp_path):
    page = arrive(visit, server, inside(server, SMALL))
    kept = tmp_path / "everyhour.html"
    kept.write_bytes(take_along(page, tmp_path).read("everyhour.html"))

    for name, size in (("phone", PHONE), ("desk", DESK)):
        reader = visit.page(size=size, offline=True)
        reader.goto(kept.as_uri())
        expect(reader.get_by_role("heading", level=1)).to_have_text("Your copy")
        assert reader.evaluate("document.documentElement.scrollWidth <= innerWidth")
        reader.screenshot(path=SHOTS / f"leaving-file-{name}.png")
        assert hindrances(reader) == []
