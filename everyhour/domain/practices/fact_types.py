"""Types of the facts in a file's front matter. Other checks rely on them."""

from collections.abc import Callable, Iterator
from datetime import date

from everyhour.domain.practices.files import ContentFile

Check = Callable[[object], bool]


def _is_bool(value) -> bool:
    return isinstance(value, bool)


def _is_int(value) -> bool:
    return type(value) is int


def _is_text(value) -> bool:
    return isinstance(value, str)


def _is_text_list(value) -> bool:
    return isinstance(value, list) and all(isinstance(word, str) for word in value)


def _is_date(value) -> bool:
    return type(value) is date  # a datetime is an instance of date too


def _is_range(value) -> bool:
    return (
        isinstance(value, dict)
        and set(value) == {"from", "to"}
        and all(type(number) is int for number in value.values())
    )


def _is_text_dict(value) -> bool:
    return isinstance(value, dict) and all(isinstance(text, str) for text in value.values())


def _is_emergency(value) -> bool:
    numbers = value.get("numbers", []) if isinstance(value, dict) else None
    return _is_text_list(numbers) and _has_line_types(value)


def _is_line_list(value) -> bool:
    return isinstance(value, list) and all(
        isinstance(line, dict) and _has_line_types(line) for line in value
    )


def _has_line_types(line: dict) -> bool:
    """Return whether the values of a crisis line have the right types; keys may be missing."""
    types: dict[str, Check] = {
        **dict.fromkeys(("id", "for", "call", "source", "status", "checked_by"), _is_text),
        **dict.fromkeys(("name", "who", "hours", "text"), _is_text_dict),
        "languages": _is_text_list,
        "checked_on": _is_date,
    }
    return all(types[key](value) for key, value in line.items() if key in types)


LISTS = (
    *("states", "situations", "paths", "senses", "cautions"),
    *("materials", "works_in", "works_for", "sources", "activities", "say_with"),
    "relations",
)
WORDS = ("energy", "touch", "evidence", "reviewed_by", "situation", "country")
FLAGS = ("side_by_side", "presence", "red_flags", "crisis", "adult_only")
TYPES: dict[str, tuple[Check, str]] = {
    **dict.fromkeys(LISTS, (_is_text_list, "a list of words, like `[calm, alert]`")),
    **dict.fromkeys(WORDS, (_is_text, "a word")),
    **dict.fromkeys(FLAGS, (_is_bool, "`true` or `false`")),
    **dict.fromkeys(
        ("age", "real_age", "months", "seconds"),
        (_is_range, "`{from: 3, to: 10}`, in whole numbers"),
    ),
    "number": (_is_int, "a whole number"),
    "reviewed_on": (_is_date, "a day, like `2026-11-23`"),
    "name": (_is_text_dict, "`{en: ..., es: ...}`"),
    "emergency": (_is_emergency, '`{numbers: ["911"], source: ..., checked_on: ..., status: ...}`'),
    "lines": (_is_line_list, "a list of lines; see content/README.md and the other countries"),
}


def check_types(file: ContentFile) -> Iterator[tuple[int, str]]:
    """Yield line and message for each fact that is unknown or has the wrong type."""
    for key, value in file.facts.items():
        if key not in TYPES:
            message = f"`{key}` is not a known fact. Check its spelling; see content/README.md."
            yield file.line_of(str(key)), message
            continue
        has_type, description = TYPES[key]
        if not has_type(value):
            yield file.line_of(key), f"`{key}` must be {description}."
