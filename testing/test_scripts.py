"""Scripts in strings, which journeys and proofs run in other processes, import names that exist."""

import ast
import importlib
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
IMPORT = re.compile(r"^\s*from (everyhour[\w.]*|testing) import ([\w, ]+)$", re.M)


def imports() -> Iterator[tuple[str, str, str]]:
    """Yield file, module and name of each import inside a string."""
    for folder in ("journeys", "proofs", "bench"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    for module, names in IMPORT.findall(node.value):
                        for name in names.split(","):
                            yield path.name, module, name.split(" as ")[0].strip()


def test_imports_in_scripts_exist():
    found = list(imports())

    assert len(found) > 20
    assert [one for one in found if not exists(one[1], one[2])] == []


def exists(module: str, name: str) -> bool:
    try:
        return hasattr(importlib.import_module(module), name) or bool(
            importlib.import_module(f"{module}.{name}")
        )
    except ImportError:
        return False
