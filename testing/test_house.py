"""What an import linter cannot see: the rules of the house, read from the house itself."""

import re
import subprocess
import tomllib
from datetime import date
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import models
from django.urls import URLPattern, URLResolver, get_resolver

from everyhour.config.timetable import TIMETABLE
from everyhour.domain.practices.checks import check
from everyhour.features.now import crisis_files
from everyhour.foundation import data_rights

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "everyhour"
FLOORS = ("foundation", "domain", "features", "config")
LONGEST_FILE = 400


def floor(module: str) -> int:
    return FLOORS.index(module.split(".")[1])


def rooms() -> list[Path]:
    return [
        path
        for name in FLOORS[:3]
        for path in (PACKAGE / name).iterdir()
        if path.is_dir() and path.name != "__pycache__"
    ]


def views(patterns=None):
    for entry in patterns if patterns is not None else get_resolver().url_patterns:
        if isinstance(entry, URLResolver):
            yield from views(entry.url_patterns)
        elif isinstance(entry, URLPattern):
            yield entry


def test_foreign_keys_fall_down():
    ours = [model for model in apps.get_models() if model.__module__.startswith("everyhour.")]

    up = [
        f"{model.__name__}.{field.name}"
        for model in ours
        for field in model._meta.get_fields()
        if field.is_relation
        and field.many_to_one
        and floor(field.related_model.__module__) > floor(model.__module__)
    ]

    assert ours
    assert up == []


def test_templates_use_only_their_own_room_and_the_ui():
    strays = []
    for room in rooms():
        for template in room.rglob("templates/**/*.html"):
            for used in re.findall(r'{% (?:extends|include) "([\w-]+)/', template.read_text()):
                if used not in (room.name, "ui"):
                    strays.append(f"{template.relative_to(ROOT)} uses {used}/")

    assert strays == []


def test_every_view_says_who_may_open_it():
    silent = [
        str(entry.pattern) for entry in views() if not getattr(entry.callback, "permission", None)
    ]

    assert len(list(views())) > 10
    assert silent == []


def test_every_model_says_which_columns_are_personal():
    silent = [
        m.__name__
        for m in apps.get_models()
        if m.__module__.startswith("everyhour.")
        and not isinstance(getattr(m, "personal", None), tuple)
    ]

    assert silent == []


def test_no_personal_column_is_forgotten_when_somebody_leaves():
    tables = {table.of: table for part in data_rights.parts() for table in part.tables}
    told = {
        model: {*table.columns, *table.opened, *table.otherwise, *table.kept_back}
        if (table := tables.get(model))
        else set()
        for model in apps.get_models()
    }

    forgotten = [
        f"{m.__name__}.{c}"
        for m in apps.get_models()
        for c in getattr(m, "personal", ())
        if c not in told[m]
    ]

    assert len(tables) > 10
    assert forgotten == []


def test_whoever_points_at_a_person_goes_or_lets_go_with_them():
    """Tables of other packages too: a row of theirs that stays behind would keep somebody."""
    pointing = [
        r
        for r in get_user_model()._meta.related_objects
        if r.on_delete not in (models.CASCADE, models.SET_NULL)
    ]

    assert pointing == []


def test_every_setting_is_told_to_operators():
    read = {
        name
        for path in PACKAGE.rglob("*.py")
        for name in re.findall(r'(?:setting\("|EVERYHOUR_)([A-Z_]+)"', path.read_text())
    }
    told = (ROOT / "docs/operate/settings.md").read_text()

    assert read
    assert [name for name in sorted(read) if f"EVERYHOUR_{name}" not in told] == []


def test_every_regular_job_is_told_to_operators():
    told = (ROOT / "docs/operate/timetable.md").read_text()

    assert [job.name for job in TIMETABLE if job.name not in told] == []


def test_every_task_stands_in_the_timetable():
    written = {
        f"{path.parent.name}.{name}"
        for path in PACKAGE.rglob("tasks.py")
        for name in re.findall(r"^def ([a-z]\w*)\(at", path.read_text(), re.M)
    }
    listed = {f"{job.work.__module__.split('.')[-2]}.{job.work.__name__}" for job in TIMETABLE}

    assert written == listed


