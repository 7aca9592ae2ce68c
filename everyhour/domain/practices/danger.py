"""Detection of words of danger in typed text, by the phrases of `content/danger.yaml`.

It must run on a phone without a network, so it knows no grammar and no statistics: phrases of whole
words, some forgiveness for typing errors, and phrases that cancel.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from everyhour.domain.practices.files import read_vocabulary

GAP = frozenset("*")  # a step of a phrase: up to MOST_BETWEEN words in between
END = "."  # the end of a sentence; a gap does not cross it
MOST_BETWEEN = 3  # words
FORGIVING = 5  # letters, after folding, from which one typing error is forgiven
APOSTROPHES = re.compile(r"['’‘`´]|[\u0300-\u036f]")  # and accents, once decomposed
LONGEST = 24  # letters; no phrase has a longer word, and nobody types one by mistake
ELLIPSIS = re.compile(r"\.{2,}")
REPEATED = re.compile(r"([a-z])\1+")
PIECE = re.compile(r"\([^()]*\)|\S+")  # of a phrase
WORD = re.compile(r"[a-z0-9]+|[.!?;](?=\s|$)")

Steps = tuple[frozenset[str], ...]


@dataclass(frozen=True)
class Patterns:
    """The phrases of all languages, folded and ready to compare."""

    phrases: tuple[tuple[str, Steps], ...]  # kind and steps, the most urgent kind first
    cancelling: tuple[Steps, ...]
    words: frozenset[str]  # all words of all phrases
    forgiving: dict[str, list[str]]  # words in which an error is forgiven, by `_shortened` form


def load(path: Path) -> Patterns:
    """Read the phrases of danger; raise Unreadable if the file is not valid YAML."""
    return prepare(read_vocabulary(path))


def prepare(content: dict) -> Patterns:
    """Return the phrases of `content`, shaped like content/danger.yaml, ready to compare."""
    languages = [value for key, value in content.items() if key != "kinds"]
    phrases = tuple(
        (kind, steps)
        for kind in content["kinds"]
        for language in languages
        for phrase in language["phrases"].get(kind, ())
        for steps in _variants(phrase)
    )
    cancelling = tuple(
        steps for language in languages for phrase in language["not"] for steps in _variants(phrase)
    )
    words = frozenset(
        word
        for steps in (*(steps for _, steps in phrases), *cancelling)
        for step in steps
        for word in step
    )
    # Words with an ordinary neighbour, such as "dying" and "drying", are matched as written.
    exact = {word for language in languages for word in _split(" ".join(language["exact"]))}
    forgiving: dict[str, list[str]] = {}
    for word in sorted(words - exact):
        if len(word) >= FORGIVING:
            for form in _shortened(word):
                forgiving.setdefault(form, []).append(word)
    return Patterns(phrases, cancelling, words, forgiving)


def find(text: str, patterns: Patterns) -> str | None:
    """Return the kind of the most urgent danger in a text, or None.

    A match counts unless one of its words is part of a cancelling phrase.
    """
    typed = [*_split(text), END]
    meant = {word: _meanings(word, patterns) for word in set(typed)}
    said = [meant[word] for word in typed]
    places: dict[str, list[int]] = {"*": []}  # of each word of a phrase in the text
    for place, words in enumerate(said):
        for word in words:
            places.setdefault(word, []).append(place)
    cancelled = {
        place
        for steps in patterns.cancelling
        for match in _matches(steps, said, places)
        for place in match
    }
    for kind, steps in patterns.phrases:
        if any(cancelled.isdisjoint(match) for match in _matches(steps, said, places)):
            return kind
    return None


def fold(phrase: str) -> str:
    """Return a phrase with its words folded, as danger.js reads it.

    >>> fold("(can't|cannot) find * him .")
    '(canot|cant) find * him .'
    """
    pieces = []
    for piece in PIECE.findall(phrase):
        ways = {" ".join(_split(way)) for way in piece.strip("()").split("|")}
        folded = "|".join(sorted(ways))  # sorted, it compresses better
        is_group = len(ways) > 1 or " " in folded
        pieces.append("*" if piece == "*" else f"({folded})" if is_group else folded)
    return " ".join(pieces)


def _variants(phrase: str) -> list[Steps]:
    """Expand `can't (find|get to) her .` into `can't {find} her .` and `can't get to her .`."""
    variants: list[Steps] = [()]
    for piece in PIECE.findall(phrase):
        ways = _alternatives(piece)
        variants = [steps + way for steps in variants for way in ways]
    return variants


def _alternatives(piece: str) -> list[Steps]:
    """Return the ways to say one piece; alternatives of one word share a step."""
    if piece == "*":
        return [(GAP,)]
    ways = [_split(way) for way in piece.strip("()").split("|")]
    single = frozenset(way[0] for way in ways if len(way) == 1)
    longer: list[Steps] = [
        tuple(frozenset([word]) for word in way) for way in ways if len(way) != 1
    ]
    return [(single,), *longer] if single else longer


def _split(text: str) -> list[str]:
    """Return the words in lower case, folded, without accents; END where a sentence ends."""
    plain = APOSTROPHES.sub("", unicodedata.normalize("NFKD", text.lower()))
    plain = REPEATED.sub(r"\1", ELLIPSIS.sub(" ", plain))
    return [word if word.isalnum() else END for word in WORD.findall(plain)]


def _meanings(typed: str, patterns: Patterns) -> frozenset[str]:
    """Return the words of phrases that a typed word may stand for."""
    near = {word for form in _shortened(typed) for word in patterns.forgiving.get(form, ())}
    meanings = {word for word in near if _near(word, typed)}
    return frozenset(meanings | ({typed} & patterns.words))


def _shortened(word: str) -> set[str]:
    """Return a word and what is left of it without one letter; the first letter stays.

    Two words that are one edit apart share such a form: an index, so that a typed word is compared
    with a few words and not with thousands.
    """
    if len(word) > LONGEST:
        return {word}
    return {word, *(word[:at] + word[at + 1 :] for at in range(1, len(word)))}


def _near(word: str, typed: str) -> bool:
    """Return whether one edit (or two swapped letters) makes one word of the other."""
    at = 0
    while at < min(len(word), len(typed)) and word[at] == typed[at]:
        at += 1
    one, other = word[at:], typed[at:]
    swapped = one[1:2] + one[:1] + one[2:]
    return one[1:] == other[1:] or one[1:] == other or one == other[1:] or swapped == other


def _matches(
    steps: Steps, said: list[frozenset[str]], places: dict[str, list[int]]
) -> Iterator[tuple[int, ...]]:
    """Yield for each match of a phrase the places of its words."""
    if not any(places.keys().isdisjoint(step) for step in steps):
        for start in sorted({place for word in steps[0] for place in places.get(word, ())}):
            yield from _from(start, steps, said)


def _from(start: int, steps: Steps, said: list[frozenset[str]]) -> Iterator[tuple[int, ...]]:
    if not steps:
        yield ()
    elif steps[0] == GAP:
        for place in range(start, min(start + MOST_BETWEEN + 1, len(said))):
            yield from _from(place, steps[1:], said)
            if END in said[place]:
                break
    elif start < len(said) and not steps[0].isdisjoint(said[start]):
        for match in _from(start + 1, steps[1:], said):
            yield (start, *match)
