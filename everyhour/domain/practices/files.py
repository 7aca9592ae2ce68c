"""Read content files: front matter for the facts, Markdown sections for the text, and the line each one stands on."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import yaml

from everyhour.domain.practices.vocabulary import KINDS

# What PyYAML raises: its own errors, a day that does not exist, brackets without end.
NOT_YAML = (yaml.YAMLError, ValueError, RecursionError)
BIGGEST_FILE = 64_000  # characters; a library item is a page, not a book
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


class Unreadable(Exception):
    """A content file that cannot be read; says where and what to do."""

    def __init__(self, path: Path, line: int, message: str):
        super().__init__(f"{path}:{line}: {message}")
        self.path, self.line, self.message = path, line, message


@dataclass(slots=True)
class Section:
    """One `## heading` of a file: its prose, its list items, its `### state` parts, and the line it begins on."""

    line: int
    prose: str = ""
    items: list[str] = field(default_factory=list)
    parts: dict[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        return self.prose or " ".join(self.items)


@dataclass(slots=True)
class ContentFile:
    """A parsed file of the library."""

    path: Path
    title: str
    facts: dict
    sections: dict[str, Section]
    lines: dict[str, int]  # the line of each top-level front matter key

    @property
    def slug(self) -> str:
        return self.path.stem

    def line_of(self, key: str) -> int:
        return self.lines.get(key, 1)

    def texts(self) -> dict:
        """Give the text as plain values: prose as a string, lists as lists, state parts as a dictionary."""
        told: dict = {"title": self.title}
        for name, section in self.sections.items():
            key = name.replace(" ", "_")
            told[key] = section.items or section.prose
            if section.parts:
                told[key] = {"": section.prose, **section.parts}
        return told


def read(path: Path, *, with_facts: bool = True) -> ContentFile:
    """Read one file, or raise Unreadable with the line that stands in the way."""
    try:
        raw = path.read_text(
            encoding="utf-8-sig"
        )  # some editors begin a file with a mark that nobody sees
    except UnicodeDecodeError as error:
        raise Unreadable(
            path,
            1,
            f"This file is not UTF-8 text ({error.reason}). Save it as UTF-8 and try again.",
        ) from error
    if len(raw) > BIGGEST_FILE:
        raise Unreadable(
            path,
            1,
            f"This file has {len(raw):,} characters; {BIGGEST_FILE:,} is the most. Make it shorter.",
        )
    if found := CONTROL.search(raw):
        line = raw.count("\n", 0, found.start()) + 1
        raise Unreadable(
            path, line, "There is a control character that nobody can see. Type this line again."
        )
    facts: dict = {}
    lines: dict[str, int] = {}
    body, offset = raw, 0
    if raw.startswith("---\n"):
        facts, lines, body, offset = _front_matter(path, raw)
    elif with_facts:
        raise Unreadable(
            path,
            1,
            "The facts are missing. Begin the file with --- and the front matter (content/README.md).",
        )
    title, sections = _sections(path, body, offset)
    return ContentFile(path, title, facts, sections, lines)


def read_vocabulary(path: Path) -> dict:
    """Read one of the shared YAML files."""
    try:
        told = yaml.safe_load(path.read_text(encoding="utf-8-sig")) or {}
    except UnicodeDecodeError as error:
        raise Unreadable(
            path, 1, "This file is not UTF-8 text. Save it as UTF-8 and try again."
        ) from error
    except OSError as error:
        raise Unreadable(
            path,
            1,
            f"This file cannot be opened ({error.strerror}). A library has it; see content/README.md.",
        ) from error
    except NOT_YAML as error:
        raise Unreadable(
            path,
            _yaml_line(error),
            "This is not valid YAML. Check quotes, colons and indentation here.",
        ) from error
    if not isinstance(told, dict):
        raise Unreadable(path, 1, "This file needs lines like `word: {en: ..., es: ...}`.")
    return told


def paths(root: Path, language: str = "en") -> Iterator[tuple[str, Path]]:
    """Yield (kind, path) of every item file, in a stable order."""
    base = root if language == "en" else root / language
    for folder, kind in KINDS.items():
        for path in sorted((base / folder).glob("*.md")):
            yield kind, path


def _front_matter(path: Path, raw: str) -> tuple[dict, dict[str, int], str, int]:
    end = raw.find("\n---", 3)
    if end < 0:
        raise Unreadable(
            path, 1, "The front matter has no end. Put --- on a line of its own after the facts."
        )
    block = raw[4 : end + 1]
    try:
        facts = yaml.safe_load(block) or {}
    except NOT_YAML as error:
        raise Unreadable(
            path,
            _yaml_line(error) + 1,
            "The front matter is not valid YAML. Check quotes and colons.",
        ) from error
    if not isinstance(facts, dict):
        raise Unreadable(path, 2, "The front matter needs lines like `states: [calm]`.")
    lines = {
        m[1]: n
        for n, text in enumerate(block.splitlines(), 2)
        if (m := re.match(r"([\w-]+):", text))
    }
    start = raw.find("\n", end + 1) + 1 or len(raw)
    return facts, lines, raw[start:], raw.count("\n", 0, start)


def _yaml_line(error: Exception) -> int:
    mark = getattr(error, "problem_mark", None)
    return mark.line + 1 if mark else 1


def _sections(path: Path, body: str, offset: int) -> tuple[str, dict[str, Section]]:
    title, part, section = "", None, None
    sections: dict[str, Section] = {}
    for number, line in enumerate(body.splitlines(), offset + 1):
        if line.startswith("# "):
            title = line[2:].strip()
        elif line.startswith("## "):
            name = line[3:].strip().lower()
            if name in sections:
                raise Unreadable(
                    path, number, f"There are two sections called “{name}”. Join them."
                )
            section, part = sections.setdefault(name, Section(number)), None
        elif line.startswith("### ") and section:
            part = line[4:].strip().lower()
            section.parts[part] = ""
        elif line.strip() and section:
            _add(section, part, line)
    return title, sections


def _add(section: Section, part: str | None, line: str) -> None:
    item = re.match(r"\s*(?:\d+\.|[-*])\s+(.*)", line)
    if part is not None:
        section.parts[part] = f"{section.parts[part]} {line.strip()}".strip()
    elif item:
        section.items.append(item[1].strip())
    elif section.items and line.startswith(" "):
        section.items[-1] += " " + line.strip()
    else:
        section.prose = f"{section.prose} {line.strip()}".strip()


@dataclass
class Library:
    """All files of one content folder, read once."""

    root: Path
    languages: tuple[str, ...] = ("en", "es")

    @cached_property
    def items(self) -> dict[tuple[str, str], ContentFile]:
        return {(kind, path.stem): read(path) for kind, path in paths(self.root)}

    @cached_property
    def translations(self) -> dict[str, dict[tuple[str, str], ContentFile]]:
        return {
            language: {
                (kind, path.stem): read(path, with_facts=False)
                for kind, path in paths(self.root, language)
            }
            for language in self.languages
            if language != "en"
        }

    def vocabulary(self, name: str) -> dict:
        return read_vocabulary(self.root / f"{name}.yaml")
