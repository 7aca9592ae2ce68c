"""Rules of the architecture and the language that an import linter cannot check."""

import re
import subprocess
import tomllib
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
from testing import figures

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "everyhour"
LAYERS = ("foundation", "domain", "features", "config")
LONGEST_FILE = 400
README_LINES = 100
DOCUMENTS = (
    "README.md",
    "ARCHITECTURE.md",
    "STYLE.md",
    "CHANGELOG.md",
    "SECURITY.md",
    "CONTRIBUTING.md",
    "LICENSE",
    "content/LICENSE",
)
LOOSE_COLOUR = re.compile(
    r"#[0-9a-fA-F]{3,8}\b|\b(?:rgb|hsl|hwb|lab|lch|oklab|oklch)a?\("
    r"|(?<![\w-])(?:black|blue|gr[ae]y|green|orange|red|white|yellow)(?![\w-])"
)
PRINT_BLOCK = re.compile(r"@media print\s*\{(?:[^{}]|\{[^{}]*\})*\}")


def layer(module: str) -> int:
    return LAYERS.index(module.split(".")[1])


def packages() -> list[Path]:
    return [
        path
        for name in LAYERS[:3]
        for path in (PACKAGE / name).iterdir()
        if path.is_dir() and path.name != "__pycache__"
    ]


def views(patterns=None):
    for entry in patterns if patterns is not None else get_resolver().url_patterns:
        if isinstance(entry, URLResolver):
            yield from views(entry.url_patterns)
        elif isinstance(entry, URLPattern):
            yield entry


def test_foreign_keys_point_down():
    ours = [model for model in apps.get_models() if model.__module__.startswith("everyhour.")]

    up = [
        f"{model.__name__}.{field.name}"
        for model in ours
        for field in model._meta.get_fields()
        if field.is_relation
        and field.many_to_one
        and layer(field.related_model.__module__) > layer(model.__module__)
    ]

    assert ours
    assert up == []


def test_templates_use_only_their_own_package_and_ui():
    strays = []
    for package in packages():
        for template in package.rglob("templates/**/*.html"):
            for used in re.findall(r'{% (?:extends|include) "([\w-]+)/', template.read_text()):
                if used not in (package.name, "ui"):
                    strays.append(f"{template.relative_to(ROOT)} uses {used}/")

    assert strays == []


def test_every_view_declares_a_permission():
    undeclared = [
        str(entry.pattern) for entry in views() if not getattr(entry.callback, "permission", None)
    ]

    assert len(list(views())) > 10
    assert undeclared == []


def test_every_model_names_its_personal_columns():
    missing = [
        model.__name__
        for model in apps.get_models()
        if model.__module__.startswith("everyhour.")
        and not isinstance(getattr(model, "personal", None), tuple)
    ]

    assert missing == []


def test_every_personal_column_is_in_the_export_register():
    tables = {
        table.model_class: table for part in data_rights.contributors() for table in part.tables
    }
    decided = {
        model: {*table.columns, *table.opened, *table.otherwise, *table.kept_back}
        for model, table in tables.items()
    }

    forgotten = [
        f"{model.__name__}.{column}"
        for model in apps.get_models()
        for column in getattr(model, "personal", ())
        if column not in decided.get(model, ())
    ]

    assert len(tables) > 10
    assert forgotten == []


def test_foreign_keys_to_a_person_cascade_or_become_null():
    """Tables of installed packages too: a row left behind would still identify the person."""
    pointing = [
        r
        for r in get_user_model()._meta.related_objects
        if r.on_delete not in (models.CASCADE, models.SET_NULL)
    ]

    assert pointing == []


def test_every_setting_is_documented():
    read = {
        name
        for path in PACKAGE.rglob("*.py")
        for name in re.findall(r'(?:setting\("|EVERYHOUR_)([A-Z_]+)"', path.read_text())
    }
    documented = (ROOT / "docs/operate/settings.md").read_text()

    assert read
    assert [name for name in sorted(read) if f"EVERYHOUR_{name}" not in documented] == []


def test_every_regular_job_is_documented():
    documented = (ROOT / "docs/operate/timetable.md").read_text()

    assert [job.name for job in TIMETABLE if job.name not in documented] == []


def test_every_task_is_in_the_timetable():
    written = {
        f"{path.parent.name}.{name}"
        for path in PACKAGE.rglob("tasks.py")
        for name in re.findall(r"^def ([a-z]\w*)\(at", path.read_text(), re.M)
    }
    listed = {f"{job.work.__module__.split('.')[-2]}.{job.work.__name__}" for job in TIMETABLE}

    assert written == listed


def test_every_package_is_in_architecture_md():
    text = (ROOT / "ARCHITECTURE.md").read_text()
    names = [f"{package.parent.name}.{package.name}" for package in packages()]

    assert len(names) > 15
    assert [name for name in names if f"`{name}`" not in text] == []


def test_no_file_is_longer_than_400_lines():
    long = {
        str(path.relative_to(ROOT)): length
        for path in PACKAGE.rglob("*.py")
        if "migrations" not in path.parts
        and "tests" not in path.parts
        and (length := len(path.read_text().splitlines())) > LONGEST_FILE
    }

    assert long == {}


def test_styles_and_scripts_request_no_other_origin():
    found = [
        f"{path.relative_to(ROOT)}: {address}"
        for path in PACKAGE.rglob("*")
        if path.suffix in (".css", ".js", ".html", ".svg") and path.is_file()
        for address in re.findall(r"(?:https?:)?//[\w.-]+\.\w+[^\s\"'<)]*", path.read_text())
        if "www.w3.org" not in address and "leave.invalid" not in address
    ]

    assert found == []


