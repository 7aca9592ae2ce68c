"""Cleaning of text from outside."""

import unicodedata

HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn"}
KEPT = {"\n", "\t", "\u200d", "\u200c"}  # joiners carry meaning in emoji and in Persian


def clean(text: str, *, most: int) -> str:
    """Remove invisible characters, collapse white space, and cut to `most` characters.

    Joiners stay. Only the first 8 * `most` characters are read, to bound the work.

    >>> clean("Wren\\x00  \\u202eis   here", most=8)
    'Wren is'
    """
    seen = "".join(
        c for c in text[: most * 8] if c in KEPT or unicodedata.category(c) not in HIDDEN
    )
    return " ".join(seen.split())[:most].strip()
