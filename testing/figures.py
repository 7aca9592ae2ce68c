"""Figures about the code: sizes, mutual imports, and the few language rules a machine can hold.

`python -m testing.figures` prints them. testing/test_architecture.py fails on the rules among them.
"""

import ast
import io
import re
import statistics
import subprocess
import tokenize
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COLUMNS = 100
TEMPLATE_COLUMNS = 120
CODE = (".py", ".js", ".css")
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
DOCUMENTED = (ast.Module, ast.ClassDef, *FUNCTIONS)
# One sentence to translate, alone on its line or the value of an attribute: Django reads a tag from
# one line only, and the sentence is the key of its translation.
SENTENCE = re.compile(r"""\s*(?:[\w-]+=")?\{% translate "[^"]*"(?: as \w+)? %\}"?>?""")
SKIP = "fmt: " + "skip"  # in two parts, so that this file does not count itself
SKIPPED = re.compile(rf"#\s*{SKIP}")


def main() -> None:
    python = list(files(".py"))
    ours = [path for path in python if not is_test(path)]
    functions = sorted(function_sizes(ours))
    longest_file = max(ours, key=count_lines)
    rows = [
        ("Python files", len(python)),
        ("Python lines", sum(map(count_lines, python))),
        ("Python lines without tests", sum(map(count_lines, ours))),
        ("JavaScript and CSS lines", sum(map(count_lines, files(".js", ".css")))),
        ("mutual imports between packages", len(mutual_imports())),
        ("functions, without tests", len(functions)),
        ("lines in a function, median", statistics.median(size for size, _ in functions)),
        ("lines in a function, 95th percentile", functions[len(functions) * 95 // 100][0]),
        ("longest function", "{} ({})".format(*functions[-1])),
        ("longest file, without tests", f"{count_lines(longest_file)} ({name(longest_file)})"),
        ("lines that are too long", len(list(long_lines(lined_files())))),
        (SKIP, len(list(format_skips(python)))),
        ('docstrings that open with "Give"', len(list(give_docstrings(python)))),
        ("identifiers `told`", len(list(banned_identifiers(python)))),
    ]
    width = max(len(label) for label, _ in rows)
    for label, figure in rows:
        print(f"{label:{width}}  {figure}")


def files(*suffixes: str) -> Iterator[Path]:
    """Yield the files under version control with these suffixes; without migrations and vendor."""
    for path in tracked():
        if path.suffix in suffixes and not {"migrations", "vendor"} & set(path.parts):
            yield path


@cache
def tracked() -> tuple[Path, ...]:
    """Return the files git knows or would add, so that a new file counts before its commit."""
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return tuple(path for line in names.splitlines() if (path := ROOT / line).is_file())


def lined_files() -> Iterator[Path]:
    """Yield the files whose lines have a limit: code, and the templates of pages."""
    yield from files(*CODE)
    for path in files(".html"):
        if "templates" in path.parts:
            yield path


def long_lines(paths: Iterable[Path]) -> Iterator[str]:
    """Yield the lines that are too long, except those of templates with only one sentence."""
    for path in paths:
        template = path.suffix == ".html"
        limit = TEMPLATE_COLUMNS if template else COLUMNS
        for number, line in enumerate(path.read_text().splitlines(), 1):
            if len(line) > limit and not (template and SENTENCE.fullmatch(line)):
                yield f"{name(path)}:{number} has {len(line)} columns"


def format_skips(paths: Iterable[Path]) -> Iterator[str]:
    for path in paths:
        for number, line in enumerate(path.read_text().splitlines(), 1):
            if SKIPPED.search(line):
                yield f"{name(path)}:{number}"


def give_docstrings(paths: Iterable[Path]) -> Iterator[str]:
    for path in paths:
        for node in ast.walk(tree(path)):
            if isinstance(node, DOCUMENTED) and re.match(
                r"Give[sn]?\b", ast.get_docstring(node) or ""
            ):
                yield f"{name(path)}:{getattr(node, 'lineno', 1)}"


def banned_identifiers(paths: Iterable[Path]) -> Iterator[str]:
    for path in paths:
        for token in tokenize.generate_tokens(io.StringIO(path.read_text()).readline):
            if token.type == tokenize.NAME and re.fullmatch(r"_?told(_\w+)?", token.string):
                yield f"{name(path)}:{token.start[0]} {token.string}"


def function_sizes(paths: Iterable[Path]) -> Iterator[tuple[int, str]]:
    """Yield each function's lines, from `def` to its last line, without its docstring."""
    for path in paths:
        for node in ast.walk(tree(path)):
            if isinstance(node, FUNCTIONS):
                size = (node.end_lineno or node.lineno) - node.lineno + 1
                if ast.get_docstring(node):
                    docstring = node.body[0]
                    size -= (docstring.end_lineno or docstring.lineno) - docstring.lineno + 1
                yield size, f"{name(path)}:{node.lineno} {node.name}"


def mutual_imports() -> list[tuple[str, str]]:
    """Return the pairs of packages of `everyhour` that import each other, tests left out."""
    imports: dict[str, set[str]] = {}
    for path in files(".py"):
        if path.is_relative_to(ROOT / "everyhour") and not is_test(path):
            package = package_of(path)
            imports.setdefault(package, set()).update(
                target
                for module in imported_modules(path)
                if (target := package_of(module_path(module))) != package
            )
    return sorted(
        (one, other)
        for one, targets in imports.items()
        for other in targets
        if one < other and one in imports.get(other, ()) and not other.startswith(f"{one}.")
    )


def imported_modules(path: Path) -> Iterator[str]:
    """Yield the modules of `everyhour` that a file imports anywhere, also inside functions."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            found = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            found = []
        yield from (module for module in found if module.startswith("everyhour."))


def module_path(module: str) -> Path:
    """Return the file or folder that a dotted name leads to, as far as it is one."""
    path = ROOT
    for part in module.split("."):
        if (path / part).is_dir():
            path /= part
        elif (path / f"{part}.py").is_file():
            return path / f"{part}.py"
        else:
            break
    return path


def package_of(path: Path) -> str:
    folder = path if path.is_dir() else path.parent
    return ".".join(folder.relative_to(ROOT).parts)


def is_test(path: Path) -> bool:
    inside = path.relative_to(ROOT).parts
    return "tests" in inside or inside[0] in ("testing", "journeys", "proofs", "bench")


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def count_lines(path: Path) -> int:
    return len(path.read_text().splitlines())


def name(path: Path) -> str:
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else path.name


if __name__ == "__main__":
    main()
