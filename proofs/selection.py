"""Choose the sabotages of one run: those that a change touches, and a ninth in rotation.

A sabotage is touched when a file of its proof changed, or a file of the product that its proof
names or imports. Where that is more than a sixth of all, a sixth is taken. The commit decides the
rotation, so that a run can be repeated. EVERYHOUR_ALL_SABOTAGES=1 takes all;
EVERYHOUR_CHANGED_SINCE names the commit to compare with.
"""

import ast
import hashlib
import math
import os
import re
import subprocess
from functools import cache
from pathlib import Path

from testing.server import ROOT

TURNS = 9
MOST = 1 / 6
# A change here touches every proof.
SHARED = {"__init__.py", "conftest.py", "report.py", "sandbox.py", "selection.py", "test_proofs.py"}
FILE = re.compile(r"[\w/.-]+\.(py|js|css|html)")

Sabotage = tuple[str, str]


def choose(sabotages: list[Sabotage]) -> tuple[list[Sabotage], list[Sabotage]]:
    """Return the sabotages to run, and touched ones that must wait for `make verify`."""
    if os.environ.get("EVERYHOUR_ALL_SABOTAGES"):
        return sabotages, []
    commit, changed = _git("rev-parse", "HEAD"), changed_files()
    turn = int(hashlib.sha256(commit.encode()).hexdigest(), 16) % TURNS
    rotating = [one for number, one in enumerate(sorted(sabotages)) if number % TURNS == turn]
    touched = [one for one in sabotages if files_of(one[0]) & changed and one not in rotating]
    touched.sort(key=lambda one: hashlib.sha256(f"{commit}{one}".encode()).digest())
    room = max(math.ceil(len(sabotages) * MOST) - len(rotating), 0)
    return rotating + touched[:room], touched[room:]


@cache
def changed_files() -> frozenset[str]:
    """Return the paths that differ from the main branch or, on it, from the commit before.

    Returns none when the history is shallow.
    """
    since = os.environ.get("EVERYHOUR_CHANGED_SINCE", "")
    head = _git("rev-parse", "HEAD")
    for branch in ("origin/main", "main"):
        base = _git("merge-base", "HEAD", branch)
        if not since and base and base != head:
            since = base
    return frozenset(_git("diff", "--name-only", since or "HEAD~1").splitlines())


@cache
def files_of(proof: str) -> frozenset[str]:
    """Return the modules of a proof, and the product's files that they name or import."""
    modules, waiting = set(), [ROOT / "proofs" / f"{proof}.py"]
    found: set[str] = {f"proofs/{name}" for name in SHARED}
    while waiting:
        module = waiting.pop()
        if module in modules or not module.exists():
            continue
        modules.add(module)
        for path in _named(module):
            if path.parent == ROOT / "proofs" and path.name not in SHARED:
                waiting.append(path)
            elif path.parent != ROOT / "proofs":
                found.add(str(path.relative_to(ROOT)))
    return frozenset(found | {str(path.relative_to(ROOT)) for path in modules})


def _named(module: Path) -> set[Path]:
    named: set[Path] = set()
    texts: set[str] = set()
    for node in ast.walk(ast.parse(module.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module:
            for dotted in (node.module, *(f"{node.module}.{one.name}" for one in node.names)):
                named |= _file(dotted)
        elif isinstance(node, ast.Import):
            for one in node.names:
                named |= _file(one.name)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            texts.add(node.value)
    for text in texts:  # "everyhour.engine.safety.check" names a function of a module
        named |= _file(text) | _file(text.rpartition(".")[0])
    # Paths are often put together: Path("features/now") / "flow.html"
    folders = [ROOT / "everyhour", ROOT / "everyhour" / "foundation" / "ui"]
    folders += [path for text in texts if "/" in text and _is_folder(path := folders[0] / text)]
    files = {found[0] for text in texts for found in FILE.finditer(text)}
    return named | {
        folder / file for folder in folders for file in files if (folder / file).is_file()
    }


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir() and ROOT / "everyhour" in path.resolve().parents
    except (OSError, ValueError):
        return False


def _file(dotted: str) -> set[Path]:
    """Return the file of a module of ours, without models and settings: all proofs read them."""
    ours = re.fullmatch(r"(everyhour|proofs)(\.\w+)+", dotted)
    if not ours or ".models" in dotted or dotted.startswith("everyhour.config.settings"):
        return set()
    path = ROOT / f"{dotted.replace('.', '/')}.py"
    return {path} if path.is_file() else set()


def _git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True)
    return done.stdout.strip() if done.returncode == 0 else ""
