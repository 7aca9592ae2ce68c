"""Quick entry: reads a line such as “rocked 10 min before bed yesterday, settled”. Pure.

English and Spanish, also mixed, as tired people type or speak them. What is not understood stays
in the text; a reading is shown for confirmation before anything is saved.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from everyhour.domain.moments.quick_entry import meanings, times, whom
from everyhour.domain.moments.quick_entry.line import Line, fold
from everyhour.domain.moments.quick_entry.practices import find_practice

LONGEST = 500  # characters; the rest of a longer line is not read
KINDS = {whom.ME: "got", whom.PROFESSIONAL: "professional"}


@dataclass(frozen=True)
class Entry:
    """A line as read. `text` is the rest that was not understood; `wall` None means now.

    `at` is the instant where the line says it exactly (“2 hours ago”), `other` the time it can mean
    as well (8 in the evening), `ahead` that it has not happened yet.
    """

    text: str
    practice: str = ""
    kind: str = "given"
    wall: datetime | None = None
    at: datetime | None = None
    other: datetime | None = None
    ahead: bool = False
    minutes: int | None = None
    outcome: str = ""
    situation: str = ""
    state: str = ""
    whom: str = ""
    children: tuple[str, ...] = ()
    giver: str = ""


def read(
    line: str,
    *,
    now: datetime,
    titles: Mapping[str, str],
    children: Mapping[str, str],
    givers: Mapping[str, str],
    day_first: bool = False,
) -> Entry:
    """Read a line; `now` is the writer's time with its zone, the mappings are names by slug or id.

    `day_first` reads 3/11 as the third of November. Without a practice, and with nothing left over,
    the text is the whole line.

    >>> names = {"titles": {}, "children": {}, "givers": {}}
    >>> monday = datetime(2026, 11, 23, 18, 0)
    >>> entry = read("rocked 10 min before bed yesterday, settled", now=monday, **names)
    >>> entry.text, entry.minutes, entry.outcome, entry.situation, f"{entry.wall:%A %H:%M}"
    ('rocked', 10, 'settled', 'bedtime', 'Sunday 19:30')
    >>> read("I had tea alone last night", now=monday, **names).kind
    'got'
    """
    typed = unicodedata.normalize("NFC", line)[:LONGEST]
    names = [word for name in (*children.values(), *givers.values()) for word in fold(name).split()]
    rest = Line(typed, keep=names)
    who = whom.read_whom(rest, children=children, givers=givers)
    when = times.take_time(rest, now, day_first=day_first)
    practice = find_practice(typed, titles)
    outcome, state = rest.take_first(meanings.OUTCOMES), rest.take_first(meanings.STATES)
    return Entry(
        text=_tidy(rest) or ("" if practice else typed.strip()),
        practice=practice,
        kind=KINDS.get(who.whom, "given"),
        wall=when.wall,
        at=when.at,
        other=when.other,
        ahead=when.ahead,
        minutes=when.minutes,
        outcome=outcome,
        situation=when.situation or rest.find_first(meanings.SITUATIONS),
        state=state,
        whom=who.whom,
        children=who.children,
        giver=who.giver,
    )


def _tidy(rest: Line) -> str:
    """Return what was not taken, without doubled spaces, punctuation and loose small words."""
    text = " ".join(_trim(run) for run in rest.left())
    text = re.sub(r"\s+", " ", text)
    text = re.sub(r"\s*([,;.])(?:\s*[,;.])+", r"\1", re.sub(r"\s+([,;.])", r"\1", text))
    loose = rf"(?:^|(?<=[,;.]))\s*(?:{meanings.LOOSE}\s*)+(?=\s*(?:$|[,;.]))"
    return _trim(re.sub(loose, "", text, flags=re.IGNORECASE)).strip(" ,;.-–—:")


def _trim(run: str) -> str:
    """Return a run of text without the small words left hanging at its end, never all of it."""
    hanging = rf"(?:[\s,;]+{meanings.LOOSE})+[\s,;]*$"
    return re.sub(hanging, "", run, flags=re.IGNORECASE) if not _is_whole(run) else run


def _is_whole(run: str) -> bool:
    return len(run.split()) <= 1
