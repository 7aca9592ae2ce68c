"""Which kind of value each fact is. A fact of another kind is told first, so that every other check may rely on it."""

from collections.abc import Callable, Iterator
from datetime import date

from everyhour.domain.practices.files import ContentFile


def _words(value) -> bool:
    return isinstance(value, list) and all(isinstance(word, str) for word in value)


def _word(value) -> bool:
    return isinstance(value, str)


def _day(value) -> bool:
    return type(value) is date  # a time of day is a `datetime`, which is a `date` too


def _range(value) -> bool:
    return (
        isinstance(value, dict)
        and set(value) == {"from", "to"}
        and all(type(number) is int for number in value.values())
    )


def _told(value) -> bool:
    return isinstance(value, dict) and all(isinstance(text, str) for text in value.values())


def _emergency(value) -> bool:
    return isinstance(value, dict) and _words(value.get("numbers", [])) and _typed(value)


def _lines(value) -> bool:
    return isinstance(value, list) and all(
        isinstance(line, dict) and _typed(line) for line in value
    )


def _typed(line: dict) -> bool:
    """Tell whether what stands in a crisis line is of the right kind; what is missing is told elsewhere."""
    kinds: dict[str, Callable[[object], bool]] = {
        **dict.fromkeys(("id", "for", "call", "source", "status", "checked_by"), _word),
        **dict.fromkeys(("name", "who", "hours", "text"), _told),
        "languages": _words,
        "checked_on": _day,
    }
    return all(kinds[key](value) for key, value in line.items() if key in kinds)


def _yes_or_no(value) -> bool:
    return isinstance(value, bool)


def _number(value) -> bool:
    return type(value) is int


SHAPES: dict[str, tuple[Callable[[object], bool], str]] = {
    **dict.fromkeys(
        (
            "states",
            "situations",
            "paths",
            "senses",
            "cautions",
            "materials",
            "works_in",
            "sources",
            "activities",
        ),
        (_words, "a list of words, like `[calm, alert]`"),
    ),
    **dict.fromkeys(
        ("energy", "touch", "evidence", "reviewed_by", "situation", "country"), (_word, "a word")
    ),
    **dict.fromkeys(
        ("side_by_side", "presence", "red_flags", "crisis", "adult_only"),
        (_yes_or_no, "`true` or `false`"),
    ),
    **dict.fromkeys(("age", "seconds"), (_range, "`{from: 3, to: 10}`, in whole numbers")),
    "number": (_number, "a whole number"),
    "reviewed_on": (_day, "a day, like `2026-11-23`"),
    "name": (_told, "`{en: ..., es: ...}`"),
    "emergency": (_emergency, '`{numbers: ["911"], source: ..., checked_on: ..., status: ...}`'),
    "lines": (_lines, "a list of lines; content/README.md and the other countries show how"),
}


def odd(file: ContentFile, kind: str) -> Iterator[tuple[int, str]]:
    """Yield each fact that is of another kind than it should be, or that nobody knows."""
    for key, value in file.facts.items():
        if key not in SHAPES:
            yield (
                file.line_of(str(key)),
                f"`{key}` is not a fact we know. Is it a slip of the pen? See content/README.md.",
            )
            continue
        fits, shape = SHAPES[key]
        if not fits(value):
            yield file.line_of(key), f"`{key}` is {shape}."
