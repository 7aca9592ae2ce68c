"""The `everyhour` command, as an operator meets it for the first time: it explains itself and says what went wrong."""

import logging
import re
from contextlib import closing

import pytest
from django.conf import settings

from everyhour import __version__
from everyhour.config.command import main
from everyhour.config.supervisor import listen
from everyhour.domain.practices.models import Edition
from everyhour.domain.practices.tests import shelves
from everyhour.domain.recommendations.models import OfflineBundle

COMMANDS = ("serve", "worker", "prepare", "content", "crisis", "prove", "engine", "manage")


@pytest.fixture(autouse=True)
def logging_as_it_was():
    """The command sets up logging for a process of its own; take that back."""
    before = list(logging.root.handlers), logging.root.level
    yield
    logging.root.handlers[:], logging.root.level = before[0], before[1]


def run(*words: str) -> int:
    """Give the exit code of a command line, also when it ends the process."""
    try:
        return main(list(words))
    except SystemExit as ended:
        return ended.code or 0


def test_help_names_every_command_and_gives_examples(capsys):
    assert run("--help") == 0

    told = capsys.readouterr().out
    assert all(re.search(rf"^    {command}\b +\w+", told, re.M) for command in COMMANDS)
    assert "everyhour serve --prepare" in told


@pytest.mark.parametrize("command", [command for command in COMMANDS if command != "manage"])
def test_every_command_explains_itself(command, capsys):
    assert run(command, "--help") == 0

    told = capsys.readouterr().out
    assert told.startswith(f"usage: everyhour {command}")
    assert len(told) > 80


@pytest.mark.django_db
def test_any_django_command_can_be_given(capsys):
    assert run("manage", "check") == 0
    assert "no issues" in capsys.readouterr().out


def test_django_commands_are_listed_too(capsys):
    assert run("manage", "--help") == 0
    assert "migrate" in capsys.readouterr().out


def test_the_version_is_told(capsys):
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
def test_what_is_not_understood_is_said_with_the_usage(words, capsys):
    assert run(*words) == 2
    assert "usage: everyhour" in capsys.readouterr().err


def test_checking_our_own_library_finds_all_well(capsys):
    assert run("content", "check", "--today", "2026-11-23") == 0
    assert re.search(r"^3\d\d files read, all well\.$", capsys.readouterr().out, re.M)


def test_checking_a_broken_library_names_file_and_line_and_fails(tmp_path, capsys):
    root = shelves.small(tmp_path)
    shelves.edit(root / "activities/wall-push.md", "[alert, alarm]", "[alert, amber]")

    assert run("content", "check", "--path", str(root), "--today", "2026-11-23") == 1

    told = capsys.readouterr().out
    assert f"{root}/activities/wall-push.md:3: `states` says “amber”" in told
    assert "1 to mend." in told


@pytest.mark.parametrize(("today", "warned"), [("2026-12-22", 0), ("2026-12-23", 3)])
def test_content_check_warns_of_ages_and_passes(tmp_path, today, warned, capsys):
    root = str(shelves.small(tmp_path))

    assert run("content", "check", "--path", root, "--today", today) == 0

    assert capsys.readouterr().out.count("warning: ") == warned


@pytest.mark.parametrize(("today", "code"), [("2027-01-07", 0), ("2027-01-08", 1)])
def test_release_check_fails_when_a_number_is_overdue(today, code, capsys):
    assert run("crisis", "check", "--release", "--today", today) == code
    assert run("crisis", "check", "--today", today) == 0

    assert ("before a release" in capsys.readouterr().out) == bool(code)


def test_a_folder_that_is_not_there_is_said(tmp_path, capsys):
    assert run("content", "check", "--path", str(tmp_path / "nowhere")) == 1


@pytest.mark.django_db
def test_a_good_library_is_loaded_and_a_broken_one_changes_nothing(tmp_path, capsys):
    root = shelves.small(tmp_path)
    words = ("content", "load", "--path", str(root), "--today", "2026-11-23")

    assert run(*words) == 0
    assert "14 items (14 new, 0 changed, 0 withdrawn); pocket" in capsys.readouterr().out
    before = Edition.objects.count(), OfflineBundle.objects.count()

    shelves.edit(root / "activities/wall-push.md", "[alert, alarm]", "[alert, alarm")
    shelves.edit(root / "activities/i-am-here.md", "# I am here", "# Here I am")
    assert run(*words) == 1
    assert "Nothing was loaded." in capsys.readouterr().out
    assert (Edition.objects.count(), OfflineBundle.objects.count()) == before == (14, 2)


def test_the_crisis_files_are_as_the_content_is():
    assert run("crisis", "check") == 0


def test_a_taken_port_is_said_with_a_way_on(capsys):
    with closing(listen("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        assert run("serve", "--port", str(port)) == 1

    told = capsys.readouterr().out
    assert f"Port {port} on 127.0.0.1 is not free" in told
    assert "everyhour serve --port 8001" in told


def test_a_port_that_cannot_be_is_said(capsys):
    assert run("serve", "--port", "70000") in (1, 2)


@pytest.mark.skipif(
    not settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"), reason="about SQLite"
)
def test_serving_a_faulty_sqlite_without_its_worker_is_refused_before_anything_starts(capsys):
    from everyhour.foundation.lib import sqlite

    if not sqlite.has_wal_reset_fault():
        pytest.skip("this SQLite is mended")

    assert run("serve", "--port", "0", "--no-worker") == 1
    assert "--worker-elsewhere" in capsys.readouterr().out
    assert settings.DATABASES["default"]["ENGINE"].endswith("sqlite3")
