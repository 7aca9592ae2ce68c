"""Reading of content files: facts from the front matter, texts from Markdown sections."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import yaml

from everyhour.domain.practices.vocabulary import BODIES, KINDS

# What PyYAML raises: its own errors, a day that does not exist, brackets without end.
NOT_YAML = (yaml.YAMLError, ValueError, RecursionError)
MOST_CHARACTERS = 64_000  # a library item is a page, not a book
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


class Unreadable(Exception):
    """A content file that cannot be read; its message names file, line and remedy."""

    def __init__(self, path: Path, line: int, message: str):
        super().__init__(f"{path}:{line}: {message}")
        self.path, self.line, self.message = path, line, message


@dataclass(slots=True)
class Section:
    """One `## heading` of a file: prose, list items, `### state` parts, and its first line."""

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

    @property
    def bodies(self) -> list[str]:
        """Return the bodies for which there is a way: as the steps are, or in a section."""
        fit = self.facts.get("works_for") or []
        return [body for body in BODIES if body in fit or body.replace("_", " ") in self.sections]

    def line_of(self, key: str) -> int:
        return self.lines.get(key, 1)

    def texts(self) -> dict:
        """Return the text as JSON values by section; a section with parts as a dictionary by state.

        In it the prose has the key "".
        """
        texts: dict = {"title": self.title}
        for name, section in self.sections.items():
            text: object = section.items or section.prose
            if section.parts:
                text = {"": section.prose, **section.parts}
            texts[name.replace(" ", "_")] = text
        return texts


def read(path: Path, *, with_facts: bool = True) -> ContentFile:
    """Read one file; raise Unreadable if that fails. Translations have no facts."""
    raw = _read_text(path)
    if len(raw) > MOST_CHARACTERS:
        message = f"This file has {len(raw):,} characters; {MOST_CHARACTERS:,} is the most."
        raise Unreadable(path, 1, f"{message} Make it shorter.")
    if found := CONTROL.search(raw):
        line = raw.count("\n", 0, found.start()) + 1
        message = "There is an invisible control character. Type this line again."
        raise Unreadable(path, line, message)
    facts: dict = {}
    lines: dict[str, int] = {}
    body, offset = raw, 0
    if raw.startswith("---\n"):
        facts, lines, body, offset = _front_matter(path, raw)
    elif with_facts:
        message = (
            "The facts are missing. Begin the file with --- and the facts (content/README.md)."
        )
        raise Unreadable(path, 1, message)
    title, sections = _sections(path, body, offset)
    return ContentFile(path, title, facts, sections, lines)


def read_vocabulary(path: Path) -> dict:
    """Read one of the shared YAML files; raise Unreadable if that fails."""
    try:
        vocabulary = yaml.safe_load(_read_text(path)) or {}
    except OSError as error:
        message = f"This file cannot be opened ({error.strerror}). Every library needs it"
        raise Unreadable(path, 1, f"{message}; see content/README.md.") from error
    except NOT_YAML as error:
        message = "This is not valid YAML. Check quotes, colons and indentation here."
        raise Unreadable(path, _yaml_line(error), message) from error
    if not isinstance(vocabulary, dict):
        raise Unreadable(path, 1, "This file needs lines like `word: {en: ..., es: ...}`.")
    return vocabulary


def _read_text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")  # some editors write a byte order mark
    except UnicodeDecodeError as error:
        message = f"This file is not UTF-8 text ({error.reason}). Save it as UTF-8 and try again."
        raise Unreadable(path, 1, message) from error


def paths(root: Path, language: str = "en") -> Iterator[tuple[str, Path]]:
    """Yield kind and path of every item file, sorted."""
    base = root if language == "en" else root / language
    for folder, kind in KINDS.items():
        for path in sorted((base / folder).glob("*.md")):
            yield kind, path


def _front_matter(path: Path, raw: str) -> tuple[dict, dict[str, int], str, int]:
    """Return the facts, their lines, the text after them, and how many lines come before it."""
    end = raw.find("\n---", 3)
    if end < 0:
        message = "The front matter has no end. Put --- on a line of its own after the facts."
        raise Unreadable(path, 1, message)
    block = raw[4 : end + 1]
    try:
        facts = yaml.safe_load(block) or {}
    except NOT_YAML as error:
        message = "The front matter is not valid YAML. Check quotes and colons."
        raise Unreadable(path, _yaml_line(error) + 1, message) from error
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
                message = f"There are two sections called “{name}”. Join them."
                raise Unreadable(path, number, message)
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
    """All files of one content folder; each is read at most once."""

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
