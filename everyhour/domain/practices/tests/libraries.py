"""Libraries for tests: the shipped one, and a small valid one that a test may break."""

import shutil
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

from django.conf import settings

from everyhour.domain.practices.checks import check
from everyhour.domain.practices.files import Library

TODAY = date(2026, 11, 23)
MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)
SMALL = Path(__file__).with_name("library")
SHARED = ("states.yaml", "situations.yaml", "cautions.yaml")


@cache
def real() -> Library:
    """Return the shipped library."""
    return Library(settings.CONTENT)


def small(folder: Path) -> Path:
    """Copy a valid library of nine items and one country into `folder`; return its root."""
    root = Path(shutil.copytree(SMALL, folder / "content"))
    for name in SHARED:
        shutil.copy(settings.CONTENT / name, root / name)
    return root


def edit(path: Path, before: str, after: str) -> None:
    """Replace the first `before`, which must be in the file."""
    text = path.read_text(encoding="utf-8")
    assert before in text, f"{path.name} does not say {before!r}"
    path.write_text(text.replace(before, after, 1), encoding="utf-8")


def line_of(path: Path, words: str) -> int:
    """Return the number of the first line that begins with these words."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if line.lstrip().startswith(words))


def assert_one_finding(root: Path, name: str, where: str | int, message: str) -> None:
    """Assert that one finding has this message, at a line (or the line that begins so) of `name`.

    Other findings may be about the same item only.
    """
    found = check(root)
    line = line_of(root / name, where) if isinstance(where, str) else where
    assert [(f.path, f.line) for f in found if message in f.message] == [(root / name, line)]
    assert {finding.path for finding in found} <= {root / name, root / "es" / name}
