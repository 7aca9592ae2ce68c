"""Names and links in the documentation exist.

Checked are spans in backticks that look like code of ours, commands in code blocks, the calls in
STYLE.md's examples, and relative links.
"""

import ast
import contextlib
import io
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from django.apps import apps

from everyhour.config import command
from testing import figures
from testing.figures import ROOT

DOCUMENTS = (
    *("README.md", "ARCHITECTURE.md", "STYLE.md", "CONTRIBUTING.md", "SECURITY.md"),
    *("CHANGELOG.md", "proofs/README.md", "bench/README.md"),
    *sorted(str(path.relative_to(ROOT)) for path in (ROOT / "docs").rglob("*.md")),
)
# Names from outside the project, files that exist only while it runs, and examples of old names.
OUTSIDE = {
    *("data/everyhour.sqlite3", "results/lives.tmp", "latest.md", "results/policies.md"),
    *("timezone.now", "allauth.mfa", "allauth.account", "emergency.source"),
    *("DOMParser", "conf_level", "wal_checkpoint"),
}
INSTALLED = {"pytest"}
# The first part of a chain that is a local variable in an example, and not a module.
VARIABLES = {"caregiver", "request"}

FENCE = re.compile(r"^```.*?^```", re.M | re.S)
SPAN = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
SETTING = re.compile(r"EVERYHOUR_[A-Z_]+")
FILE = re.compile(r"[\w./-]*\w\.(?:py|js|css|md|c|toml|lock|sh|service|csv|yaml)")
FOLDER = re.compile(
    r"(?:everyhour|foundation|domain|features|docs|content|proofs|testing)/[\w./-]*"
)
DOTTED = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+")
CALL = re.compile(r"([A-Za-z_]\w*)\(.*\)")
CLASS = re.compile(r"[A-Z][a-z]\w*[a-z]\w*[A-Z]\w*")
SNAKE = re.compile(r"[a-z]+(?:_[a-z]+)+")


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_name_in_the_document_exists(document):
    assert list(missing_names((ROOT / document).read_text())) == []


@pytest.mark.parametrize("document", [figures.name(path) for path in figures.files(".md")])
def test_every_relative_link_leads_somewhere(document):
    path = ROOT / document

    assert list(missing_links(path.read_text(), path.parent)) == []


def test_example_code_in_style_md_uses_existing_names():
    assert list(missing_in_examples((ROOT / "STYLE.md").read_text())) == []


@pytest.mark.parametrize(
    "name",
    [
        "domain.moments.merging.unfold",
        "merging.unfold",
        "Nudge.colour",
        "Moment.objects.invisible_to",
        "cards.py",
        "foundation/letterbox/",
        "EVERYHOUR_SHOE_SIZE",
        "everyhour dance",
        "everyhour content ignore",
        "everyhour serve --fast",
        "everyhour prove nothing",
        "make coffee",
        "python -m testing.nothing",
        ".venv/bin/python -m pytest journeys/test_nothing.py",
        "record_no_outcome()",
        "record_no_outcome",
        "SharingOfThings",
        "var(--no-such-token)",
    ],
)
def test_made_up_name_is_reported(name):
    assert list(missing_names(f"Some text, then `{name}`.")) == [name]


def test_made_up_command_in_a_code_block_is_reported():
    block = "```\nmake run     # starts\nmake coffee  # not yet\n```\n    everyhour dance now\n"

    assert list(missing_names(block)) == ["make coffee", "everyhour dance now"]


def test_existing_names_are_not_reported():
    text = (
        "`domain.moments.merging.fold` `merging.fold` `Moment.objects.visible_to` `merging.py` "
        "`everyhour content check --path X` `make run` `EVERYHOUR_STATE` `docs/adr/` `fold()`"
    )

    assert list(missing_names(text)) == []


def test_broken_links_are_reported():
    text = "[a](README.md) [b](NOTHING.md) [c](README.md#start-it) [d](README.md#nowhere)"

    assert list(missing_links(text, ROOT)) == ["NOTHING.md", "README.md#nowhere"]


