"""Finding a practice of the library in a line, by the words of its title. Pure."""

import re
from collections.abc import Mapping

from everyhour.domain.moments.quick_entry.line import fold

STEM = 4  # letters compared when looking for a title: rocked, rocking -> rock
ENOUGH = 2 / 3  # of a title's words


def find_practice(line: str, titles: Mapping[str, str]) -> str:
    """Return the practice with most words of its title in the line, "" for none.

    At least two thirds of the title's words must be there, and two of them unless it has only one.
    """
    present = _stems(line)
    best, most = "", 0
    for slug, title in titles.items():
        wanted = _stems(title)
        count = len(wanted & present)
        if count > most and count >= ENOUGH * len(wanted) and (count > 1 or len(wanted) == 1):
            best, most = slug, count
    return best


def _stems(text: str) -> set[str]:
    """Return the first letters of the longer words, without accents."""
    return {word[:STEM] for word in re.findall(r"\w+", fold(text)) if len(word) >= STEM}
