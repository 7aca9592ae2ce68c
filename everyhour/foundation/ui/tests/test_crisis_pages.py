"""Crisis pages are read from disk, else from memory, without database, template or setting."""

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
def test_paths_map_to_files_and_unknown_countries_to_all(path, name):
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
def test_other_paths_return_none(path):
    assert crisis.file_for(path) is None
    assert crisis.read(path) is None


@pytest.mark.parametrize("path", ["/help/US/", "/help/us", "/help/us/in-es", "/Help/"])
def test_paths_without_slash_or_in_capitals_are_found(path):
    assert crisis.read(path)


@settings(deadline=None)
@given(st.text(max_size=60))
def test_no_path_reads_a_file_outside_the_folder(text):
    for path in (text, f"/help/{text}", f"/help/{text}/"):
        file = crisis.file_for(path)
        assert file is None or file.parent == crisis.FILES


def test_pages_are_served_from_memory_without_the_disk(monkeypatch, tmp_path):
    before, trouble = crisis.read("/help/"), crisis.trouble_page()
    monkeypatch.setattr(crisis, "FILES", tmp_path / "gone")

    assert crisis.read("/help/") == crisis.read("/help/zz/") == before
    assert crisis.trouble_page() == trouble
    assert b"911" in crisis.read("/help/us/")


@pytest.mark.parametrize("path", ["/help/us/", "/help/in-es/", "/help/us/in-es/"])
def test_country_and_language_are_kept_without_the_disk(monkeypatch, tmp_path, path):
    before = crisis.read(path)
    monkeypatch.setattr(crisis, "FILES", tmp_path / "gone")

    assert crisis.read(path) == before


def test_leave_page_has_its_target_without_the_disk(monkeypatch, tmp_path):
    monkeypatch.setattr(crisis, "FILES", tmp_path / "gone")

    assert b"leave.invalid" not in crisis.read("/leave/")


def test_leave_page_uses_the_configured_target_without_quotes():
    script = "from everyhour.foundation.ui import crisis; print(crisis.read('/leave/').decode())"
    environment = {**os.environ, "EVERYHOUR_LEAVE_TO": 'https://news.example/"><script>'}

    printed = subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True
    ).stdout

    assert 'url=https://news.example/><script>"' in printed
    assert "leave.invalid" not in printed


def test_supervisor_imports_neither_django_nor_yaml():
    script = (
        "import sys, everyhour.config.supervisor;"
        "print('django' in sys.modules, 'yaml' in sys.modules)"
    )

    printed = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    ).stdout

    assert printed.split() == ["False", "False"]


@pytest.mark.parametrize("path", ["/help/", "/help/us/in-es/", "/leave/"])
def test_headers_allow_only_the_pages_own_style(path):
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