def test_made_up_names_in_examples_are_reported():
    text = (
        "Text.\n\n    actions.pause(by=caregiver, at=now)    rather than   old(x)\n"
        "    actions.dance(by=caregiver)\n    actions.pause(until=x, colour=red)\n"
        "\n    @guardian\n    def never_there(request):\n        return redirect(nowhere())\n"
    )

    assert sorted(missing_in_examples(text)) == [
        "actions.dance",
        "actions.pause(colour=)",
        "never_there",
        "nowhere",
    ]


def test_architecture_md_lists_the_models_of_every_package():
    text = (ROOT / "ARCHITECTURE.md").read_text()
    rows = re.findall(r"^\| `(\w+\.\w+)` \|.*\| ([^|]+) \|$", text, re.M)
    listed = {package: set(re.findall(r"[A-Z]\w+", models)) for package, models in rows}
    complete = {package for package, models in rows if "…" not in models}
    actual = defaultdict(set)
    for model in apps.get_models():
        if model.__module__.startswith("everyhour."):
            actual[".".join(model.__module__.split(".")[1:3])].add(model.__name__)

    assert len(rows) > 15
    assert {name: models for name, models in listed.items() if models - actual[name]} == {}
    assert {
        name: actual[name] - listed[name] for name in complete if actual[name] - listed[name]
    } == {}


def missing_names(text: str) -> Iterator[str]:
    """Yield the spans that look like code of ours and name nothing, and such commands."""
    for span in [*SPAN.findall(FENCE.sub("", text)), *commands_in_blocks(text)]:
        if span not in OUTSIDE and not exists(span):
            yield span


def commands_in_blocks(text: str) -> Iterator[str]:
    indented = re.findall(r"^    (\S.*)$", text, re.M)
    fenced = [line for block in FENCE.findall(text) for line in block.splitlines()]
    for line in (*fenced, *indented):
        if re.match(r"(?:everyhour|make|python -m) [\w.]", line):
            yield re.split(r"\s{2,}|\s#", line)[0]


def exists(span: str) -> bool:
    """Return whether a span names something of ours, or does not look like our code at all."""
    if settings := SETTING.findall(span):
        return all(name in known_settings() for name in settings)
    if span.startswith(".venv/bin/"):
        return exists(span.removeprefix(".venv/bin/"))
    words = span.split()
    if words[0] == "everyhour" and len(words) > 1:
        return all(command_exists(words) for words in alternatives(words[1:]))
    if words[0] == "make" and len(words) > 1:
        return words[1] in make_targets()
    if words[:2] == ["python", "-m"]:
        arguments = (word for word in words[3:] if FILE.fullmatch(word))
        known = words[2] in INSTALLED or modules(words[2])
        return bool(known) and all(map(path_exists, arguments))
    if FILE.fullmatch(span) or FOLDER.fullmatch(span):
        return path_exists(span)
    if variable := re.fullmatch(r"var\((--[\w-]+)\)", span):
        return f"{variable[1]}:" in tokens()
    name = re.sub(r'\[".*"\]$', "", span)
    if call := CALL.fullmatch(name):
        return call[1] in definitions() or call[1] in OUTSIDE
    if DOTTED.fullmatch(name) and not re.search(r"\.(?:html|json|zip|pdf|org|svg|tmp)$", name):
        return dotted_exists(name)
    if CLASS.fullmatch(name):
        return name in classes()
    if SNAKE.fullmatch(name):
        return name in words_of_the_project()
    return True


def alternatives(words: list[str]) -> list[list[str]]:
    """Split `engine fit | replay` into `engine fit` and `engine replay`."""
    if "|" not in words:
        return [words]
    return [[words[0], word] for word in words[1:] if word != "|"]


def command_exists(words: list[str]) -> bool:
    if words[0] in ("prove", "manage", "…"):
        return words[0] != "prove" or words[1] in ("…", "NAME") or is_proof(words[1])
    options = [word.split("=")[0] for word in words if re.match(r"\[?--\w", word)]
    positional = [word for word in words[1:2] if re.match(r"[a-z]", word)]
    text = help_text(words[0], *positional)
    return bool(text) and all(option.strip("[]") in text for option in options)


