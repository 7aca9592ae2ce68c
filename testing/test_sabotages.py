"""Every sabotage of a proof still finds what it breaks, so that a rename is seen at once."""

import importlib
import shutil
from pathlib import Path

import pytest

import proofs
from testing.server import ROOT

EDITS = {
    (name, sabotage): edit
    for name in proofs.NAMES
    for sabotage, edit in getattr(importlib.import_module(f"proofs.{name}"), "EDITS", {}).items()
}
LEFT_OUT = shutil.ignore_patterns("tests", "locale", "fonts", "__pycache__")


@pytest.fixture
def package(tmp_path) -> Path:
    return shutil.copytree(ROOT / "everyhour", tmp_path / "everyhour", ignore=LEFT_OUT)


@pytest.mark.parametrize(("proof", "sabotage"), EDITS)
def test_sabotage_changes_the_package(proof, sabotage, package):
    before = contents(package)

    EDITS[proof, sabotage](package)

    changed = {path for path, text in contents(package).items() if before.get(path) != text}
    assert changed
    for path in changed:
        if path.suffix == ".py":
            compile(path.read_text(), path, "exec")


def contents(package: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in package.rglob("*") if path.is_file()}
