"""The `everyhour` command: help, exit codes and messages."""

import logging
import re
from contextlib import closing

import pytest
from django.conf import settings

from everyhour import __version__
from everyhour.config.command import main
from everyhour.config.supervisor import listen
from everyhour.domain.practices.models import Edition
from everyhour.domain.practices.tests import libraries
from everyhour.domain.recommendations.models import OfflineBundle

COMMANDS = ("serve", "worker", "prepare", "content", "crisis", "prove", "engine", "manage")


@pytest.fixture(autouse=True)
def restored_logging():
    """Undo the logging setup of the command."""
    before = list(logging.root.handlers), logging.root.level
    yield
    logging.root.handlers[:], logging.root.level = before[0], before[1]


def run(*words: str) -> int:
    """Return the exit code of a command line, also when argparse exits."""
    try:
        return main(list(words))
    except SystemExit as ended:
        return ended.code or 0


def test_help_names_every_command_and_gives_examples(capsys):
    assert run("--help") == 0

    output = capsys.readouterr().out
    assert all(re.search(rf"^    {command}\b +\w+", output, re.M) for command in COMMANDS)
    assert "everyhour serve --prepare" in output


@pytest.mark.parametrize("command", [command for command in COMMANDS if command != "manage"])
def test_every_command_has_a_help_text(command, capsys):
    assert run(command, "--help") == 0

    output = capsys.readouterr().out
    assert output.startswith(f"usage: everyhour {command}")
    assert len(output) > 80


@pytest.mark.django_db
def test_manage_runs_a_django_command(capsys):
    assert run("manage", "check") == 0
    assert "no issues" in capsys.readouterr().out


def test_manage_help_lists_django_commands(capsys):
    assert run("manage", "--help") == 0
    assert "migrate" in capsys.readouterr().out


def test_version_is_printed(capsys):
    assert run("--version") == 0
    assert capsys.readouterr().out.strip() == f"everyhour {__version__}"


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("sing",),
        ("content", "sing"),
        ("content", "check", "--today", "soon"),
        ("serve", "--port", "many"),
    ],
)
def test_unknown_arguments_print_the_usage(words, capsys):
    assert run(*words) == 2
    assert "usage: everyhour" in capsys.readouterr().err


def test_content_check_finds_no_problems_in_the_shipped_library(capsys):
    assert run("content", "check", "--today", "2026-11-23") == 0
    assert re.search(r"^\d{3} files checked, no problems found\.$", capsys.readouterr().out, re.M)


def test_content_check_names_file_and_line_and_fails(tmp_path, capsys):
    root = libraries.small(tmp_path)
    libraries.edit(root / "activities/wall-push.md", "[alert, alarm]", "[alert, amber]")

    assert run("content", "check", "--path", str(root), "--today", "2026-11-23") == 1

    output = capsys.readouterr().out
    assert f"{root}/activities/wall-push.md:3: `states` says “amber”" in output
    assert "1 to fix." in output


@pytest.mark.parametrize(("today", "warned"), [("2026-12-22", 0), ("2026-12-23", 3)])
def test_content_check_warns_of_ages_and_passes(tmp_path, today, warned, capsys):
    root = str(libraries.small(tmp_path))

    assert run("content", "check", "--path", root, "--today", today) == 0

    assert capsys.readouterr().out.count("warning: ") == warned


@pytest.mark.parametrize(("today", "code"), [("2027-01-07", 0), ("2027-01-08", 1)])
def test_release_check_fails_when_a_number_is_overdue(today, code, capsys):
    assert run("crisis", "check", "--release", "--today", today) == code
    assert run("crisis", "check", "--today", today) == 0

    assert ("before a release" in capsys.readouterr().out) == bool(code)


def test_content_check_names_a_missing_folder(tmp_path, capsys):
    assert run("content", "check", "--path", str(tmp_path / "nowhere")) == 1
    assert "nowhere/sources.yaml:1: " in capsys.readouterr().out


@pytest.mark.django_db
def test_content_load_loads_a_valid_library_only(tmp_path, capsys):
    root = libraries.small(tmp_path)
    words = ("content", "load", "--path", str(root), "--today", "2026-11-23")

    assert run(*words) == 0
    assert "15 items (15 new, 0 changed, 0 withdrawn); offline bundle" in capsys.readouterr().out
    before = Edition.objects.count(), OfflineBundle.objects.count()

    libraries.edit(root / "activities/wall-push.md", "[alert, alarm]", "[alert, alarm")
    libraries.edit(root / "activities/i-am-here.md", "# I am here", "# Here I am")
    assert run(*words) == 1
    assert "Nothing was loaded." in capsys.readouterr().out
    assert (Edition.objects.count(), OfflineBundle.objects.count()) == before == (15, 2)


def test_crisis_check_passes_for_the_shipped_files():
    assert run("crisis", "check") == 0


def test_serve_names_a_taken_port_and_a_remedy(capsys):
    with closing(listen("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        assert run("serve", "--port", str(port)) == 1

    output = capsys.readouterr().out
    assert f"Cannot listen on port {port} of 127.0.0.1" in output
    assert "everyhour serve --port 8001" in output


def test_serve_refuses_an_invalid_port(capsys):
    assert run("serve", "--port", "70000") == 1
    assert "from 0 to 65535" in capsys.readouterr().out


@pytest.mark.skipif(
    not settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"), reason="about SQLite"
)
def test_serve_refuses_a_faulty_sqlite_without_worker(capsys):
    from everyhour.foundation.lib import sqlite

    if not sqlite.has_wal_reset_fault():
        pytest.skip("this SQLite has the fix")

    assert run("serve", "--port", "0", "--no-worker") == 1
    assert "--worker-elsewhere" in capsys.readouterr().out
