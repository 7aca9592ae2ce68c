"""The tables of typed lines, each with what is right: start, minutes, for whom, title."""

from datetime import datetime
from pathlib import Path

import pytest

from everyhour.domain.moments.quick_entry import Entry, read

HERE = Path(__file__).parent / "lines"
CHILDREN = {"w": "Wren", "f": "Finn"}
GIVERS = {"n": "Nana", "s": "Sam"}
WHOM = {"wren": ("w",), "finn": ("f",), "both": ("w", "f")}
NAMED = {"me": "me", "us": "us", "child": "child", "pro": "professional", "-": ""}


def lines(name: str) -> list:
    found, now = [], None
    for number, text in enumerate((HERE / f"{name}.txt").read_text().splitlines(), 1):
        if text.startswith("@"):
            now = datetime.fromisoformat(text[1:].strip())
        elif text.strip() and not text.startswith("#"):
            fields = [field.strip() for field in text.split("|")]
            found.append(pytest.param(now, *fields, id=f"{name}-{number}"))
    return found


def said(entry: Entry) -> tuple[str, str, str]:
    wall = f"{entry.wall:%m-%d %H:%M}" if entry.wall else "now"
    by_names = {children: word for word, children in WHOM.items()}
    named = {word: key for key, word in NAMED.items()}
    whom = named[entry.whom]
    if entry.children and entry.whom != "professional":
        whom = by_names[entry.children]
    return f"{'ahead ' if entry.ahead else ''}{wall}", str(entry.minutes or ""), whom


@pytest.mark.parametrize(
    ("now", "line", "start", "minutes", "whom", "title"), [*lines("en"), *lines("es")]
)
def test_line_is_read_right(now, line, start, minutes, whom, title):
    entry = read(line, now=now, titles={}, children=CHILDREN, givers=GIVERS)

    assert (*said(entry), entry.text) == (start, minutes, whom, title)


@pytest.mark.parametrize("name", ["en", "es"])
def test_each_language_has_150_lines(name):
    assert len(lines(name)) >= 150
