"""Libraries to test with: the real one, and a small good one that may be broken in one way."""

import shutil
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

from django.conf import settings

from everyhour.domain.practices.files import Library

TODAY = date(2026, 11, 23)
MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)
SMALL = Path(__file__).with_name("library")
SHARED = ("states.yaml", "situations.yaml", "cautions.yaml")


@cache
def real() -> Library:
    """The library we ship, read once."""
    return Library(settings.CONTENT)


def small(folder: Path) -> Path:
    """Lay a good library of nine items and one country into a folder of the test."""
    root = Path(shutil.copytree(SMALL, folder / "content"))
    for name in SHARED:
        shutil.copy(settings.CONTENT / name, root / name)
    return root


def edit(path: Path, before: str, after: str) -> None:
    """Put other words in place of the first such words; they must stand there."""
    text = path.read_text(encoding="utf-8")
    assert before in text, f"{path.name} does not say {before!r}"
    path.write_text(text.replace(before, after, 1), encoding="utf-8")


def line_of(path: Path, words: str) -> int:
    """Give the number of the first line that begins with these words."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if line.lstrip().startswith(words))