@pytest.mark.parametrize(
    "sheet", [path for path in figures.files(".css") if path.name != "tokens.css"], ids=figures.name
)
def test_stylesheet_takes_its_colours_from_tokens(sheet):
    assert loose_colours(sheet.read_text()) == []


def test_loose_colours_are_found_inside_braces():
    sheet = """
        /* #bad is a comment; an id in a selector is no colour */
        #face { color: var(--ink); background: #FFF; }
        @media (min-width: 40rem) { .a:hover { border: 1px solid rgb(0 0 0 / .5); } }
        @media print { .b { color: #000; } .c { fill: #0008; } }
        .d { color: #000; white-space: nowrap; background: white; }
    """

    assert loose_colours(sheet) == ["#FFF", "rgb(", "#0008", "#000", "white"]


def test_every_post_form_carries_a_csrf_token():
    bare = [
        path.name
        for path in PACKAGE.rglob("templates/**/*.html")
        for form in re.findall(r'<form\b[^>]*method="post".*?</form>', path.read_text(), re.S)
        if "csrf_token" not in form
    ]

    # A signed unsubscribe link is opened without a session (RFC 8058).
    assert bare == ["enough.html"]


def test_no_template_has_inline_script_or_style():
    found = [
        str(path.relative_to(ROOT))
        for path in PACKAGE.rglob("templates/**/*.html")
        if path.name not in ("crisis_file.html", "leave_file.html")
        and re.search(r"<script(?![^>]*src=)|<style|\son\w+=|style=", path.read_text())
    ]

    assert found == []


def test_every_dependency_has_a_reason():
    lines = (ROOT / "pyproject.toml").read_text().splitlines()
    named = [
        line
        for line in lines
        if re.match(r'\s+"[a-z][\w\[\],-]*[><=]', line)
        or re.match(r'\s+"(tzdata|types-\w+)"', line)
    ]

    assert len(named) > 15
    assert [line.strip() for line in named if "# " not in line] == []


def test_locks_contain_hashes_and_no_urls():
    for name in ("requirements.lock", "requirements-dev.lock"):
        text = (ROOT / name).read_text()
        packages = re.findall(r"^[a-z0-9][\w.\[\],-]*==", text, re.M)

        assert len(packages) >= 15
        assert text.count("--hash=sha256:") >= len(packages)
        assert "://" not in text


def test_lock_contains_every_dependency():
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    locked = (ROOT / "requirements.lock").read_text().lower()

    assert [
        name
        for line in wanted
        if (name := re.match(r"[\w-]+", line)[0].lower())
        and f"{name}==" not in locked
        and f"{name}[" not in locked
    ] == []


def test_library_passes_its_checks():
    findings = check(settings.CONTENT)

    assert [str(finding) for finding in findings] == []


def test_crisis_files_match_the_content():
    assert crisis_files.check(settings.CONTENT) == 0


@pytest.mark.parametrize("name", DOCUMENTS)
def test_root_documents_exist_and_the_readme_links_to_them(name):
    readme = (ROOT / "README.md").read_text()

    assert (ROOT / name).stat().st_size > 400
    assert name.startswith("README") or "LICENSE" in name or f"]({name}" in readme


def test_readme_is_short_and_names_both_commands():
    lines = (ROOT / "README.md").read_text().splitlines()

    assert len(lines) <= README_LINES
    assert [line for line in lines if line.startswith("make run ")]
    assert [line for line in lines if line.startswith("make test ")]


def test_files_contain_no_paths_of_a_workplace():
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


def test_no_docstring_opens_with_give():
    assert list(figures.give_docstrings(figures.files(".py"))) == []


def test_no_identifier_is_named_told():
    assert list(figures.banned_identifiers(figures.files(".py"))) == []


def test_no_line_is_too_long():
    assert list(figures.long_lines(figures.lined_files())) == []


def test_no_line_opts_out_of_the_formatter():
    assert list(figures.format_skips(figures.files(".py"))) == []


def test_no_packages_import_each_other():
    assert figures.mutual_imports() == []


def test_language_rules_report_each_violation(tmp_path):
    module = tmp_path / "module.py"
    module.write_text(
        'def weigh(told_rows):\n    """Give the weight."""\n    return told_rows'
        f"  # {figures.SKIP}\n# {'x' * 100}\n"
    )
    template = tmp_path / "page.html"
    template.write_text("x" * 121)

    assert list(figures.give_docstrings([module])) == ["module.py:1"]
    assert list(figures.banned_identifiers([module])) == [
        "module.py:1 told_rows",
        "module.py:3 told_rows",
    ]
    assert list(figures.long_lines([module, template])) == [
        "module.py:4 has 102 columns",
        "page.html:1 has 121 columns",
    ]
    assert list(figures.format_skips([module])) == ["module.py:3"]


def test_long_template_line_may_hold_one_sentence_only(tmp_path):
    template = tmp_path / "page.html"
    sentence = f'{{% translate "{"word " * 30}" %}}'
    template.write_text(
        f'  {sentence}\n  data-said="{sentence}">\n'
        f"  {sentence.replace(' %}', ' as hint %}')}\n"
        f"<p>{sentence}</p>\n{sentence}{sentence}\n"
    )

    assert [found.split()[0] for found in figures.long_lines([template])] == [
        "page.html:4",
        "page.html:5",
    ]


def loose_colours(sheet: str) -> list[str]:
    """Return the colours written out in declarations. Print may use #000: paper has no night."""
    sheet = re.sub(r"/\*.*?\*/", "", sheet, flags=re.S)
    sheet = PRINT_BLOCK.sub(lambda block: block[0].replace(": #000;", ": ;"), sheet)
    values = re.findall(r"[\w-]+\s*:([^;{}]*)(?=[;}])", sheet)
    return [colour for value in values for colour in LOOSE_COLOUR.findall(value)]
