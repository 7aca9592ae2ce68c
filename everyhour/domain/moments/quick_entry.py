"""Quick entry: reads a line such as “rocked 10 min before bed yesterday, settled”. Pure.

English and Spanish. What is not understood stays as text, so nothing typed is lost.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import partial

from everyhour.domain.moments import quick_entry_words as words

LONGEST = 500
MEANT = 4  # letters that make a word count when a title is looked for: rocked, rocking -> rock
ENOUGH = 2 / 3  # of a title's words


@dataclass(frozen=True)
class Entry:
    """What a line says; `text` is what is left of it in its own words, `wall` None means now."""

    text: str
    practice: str = ""
    kind: str = "given"
    wall: datetime | None = None
    minutes: int | None = None
    outcome: str = ""
    situation: str = ""
    state: str = ""
    child: str = ""
    giver: str = ""


def read(
    line: str,
    *,
    now: datetime,
    titles: Mapping[str, str],
    children: Mapping[str, str],
    givers: Mapping[str, str],
) -> Entry:
    """Read a line; `now` is the writer's local time, the mappings give names by slug or id.

    >>> names = {"titles": {}, "children": {}, "givers": {}}
    >>> monday = datetime(2026, 11, 23, 18, 0)
    >>> entry = read("rocked 10 min before bed yesterday, settled", now=monday, **names)
    >>> entry.text, entry.minutes, entry.outcome, entry.situation, f"{entry.wall:%A %H:%M}"
    ('rocked', 10, 'settled', 'bedtime', 'Sunday 19:30')
    """
    line = unicodedata.normalize("NFC", line)[:LONGEST]
    rest = Rest(line)
    wall, situation = _when(rest, now)  # first: “20 minutes ago” is not how long it took
    minutes = rest.take(words.MINUTES)
    entry = Entry(
        text="",
        minutes=int(minutes[1]) if minutes and 0 < int(minutes[1]) <= 24 * 60 else None,
        outcome=rest.first(words.OUTCOMES),
        state=rest.first(words.STATES),
        kind=rest.first(words.KINDS) or "given",
        practice=_practice(line, titles),
        child=_named(line, children),
        giver=_named(line, givers),
    )
    situation = situation or rest.seen(words.SITUATIONS)
    return replace(
        entry,
        wall=wall,
        situation=situation,
        text=rest.left() or ("" if entry.practice else line.strip()),
    )


class Rest:
    """The rest of a line while parts of it are recognized and removed."""

    def __init__(self, line: str):
        self.text = line

    def take(self, pattern: str) -> re.Match[str] | None:
        found = re.search(rf"(?<!\w)(?:{pattern})(?!\w)", self.text, re.IGNORECASE)
        if found:
            self.text = f"{self.text[: found.start()]} {self.text[found.end() :]}"
        return found

    def take_if[T](self, pattern: str, read: Callable[[re.Match[str]], T | None]) -> T | None:
        """Remove and return what a pattern finds, if `read` can read it; else leave its words."""
        before, found = self.text, self.take(pattern)
        meant = read(found) if found else None
        if meant is None:
            self.text = before
        return meant

    def first(self, meanings: Mapping[str, str]) -> str:
        """Remove and return the first meaning present, in the order of the mapping."""
        return next((meaning for meaning, pattern in meanings.items() if self.take(pattern)), "")

    def seen(self, meanings: Mapping[str, str]) -> str:
        """Return the first meaning present, leaving its words."""
        return next(
            (
                m
                for m, pattern in meanings.items()
                if re.search(rf"(?<!\w)(?:{pattern})(?!\w)", self.text, re.IGNORECASE)
            ),
            "",
        )

    def left(self) -> str:
        text = re.sub(r"\s+", " ", self.text)
        text = re.sub(r"\s*([,;.])(?:\s*[,;.])+", r"\1", re.sub(r"\s+([,;.])", r"\1", text))
        text = re.sub(
            rf"(?:^|(?<=[,;.]))\s*(?:{words.LOOSE})(?=\s*(?:$|[,;.]))",
            "",
            text,
            flags=re.IGNORECASE,
        )
        return text.strip(" ,;.-")


def _when(rest: Rest, now: datetime) -> tuple[datetime | None, str]:
    """Return the local time of a line, None for now, and its situation if it names one."""
    if ago := rest.take(words.HOURS_AGO):
        return now - timedelta(hours=min(int(ago[1] or ago[2]), 48)), ""
    if ago := rest.take(words.MINUTES_AGO):
        return now - timedelta(minutes=min(int(ago[1] or ago[2]), 600)), ""
    day, named = _day(rest, now)
    clock = next((at for pattern in words.CLOCKS if (at := rest.take_if(pattern, _clock))), None)
    part = next(
        ((hours, situation) for pattern, hours, situation in words.PARTS if rest.take(pattern)),
        None,
    )
    if clock is None and part is None:
        return (datetime.combine(day, now.time()) if named else None), ""
    at = part[0] if clock is None and part else clock
    wall = datetime.combine(day, at or time())
    if wall > now and not named:
        wall -= timedelta(days=1)  # “at nine”, written at eight, was yesterday
    return wall, part[1] if part else ""


def _day(rest: Rest, now: datetime) -> tuple[date, bool]:
    today = now.date()
    if ago := rest.take(words.DAYS_AGO):
        return today - timedelta(days=min(int(ago[1] or ago[2]), 3650)), True
    for pattern, days in words.DAYS:
        if rest.take(pattern):
            return today - timedelta(days=days), True
    if dated := _date(rest, today):
        return dated, True
    for number, pattern in enumerate(words.WEEKDAYS):
        if rest.take(pattern):
            return today - timedelta(days=(today.weekday() - number) % 7 or 7), True
    return today, False


def _date(rest: Rest, today: date) -> date | None:
    """Return a written date; without a year, the most recent one."""
    if iso := rest.take_if(
        words.DATE, lambda found: _day_of(*(int(part) for part in found.groups()))
    ):
        return iso
    for number, pattern in enumerate(words.MONTHS, 1):
        read = partial(_last_dated, month=number, today=today)
        if dated := rest.take_if(pattern, read):
            return dated
    return None


def _last_dated(found: re.Match[str], *, month: int, today: date) -> date | None:
    day = int(found[1] or found[2])
    return next(
        (
            on
            for year in (today.year, today.year - 1)
            if (on := _day_of(year, month, day)) and on <= today
        ),
        None,
    )


def _day_of(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _clock(found: re.Match[str]) -> time | None:
    hour, minute, half = (
        int(found["hour"]),
        int(found["minute"] or 0),
        (found["half"] or "").lower().replace(".", "").replace(" ", ""),
    )
    if half.startswith("p") and hour < 12:
        hour += 12
    elif half.startswith("a") and hour == 12:
        hour = 0
    elif not half and not found["minute"] and 1 <= hour <= 7:
        hour += 12  # “at six” is when a family is awake together
    return time(hour, minute) if hour < 24 and minute < 60 else None


def _practice(line: str, titles: Mapping[str, str]) -> str:
    """Return the practice with most of its title's words in the line; of two, the longer match."""
    present = {word[:MEANT] for word in _meant(line)}
    best, most = "", 0
    for slug, title in titles.items():
        asked = {word[:MEANT] for word in _meant(title)}
        there = len(asked & present)
        if there > most and there >= ENOUGH * len(asked) and (there > 1 or len(asked) == 1):
            best, most = slug, there
    return best


def _meant(text: str) -> list[str]:
    plain = "".join(
        c for c in unicodedata.normalize("NFD", text.lower()) if not unicodedata.combining(c)
    )
    return [word for word in re.findall(r"\w+", plain) if len(word) >= MEANT]


def _named(line: str, names: Mapping[str, str]) -> str:
    said = [
        key
        for key, name in names.items()
        if name.strip()
        and re.search(rf"(?<!\w){re.escape(name.strip())}(?!\w)", line, re.IGNORECASE)
    ]
    return said[0] if len(said) == 1 else ""
