"""A search in moments: titles, practices, names and notes, as far as this caregiver may read them.

Titles and notes are sealed, so the database cannot search them: the newest moments are opened and
read here, a bounded number in one answer. What was not read is the next page's, never left out.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import QuerySet

from everyhour.domain.families.models import Caregiver
from everyhour.domain.moments.models import Moment
from everyhour.domain.practices import search_index
from everyhour.domain.practices.search import WORD, normalize
from everyhour.domain.recommendations import bundle
from everyhour.features.moments import presenters

LONGEST_SEARCH = 200
MOST_READ = 3000  # moments in one answer; opening each costs about 0.05 ms
MOST_FOUND = 100
AROUND = 50  # characters of a note shown on each side of what was found


@dataclass(frozen=True)
class Found:
    """Moments, newest first; words of notes by moment; the local time at which to go on."""

    moments: list[Moment]
    excerpts: Mapping[str, str]
    rest_from: str | None = None


def find(readable: QuerySet[Moment], search: str, by: Caregiver) -> Found:
    """Return the moments in which each typed word begins a word, accents and case ignored."""
    words = words_of(search)
    if not words:
        return Found([], {})
    names = [presenters.titles(bundle.current(language)) for language in ("en", "es")]
    may_read_notes = presenters.notes_readable(by)
    moments, excerpts = list[Moment](), dict[str, str]()
    newest = readable.prefetch_related("notes").order_by("-wall", "-id")[: MOST_READ + 1]
    for number, moment in enumerate(newest):
        if number == MOST_READ or len(moments) == MOST_FOUND:
            return Found(moments, excerpts, rest_from=moment.wall)
        moment.family = by.family  # whose key is opened once for all of them
        notes = [n.opened for n in moment.notes.all()] if may_read_notes(moment) else []
        if has_all(words, [*_texts(moment, names), *notes]):
            moments.append(moment)
            if excerpt := next(filter(None, (cut_out(note, words) for note in notes)), ""):
                excerpts[moment.pk] = excerpt
    return Found(moments, excerpts)


def words_of(search: str) -> list[str]:
    """Return the words to look for; common ones only when there are no others."""
    words = WORD.findall(normalize(search))
    common = search_index.current(bundle.reader_language()).common
    return [word for word in words if word not in common] or words


def has_all(words: Iterable[str], texts: Iterable[str]) -> bool:
    text = " " + " ".join(WORD.findall(normalize(" ".join(texts))))
    return all(f" {word}" in text for word in words)


def cut_out(note: str, words: Iterable[str]) -> str:
    """Return a note around the first word that was looked for; "" when it has none."""
    for word in WORD.finditer(note):
        if any(normalize(word[0]).startswith(looked_for) for looked_for in words):
            start, end = max(0, word.start() - AROUND), word.end() + AROUND
            before, after = "…" if start else "", "…" if end < len(note) else ""
            return f"{before}{note[start:end].strip()}{after}"
    return ""


def _texts(moment: Moment, names: Iterable[Mapping[str, str]]) -> list[str]:
    return [
        moment.own_title,
        *(titles.get(moment.practice, "") for titles in names),
        moment.practice,
        moment.child.nickname if moment.child else "",
        moment.caregiver.name if moment.caregiver else "",
    ]