def test_every_room_is_on_the_plan():
    plan = (ROOT / "HOUSE.md").read_text()

    assert [room.name for room in rooms() if f"{room.parent.name}.{room.name}" not in plan] == []


def test_no_file_has_a_second_noun_hiding_in_it():
    long = {
        str(path.relative_to(ROOT)): length
        for path in PACKAGE.rglob("*.py")
        if "migrations" not in path.parts
        and "tests" not in path.parts
        and (length := len(path.read_text().splitlines())) > LONGEST_FILE
    }

    assert long == {}


def test_styles_and_scripts_ask_no_other_origin():
    found = [
        f"{path.relative_to(ROOT)}: {address}"
        for path in PACKAGE.rglob("*")
        if path.suffix in (".css", ".js", ".html", ".svg") and path.is_file()
        for address in re.findall(r"(?:https?:)?//[\w.-]+\.\w+[^\s\"'<)]*", path.read_text())
        if "www.w3.org" not in address and "leave.invalid" not in address
    ]

    assert found == []


def test_styles_speak_in_tokens():
    sheet = (PACKAGE / "foundation/ui/static/ui/components.css").read_text()

    assert re.findall(r"#[0-9a-fA-F]{3,8}\b(?![^{]*})", sheet.replace("color: #000", "")) == []


def test_no_template_has_inline_script_or_style():
    found = [
        str(path.relative_to(ROOT))
        for path in PACKAGE.rglob("templates/**/*.html")
        if path.name not in ("crisis_file.html", "leave_file.html")
        and re.search(r"<script(?![^>]*src=)|<style|\son\w+=|style=", path.read_text())
    ]

    assert found == []


def test_every_dependency_says_why_it_was_invited():
    lines = (ROOT / "pyproject.toml").read_text().splitlines()
    named = [
        line
        for line in lines
        if re.match(r'\s+"[a-z][\w\[\],-]*[><=]', line)
        or re.match(r'\s+"(tzdata|types-\w+)"', line)
    ]

    assert len(named) > 15
    assert [line.strip() for line in named if "# " not in line] == []


def test_locks_hold_hashes_and_no_addresses():
    for name in ("requirements.lock", "requirements-dev.lock"):
        text = (ROOT / name).read_text()
        packages = re.findall(r"^[a-z0-9][\w.\[\],-]*==", text, re.M)

        assert len(packages) >= 15
        assert text.count("--hash=sha256:") >= len(packages)
        assert "://" not in text


def test_the_lock_is_as_the_project_asks():
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    locked = (ROOT / "requirements.lock").read_text().lower()

    assert [
        name
        for line in wanted
        if (name := re.match(r"[\w-]+", line)[0].lower())
        and f"{name}==" not in locked
        and f"{name}[" not in locked
    ] == []


def test_the_library_may_be_shown_today():
    findings = check(settings.CONTENT, today=date.today())

    assert [str(finding) for finding in findings] == []


def test_the_crisis_files_are_as_the_content_is():
    assert crisis_files.check(settings.CONTENT) == 0


@pytest.mark.parametrize(
    "name",
    [
        "README.md",
        "HOUSE.md",
        "STYLE.md",
        "CHANGELOG.md",
        "SECURITY.md",
        "CONTRIBUTING.md",
        "LICENSE",
        "content/LICENSE",
    ],
)
def test_what_a_stranger_looks_for_is_there(name):
    assert len((ROOT / name).read_text()) > 400


def test_nothing_of_a_workplace_is_in_the_files():
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True
    ).stdout.split()
    words = [f"/{'work'}/", f"farm-{'studio'}", f"farm-{'bench'}", f"pypi-{'more'}", f"/{'root'}/"]
    found = [
        f"{name}: {word}"
        for name in listed
        if Path(name).suffix
        in (".md", ".py", ".toml", ".js", ".css", ".html", ".yaml", ".sh", ".lock", "")
        for word in words
        if (ROOT / name).is_file() and word in (ROOT / name).read_text(errors="ignore")
    ]

    assert found == []
