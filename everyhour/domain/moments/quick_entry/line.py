"""A typed line as tokens: each keeps its place in what was typed, and a plain form to match.

Plain means lower case, without accents and apostrophes, common slips of the thumb mended, and
numbers as digits. What is understood is taken out; what is left is the text, letter for letter.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from everyhour.domain.moments.quick_entry import numbers, spelling

GAP = "¦"  # stands where something was taken, so that no pattern matches across it
TOKEN = re.compile(
    r"""(?P<iso>\d{4}-\d{1,2}-\d{1,2})
    | (?P<slashed>\d{1,2}/\d{1,2}(?:/(?:\d{4}|\d{2}))?)(?!\d)
    | (?P<clock>\d{1,2}(?P<mark>[:.hH])\d{2})(?!\d)
    | (?P<decimal>\d{1,2}[.,]\d)(?![\d])
    | (?P<half>[ap]\.\s?m\.?)(?!\w)
    | (?P<number>\d+)
    | (?P<word>[^\W\d_]+(?:['’‘´`ʼ][^\W\d_]+)*)
    | (?P<other>\S)
    """,
    re.VERBOSE | re.IGNORECASE,
)
AFTER_NUMBER = {"a": "am", "p": "pm", "m": "min", "h": "h", "hs": "h", "'": "min", "’": "min"}


@dataclass(frozen=True)
class Token:
    plain: str
    start: int
    end: int


class Line:
    """A line whose understood parts are taken out one after the other."""

    def __init__(self, typed: str, keep: Iterable[str] = ()):
        self.typed = typed
        self.tokens = _join_numbers(_read_tokens(typed, frozenset(keep)))
        self.taken: set[int] = set()

    @property
    def plain(self) -> str:
        """Return the plain form of what is left, for patterns."""
        return " ".join(text for _number, text in self._pieces())

    def search(self, pattern: str) -> re.Match[str] | None:
        return _compiled(pattern).search(self.plain)

    def take(self, pattern: str) -> re.Match[str] | None:
        """Take out the first match of a pattern, as whole words."""
        found = self.search(pattern)
        if found:
            self.take_span(found)
        return found

    def take_if[T](self, pattern: str, read: Callable[[re.Match[str]], T | None]) -> T | None:
        """Take out the first match of which `read` makes something, and return that."""
        for found in _compiled(pattern).finditer(self.plain):
            value = read(found)
            if value is not None:
                self.take_span(found)
                return value
        return None

    def take_first(self, meanings: Mapping[str, str]) -> str:
        """Take out and return the first meaning present, in the order of the mapping."""
        return next((meaning for meaning, pattern in meanings.items() if self.take(pattern)), "")

    def find_first(self, meanings: Mapping[str, str]) -> str:
        """Return the first meaning present, leaving its words."""
        found = (meaning for meaning, pattern in meanings.items() if self.search(pattern))
        return next(found, "")

    def take_span(self, found: re.Match[str]) -> None:
        at = 0
        for number, text in list(self._pieces()):
            if at < found.end() and at + len(text) > found.start() and found.end() > found.start():
                self.taken.add(number)
            at += len(text) + 1

    def left(self) -> list[str]:
        """Return the runs of the typed line that were not taken."""
        runs: list[list[int]] = []
        for number, token in enumerate(self.tokens):
            if number in self.taken:
                runs.append([])
            elif runs and runs[-1]:
                runs[-1][1] = token.end
            elif runs:
                runs[-1] = [token.start, token.end]
            else:
                runs.append([token.start, token.end])
        return [self.typed[run[0] : run[1]] for run in runs if run]

    def _pieces(self) -> Iterable[tuple[int, str]]:
        for number, token in enumerate(self.tokens):
            yield number, GAP if number in self.taken else token.plain


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\S)(?:{pattern})(?!\S)")


def fold(text: str) -> str:
    """Return a text in lower case without accents.

    >>> fold("Mañana, JOSÉ")
    'manana, jose'
    """
    letters = unicodedata.normalize("NFD", text.lower())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def _read_tokens(typed: str, keep: frozenset[str]) -> list[Token]:
    tokens: list[Token] = []
    for found in TOKEN.finditer(typed):
        plain = _plain(found, keep)
        touching = tokens and tokens[-1].end == found.start() and tokens[-1].plain.isdigit()
        if touching and plain in AFTER_NUMBER:  # 8p, 10m, 2h
            plain = AFTER_NUMBER[plain]
        tokens.append(Token(plain, found.start(), found.end()))
    return tokens


def _plain(found: re.Match[str], keep: frozenset[str]) -> str:
    text = fold(found[0])
    if found["half"]:
        return f"{text[0]}m"
    if found["clock"]:
        return text if found["mark"] in "hH" else re.sub(r"[.]", ":", text)
    if found["decimal"]:
        return text.replace(",", ".")
    if not found["word"]:
        return text
    text = re.sub(r"['’‘´`ʼ]", "'", text)
    if text.endswith("'s"):
        return f"{text[:-2]} 's"
    text = text.replace("'", "")
    return text if text in keep else spelling.mend(text)


def _join_numbers(tokens: list[Token]) -> list[Token]:
    """Put the words of each written number together, as digits."""
    joined: list[Token] = []
    at = 0
    while at < len(tokens):
        found = _number_at(tokens, at)
        value, length = found or (0, 1)
        first, last = tokens[at], tokens[at + length - 1]
        plain = str(value) if found else first.plain
        joined.append(Token(plain, first.start, last.end))
        at += length
    return joined


def _number_at(tokens: list[Token], at: int) -> tuple[int, int] | None:
    if tokens[at].plain == "once":  # eleven in Spanish; in English a word like any other
        before = tokens[at - 1].plain if at else ""
        after = tokens[at + 1].plain if at + 1 < len(tokens) else ""
        eleven = before.endswith("las") or re.fullmatch(spelling.SPANISH_UNIT, after)
        return (11, 1) if eleven else None
    return numbers.spelled([token.plain for token in tokens[at : at + 3]])