def is_proof(name: str) -> bool:
    return name == "all" or (ROOT / f"proofs/{name}.py").is_file()


@cache
def help_text(*words: str) -> str:
    """Return what `everyhour … --help` prints, or nothing where there is no such command."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(io.StringIO()):
        try:
            command.main([*words, "--help"])
        except SystemExit as end:
            return "" if end.code else out.getvalue()
    return ""


@cache
def tokens() -> str:
    return "".join(path.read_text() for path in figures.files(".css"))


@cache
def make_targets() -> set[str]:
    makefile = (ROOT / "Makefile").read_text()
    return set(re.findall(r"^([a-z]\w*):", makefile, re.M))


@cache
def known_settings() -> set[str]:
    found = set()
    for path in figures.files(".py", ".sh", ""):
        text = path.read_text(errors="ignore")
        found |= {f"EVERYHOUR_{name}" for name in re.findall(r'setting\(\s*"([A-Z_]+)"', text)}
        if not path.is_relative_to(ROOT / "testing"):
            found |= set(SETTING.findall(text))
    return found


@cache
def paths() -> set[str]:
    files = [path.relative_to(ROOT) for path in figures.tracked()]
    return {f"/{path}" for file in files for path in (file, *file.parents)}


def path_exists(text: str) -> bool:
    wanted = "/" + text.strip("/")
    return any(path.endswith(wanted) for path in paths())


@cache
def sources() -> dict[str, ast.Module]:
    """Return every Python module of ours by its dotted name."""
    found = {}
    for path in figures.tracked():
        if path.suffix == ".py" and "migrations" not in path.parts:
            dotted = ".".join(path.relative_to(ROOT).with_suffix("").parts)
            found[dotted.removesuffix(".__init__")] = figures.tree(path)
    return found


def modules(dotted: str) -> list[str]:
    """Return the modules whose dotted name ends with this one."""
    return [name for name in sources() if f".{name}".endswith(f".{dotted}")]


@cache
def classes() -> dict[str, list[ast.ClassDef]]:
    found = defaultdict(list)
    for tree in sources().values():
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                found[node.name].append(node)
    return dict(found)


@cache
def functions() -> dict[str, list[ast.FunctionDef | ast.AsyncFunctionDef]]:
    found = defaultdict(list)
    for tree in sources().values():
        for node in ast.walk(tree):
            if isinstance(node, figures.FUNCTIONS):
                found[node.name].append(node)
    return dict(found)


@cache
def definitions() -> set[str]:
    scripts = "".join(path.read_text() for path in figures.files(".js"))
    return {*classes(), *functions(), *re.findall(r"function\*? (\w+)", scripts)}


@cache
def attributes() -> set[str]:
    """Return every name that is read or set after a dot somewhere in the code."""
    return {
        node.attr
        for tree in sources().values()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
    }


@cache
def words_of_the_project() -> set[str]:
    suffixes = (".py", ".js", ".css", ".html", ".yaml", ".toml", ".csv", ".json")
    found: set[str] = set()
    for path in figures.files(*suffixes):
        if path != Path(__file__):
            found |= set(re.findall(r"[a-z]+(?:_[a-z]+)+", path.read_text()))
    return found


def members(body: list[ast.stmt]) -> set[str]:
    """Return the names that statements of a module or class bind."""
    found = set()
    for node in body:
        if isinstance(node, (*figures.FUNCTIONS, ast.ClassDef)):
            found.add(node.name)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names = [name for target in targets for name in ast.walk(target)]
            found |= {name.id for name in names if isinstance(name, ast.Name)}
        elif isinstance(node, ast.Import | ast.ImportFrom):
            found |= {(alias.asname or alias.name).split(".")[0] for alias in node.names}
    return found


def class_members(name: str) -> set[str]:
    """Return what classes of this name bind, with those of their bases that are ours."""
    found = set()
    for node in classes().get(name, ()):
        found |= members(node.body)
        for inner in ast.walk(node):
            if isinstance(inner, ast.Attribute) and isinstance(inner.ctx, ast.Store):
                found.add(inner.attr)
        for base in node.bases:
            if isinstance(base, ast.Name) and base.id != name:
                found |= class_members(base.id)
    return found


def dotted_exists(text: str) -> bool:
    first, *rest = text.split(".")
    if first in classes():
        return rest[0] in class_members(first) and all(
            part in attributes() or part in functions() for part in rest[1:]
        )
    if first in VARIABLES:
        return all(part in attributes() for part in rest)
    parts = [first, *rest]
    for length in range(len(parts), 0, -1):
        for module in modules(".".join(parts[:length])):
            if resolves(sources()[module], parts[length:]):
                return True
    return any(f".{package}".endswith(f".{text}") for package in packages())


@cache
def packages() -> set[str]:
    folders = {path.parent for path in figures.tracked() if path.suffix == ".py"}
    return {".".join(folder.relative_to(ROOT).parts) for folder in folders}


def resolves(tree: ast.Module, parts: list[str]) -> bool:
    if not parts:
        return True
    if parts[0] not in members(tree.body):
        return False
    if len(parts) == 1 or parts[0] not in classes():
        return all(part in attributes() or part in functions() for part in parts[1:])
    return parts[1] in class_members(parts[0])


def missing_links(text: str, folder: Path) -> Iterator[str]:
    for target in LINK.findall(FENCE.sub("", text)):
        address, _, anchor = target.partition("#")
        file = folder / address if address else None
        if re.match(r"\w+:", target):
            continue
        if (file and not file.exists()) or (
            anchor and anchor not in anchors(file.read_text() if file else text)
        ):
            yield target


def anchors(text: str) -> set[str]:
    """Return the anchors of a document's headings, built as code hosts build them."""
    headings = re.findall(r"^#+ (.+)$", text, re.M)
    return {
        re.sub(r"[^\w\- ]", "", heading).strip().lower().replace(" ", "-") for heading in headings
    }


