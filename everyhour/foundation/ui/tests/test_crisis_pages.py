"""The crisis page is read from disk, else from memory; no database, template or setting stands in between."""

import base64
import hashlib
import os
import re
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from everyhour.foundation.ui import crisis


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/help/", "all.en.html"),
        ("/help", "all.en.html"),
        ("/help.html", "all.en.html"),
        ("/help/us/", "us.en.html"),
        ("/help/us/in-es/", "us.es.html"),
        ("/help/in-es/", "all.es.html"),
        ("/help/zz/", "all.en.html"),
        ("/help/zz/in-es/", "all.es.html"),
        ("/help/us/in-zz/", "us.en.html"),
        ("/leave/", "leave.html"),
    ],
)
def test_a_path_leads_to_its_file_and_an_unknown_country_to_all(path, name):
    assert crisis.file_for(path).name == name
    assert crisis.read(path)


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/en/",
        "/helpful/",
        "/en/help/",
        "/help/../../settings.py",
        "/help/us/../",
        "/leave/x",
        "/help/%00/",
        "/help/a.b/",
    ],
)
def test_other_paths_are_not_ours(path):
    assert crisis.file_for(path) is None
    assert crisis.read(path) is None


@pytest.mark.parametrize("path", ["/help/US/", "/help/us", "/help/us/in-es", "/Help/"])
def test_an_address_typed_by_hand_finds_help_too(path):
    assert crisis.read(path)


@settings(deadline=None)
@given(st.text(max_size=60))
def test_no_path_reads_a_file_that_is_not_ours(text):
    for path in (text, f"/help/{text}", f"/help/{text}/"):
        file = crisis.file_for(path)
        assert file is None or file.parent == crisis.FILES


def test_what_was_read_at_the_start_still_helps_when_the_disk_is_gone(monkeypatch, tmp_path):
    before, trouble = crisis.read("/help/"), crisis.trouble_page()
    monkeypatch.setattr(crisis, "FILES", tmp_path / "gone")

    assert crisis.read("/help/") == crisis.read("/help/zz/") == before
    assert crisis.trouble_page() == trouble
    assert b"911" in crisis.read("/help/us/")


@pytest.mark.parametrize("path", ["/help/us/", "/help/in-es/", "/help/us/in-es/"])
def test_country_and_language_are_kept_too_when_the_disk_is_gone(monkeypatch, tmp_path, path):
    before = crisis.read(path)
    monkeypatch.setattr(crisis, "FILES", tmp_path / "gone")

    assert crisis.read(path) == before


def test_leaving_leads_away_also_when_the_disk_is_gone(monkeypatch, tmp_path):
    monkeypatch.setattr(crisis, "FILES", tmp_path / "gone")

    assert b"leave.invalid" not in crisis.read("/leave/")


def test_the_leave_page_carries_the_hosts_own_target():
    tell = "from everyhour.foundation.ui import crisis; print(crisis.read('/leave/').decode())"
    environment = {**os.environ, "EVERYHOUR_LEAVE_TO": 'https://news.example/"><script>'}

    told = subprocess.run(
        [sys.executable, "-c", tell], env=environment, capture_output=True, text=True, check=True
    ).stdout

    assert 'url=https://news.example/><script>"' in told
    assert "leave.invalid" not in told


def test_the_crisis_page_and_its_guard_need_no_django():
    tell = "import sys, everyhour.config.supervisor; print('django' in sys.modules, 'yaml' in sys.modules)"

    told = subprocess.run(
        [sys.executable, "-c", tell], capture_output=True, text=True, check=True
    ).stdout

    assert told.split() == ["False", "False"]


@pytest.mark.parametrize("path", ["/help/", "/help/us/in-es/", "/leave/"])
def test_headers_allow_the_pages_own_style_and_nothing_else(path):
    body = crisis.read(path)

    headers = dict(crisis.headers(body))

    style = re.search(rb"<style>(.*?)</style>", body, re.S)[1]
    digest = base64.b64encode(hashlib.sha256(style).digest()).decode()
    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; ")
    assert f"style-src 'sha256-{digest}'" in policy
    assert "script-src" not in policy
    assert headers["content-length"] == str(len(body))
    assert headers["referrer-policy"] == "no-referrer"
    assert "set-cookie" not in headers
