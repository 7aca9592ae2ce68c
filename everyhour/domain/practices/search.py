"""Search of the library by what words mean to a caregiver: what they type finds the right item.

Words are compared by their stems, without accents, with a typing error allowed in longer ones. A
rare word counts more than a common one (the inverse document frequency of Robertson and Spärck
Jones), and a cue, written for searching, more than a title, a title more than the text. Words that
mean the same, and words too common to say what is meant, are in `content/search.yaml`.
"""

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import snowballstemmer

CUE, TITLE, MEANING, TEXT = 3.0, 4.0, 1.5, 0.5
MEANING_SECTIONS = ("old_eyes", "new_eyes", "say", "may_be_under_it")
SLIP, PREFIX = 0.6, 0.7  # how much of a word counts with one wrong letter, or with its beginning
SHORTEST_WITH_SLIP, SHORTEST_PREFIX, SHORTEST_SOUND = 5, 4, 3
# Letters that sound alike to many who write by ear, in English and Spanish.
SOUNDS = (
    ("qu", "k"),
    ("ce", "se"),
    ("ci", "si"),
    ("ll", "y"),
    ("ph", "f"),
    ("ge", "je"),
    ("gi", "ji"),
)
SOUND_LETTERS = str.maketrans("zvc", "sbk", "h")
COVERED = 3.0  # for the cue of which most was typed
SYNONYM = 0.6
LIGHT = 1.0  # the rarity of a common word
KNOWN = 2  # documents; a stem in fewer may be a typing error
LEAST_ALIKE, MOST_NEAREST = 0.4, 6  # letter pairs in common; when no word is known
STEMMERS = {"en": "english", "es": "spanish"}
WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Document:
    """An item to find: its cues, and its words by stem with the weight of their best place."""

    key: tuple[str, str]  # kind and slug
    weights: Mapping[str, float]
    cues: tuple[frozenset[str], ...] = ()


@dataclass(frozen=True, slots=True)
class Index:
    """The documents of one language; `rarity` is each stem's inverse document frequency."""

    language: str
    documents: tuple[Document, ...]
    rarity: Mapping[str, float]
    counts: Mapping[str, int]  # of documents with a stem
    synonyms: Mapping[str, frozenset[str]] = field(default_factory=dict)
    common: frozenset[str] = frozenset()  # words left out

    def search(self, typed: str) -> list[tuple[str, str]]:
        """Return the (kind, slug) of what matches, best first; [] when no word is known."""
        words = stems(typed, self.language, self.common)
        wanted = [self._meanings(word) for word in words]
        present = dict.fromkeys(stems(typed, self.language), 1.0)
        for meanings in wanted:
            for stem, share in meanings.items():
                present[stem] = max(share, present.get(stem, 0.0))
        scored = [(self._score(document, wanted, present), document) for document in self.documents]
        found = [(score, document) for score, document in scored if score > 0]
        return [d.key for _score, d in sorted(found, key=lambda pair: (-pair[0], pair[1].key))]

    def nearest(self, typed: str) -> list[tuple[str, str]]:
        """Return the (kind, slug) of the few documents with a word spelled most like one typed."""
        best: dict[tuple[str, str], float] = {}
        for word in stems(typed, self.language, self.common):
            alike = {known: resemblance(word, known) for known in self.rarity}
            for document in self.documents:
                for stem, weight in document.weights.items():
                    if alike[stem] >= LEAST_ALIKE:
                        score = alike[stem] * weight
                        best[document.key] = max(score, best.get(document.key, 0.0))
        return sorted(best, key=lambda key: (-best[key], key))[:MOST_NEAREST]

    def _meanings(self, word: str) -> dict[str, float]:
        """Return the known stems that a typed word may mean, and how much each counts."""
        found = {word: 1.0}
        found |= {other: SYNONYM for other in self.synonyms.get(word, ()) if other != word}
        if self.counts.get(word, 0) < KNOWN and word not in self.synonyms:
            for known in self.rarity:
                if share := likeness(word, known):
                    found[known] = max(share, found.get(known, 0.0))
                    for other in self.synonyms.get(known, ()):
                        found[other] = max(share * SYNONYM, found.get(other, 0.0))
        return found

    def _score(
        self,
        document: Document,
        wanted: Sequence[Mapping[str, float]],
        present: Mapping[str, float],
    ) -> float:
        score = sum(
            max(
                share * document.weights.get(stem, 0.0) * self.rarity.get(stem, 0.0)
                for stem, share in meanings.items()
            )
            for meanings in wanted
        )
        cover = max((self._cover(cue, present) for cue in document.cues), default=0.0)
        return score + COVERED * cover if score else 0.0

    def _cover(self, cue: frozenset[str], present: Mapping[str, float]) -> float:
        """Return how much of a cue was typed, the more the larger its share."""
        whole = sum(self.rarity[stem] for stem in cue)
        part = sum(self.rarity[stem] * present.get(stem, 0.0) for stem in cue)
        return part * (part / whole) ** 2 if whole else 0.0