def missing_in_examples(text: str) -> Iterator[str]:
    """Yield the names that example code calls or defines and that do not exist."""
    for block in re.findall(r"(?:^    .*\n(?:\s*\n(?=    ))?)+", text, re.M):
        for tree in parsed(block):
            for node in ast.walk(tree):
                yield from missing_in(node)


def parsed(block: str) -> Iterator[ast.Module]:
    """Parse a block; where it is no program, each line up to its "rather than" by itself."""
    lines = [
        re.split(r"\s{3,}rather than|\s{5,}(?:yes|no)$", line)[0][4:] for line in block.splitlines()
    ]
    for source in ["\n".join(lines)] if "def " in block and ":\n" in block else lines:
        source = re.sub(r"^(def \w+\()\.\.\.\)$", r"\1*_): ...", source)
        source = re.sub(r"^(if .*:)$", r"\1 ...", source) if source in lines else source
        with contextlib.suppress(SyntaxError):
            yield ast.parse(source)


def missing_in(node: ast.AST) -> Iterator[str]:
    defined = isinstance(node, figures.FUNCTIONS) and not node.name.startswith("test_")
    if defined and node.name not in functions():
        yield node.name
    if isinstance(node, ast.Call):
        yield from missing_in_call(node)
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        name = f"{node.value.id}.{node.attr}"
        if node.value.id in classes() and not dotted_exists(name):
            yield name


def missing_in_call(node: ast.Call) -> Iterator[str]:
    called = node.func
    if isinstance(called, ast.Name):
        if called.id not in definitions() and called.id not in imported():
            yield called.id
        return
    if not isinstance(called, ast.Attribute):
        return
    if isinstance(called.value, ast.Name) and modules(called.value.id):
        name = f"{called.value.id}.{called.attr}"
        if not dotted_exists(name):
            yield name
            return
        known = {
            argument.arg
            for function in functions().get(called.attr, ())
            for argument in (*function.args.args, *function.args.kwonlyargs)
        }
        if not any(function.args.kwarg for function in functions().get(called.attr, ())):
            for keyword in node.keywords:
                if keyword.arg not in known:
                    yield f"{name}({keyword.arg}=)"
    elif called.attr not in attributes():
        yield called.attr


@cache
def imported() -> set[str]:
    return {
        alias.asname or alias.name
        for tree in sources().values()
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
