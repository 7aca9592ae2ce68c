"""Find the situation a caregiver means with a few words of their own.

static/now/own_words.js does the same on the phone; now/tests/test_own_words.py compares them.
"""

import re

from everyhour.domain.practices.search import normalize
from everyhour.domain.practices.vocabulary import DANGER_SITUATIONS

SHORTEST_BEGINNING = 4  # letters that the shorter of two words must have, to count as its beginning
WORD = re.compile(r"[^\W_]+")


def find_situation(typed: str, situations: dict[str, dict]) -> str | None:
    """Return the situation whose cues are found in `typed`; None without any.

    The longest cue comes first, then danger, then how many words were found; of two with as many,
    the first in the bundle's order.
    """
    words = split(typed)
    best, most = None, (0, False, 0)
    for situation, entry in situations.items():
        said = [len(cue) for cue in _cues(entry) if all(_said(word, words) for word in cue)]
        found = (max(said, default=0), bool(said) and situation in DANGER_SITUATIONS, sum(said))
        if found > most:
            best, most = situation, found
    return best


def _cues(entry: dict) -> list[list[str]]:
    """Return the cues of a situation, each as its words; its name is one of them."""
    cues = [split(cue) for cue in (entry["name"], *entry.get("cues", "").split(","))]
    return [list(cue) for cue in dict.fromkeys(tuple(cue) for cue in cues if cue)]


def split(text: str) -> list[str]:
    """Return the words of a text, without accents, case and apostrophes.

    >>> split("Won’t eat — ¡no quiere cenar!")
    ['wont', 'eat', 'no', 'quiere', 'cenar']
    """
    return WORD.findall(normalize(text))


def _said(word: str, typed: list[str]) -> bool:
    return any(word == other or _begins(word, other) for other in typed)


def _begins(one: str, other: str) -> bool:
    shorter, longer = sorted((one, other), key=len)
    return len(shorter) >= SHORTEST_BEGINNING and longer.startswith(shorter)