def build(
    language: str, texts: Iterable[tuple[tuple[str, str], Mapping]], words: Mapping | None = None
) -> Index:
    """Build the index of a language from each item's (kind, slug) and texts by section.

    `words` has the lists of `content/search.yaml`: `common` and `synonyms`.
    """
    words = words or {}
    common = frozenset(map(normalize, words.get("common", ())))
    documents = tuple(_document(key, text, language, common) for key, text in texts)
    counts = Counter(stem for document in documents for stem in document.weights)
    total = len(documents)
    rarity = {stem: math.log(1 + (total - n + 0.5) / (n + 0.5)) for stem, n in counts.items()}
    # In a cue even common words say something: "scared of my child", "scared child".
    rarity |= {_stem(word, language): LIGHT for word in common}
    synonyms = _by_word(words.get("synonyms", ()), language)
    return Index(language, documents, rarity, counts, synonyms, common)


def _document(
    key: tuple[str, str], text: Mapping, language: str, common: frozenset[str]
) -> Document:
    cues = [cue for cue in (text.get("cues") or "").split(",") if cue.strip()]
    weights: dict[str, float] = {}
    for name, value in text.items():
        weight = {"cues": CUE, "title": TITLE}.get(name)
        weight = weight or (MEANING if name in MEANING_SECTIONS else TEXT)
        for passage in cues if name == "cues" else strings(value):
            for stem in stems(passage, language, common):
                weights[stem] = max(weight, weights.get(stem, 0.0))
    return Document(key, weights, tuple(frozenset(stems(cue, language)) for cue in cues))


def _by_word(groups: Iterable[Sequence[str]], language: str) -> dict[str, frozenset[str]]:
    """Return for each stem of a group the stems of the whole group."""
    found: dict[str, set[str]] = {}
    for group in groups:
        together = {stem for word in group for stem in stems(word, language)}
        for stem in together:
            found.setdefault(stem, set()).update(together)
    return {stem: frozenset(others) for stem, others in found.items()}


def strings(value) -> Iterator[str]:
    """Yield every piece of text, without the names of its sections."""
    if isinstance(value, str):
        yield value
    else:
        for part in value.values() if isinstance(value, dict) else value:
            yield from strings(part)


def normalize(text: str) -> str:
    """Return text without accents and case, and without apostrophes."""
    characters = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(c for c in characters if not unicodedata.combining(c))
    return plain.replace("’", "").replace("'", "")


def stems(text: str, language: str, common: frozenset[str] = frozenset()) -> list[str]:
    """Return the stems of the words in their order; common words only when there are no others.

    >>> stems("He won't stop biting!", "en", frozenset({"he"}))
    ['wont', 'stop', 'bite']
    >>> stems("No quiere ir al colegio", "es")
    ['no', 'quier', 'ir', 'al', 'colegi']
    """
    words = WORD.findall(normalize(text))
    kept = [word for word in words if word not in common]
    return [_stem(word, language) for word in kept or words]


@lru_cache(maxsize=20_000)
def _stem(word: str, language: str) -> str:
    return snowballstemmer.stemmer(STEMMERS[language]).stemWord(word)


def likeness(typed: str, known: str) -> float:
    """Return how much of a known word a typed one counts as: one slip, its beginning, or nothing.

    >>> likeness("tantrm", "tantrum"), likeness("tant", "tantrum"), likeness("cat", "car")
    (0.6, 0.7, 0.0)
    """
    shorter = min(len(typed), len(known))
    if shorter >= SHORTEST_PREFIX and (known.startswith(typed) or typed.startswith(known)):
        return PREFIX
    if shorter >= SHORTEST_SOUND and typed != known and sound(typed) == sound(known):
        return SLIP
    if shorter >= SHORTEST_WITH_SLIP - 1 and len(typed) >= SHORTEST_WITH_SLIP:
        return SLIP if differ_by_one(typed, known) else 0.0
    return 0.0


@lru_cache(maxsize=20_000)
def sound(word: str) -> str:
    """Return a word as it sounds, so that what is written by ear finds what was meant.

    >>> sound("selos") == sound("celos"), sound("yora") == sound("llora"), sound("fone")
    (True, True, 'fone')
    """
    for written, heard in SOUNDS:
        word = word.replace(written, heard)
    return word.translate(SOUND_LETTERS)


def resemblance(one: str, other: str) -> float:
    """Return the share of letter pairs that two words have in common (Dice's coefficient).

    >>> resemblance("screem", "scream"), resemblance("bath", "math")
    (0.6, 0.6666666666666666)
    """
    mine, theirs = pairs(one), pairs(other)
    return 2 * len(mine & theirs) / max(1, len(mine) + len(theirs))


def pairs(word: str) -> set[str]:
    return {word[at : at + 2] for at in range(len(word) - 1)}


def differ_by_one(one: str, other: str) -> bool:
    """Return whether one letter was changed, added, left out, or swapped with its neighbor."""
    if abs(len(one) - len(other)) > 1:
        return False
    start = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), None)
    if start is None:
        return len(one) != len(other)
    one, other = one[start:], other[start:]
    swapped = one[:2] == other[1::-1] and one[2:] == other[2:]
    return swapped or one[1:] == other[1:] or one[1:] == other or one == other[1:]
