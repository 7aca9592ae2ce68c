"""Quick entry: reads a line such as “rocked 10 min before bed yesterday, settled”. Pure.

English and Spanish. Words that are not understood stay in the text.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import partial

from everyhour.domain.moments import quick_entry_words as words

LONGEST = 500  # characters; the rest of a longer line is not read
STEM = 4  # letters compared when looking for a title: rocked, rocking -> rock
ENOUGH = 2 / 3  # of a title's words


@dataclass(frozen=True)
class Entry:
    """A line as read. `text` is the rest that was not understood; `wall` None means now."""

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
    """Read a line; `now` is the writer's local time, the mappings are names by slug or id.

    Without a practice, and with nothing left over, the text is the whole line.

    >>> names = {"titles": {}, "children": {}, "givers": {}}
    >>> monday = datetime(2026, 11, 23, 18, 0)
    >>> entry = read("rocked 10 min before bed yesterday, settled", now=monday, **names)
    >>> entry.text, entry.minutes, entry.outcome, entry.situation, f"{entry.wall:%A %H:%M}"
    ('rocked', 10, 'settled', 'bedtime', 'Sunday 19:30')
    """
    line = unicodedata.normalize("NFC", line)[:LONGEST]
    rest = Remainder(line)
    wall, situation = _take_time(rest, now)  # first: “20 minutes ago” is not a duration
    minutes = rest.take(words.MINUTES)
    entry = Entry(
        text="",
        minutes=int(minutes[1]) if minutes and 0 < int(minutes[1]) <= 24 * 60 else None,
        outcome=rest.take_first(words.OUTCOMES),
        state=rest.take_first(words.STATES),
        kind=rest.take_first(words.KINDS) or "given",
        practice=_find_practice(line, titles),
        child=_find_named(line, children),
        giver=_find_named(line, givers),
    )
    situation = situation or rest.find_first(words.SITUATIONS)
    return replace(
        entry,
        wall=wall,
        situation=situation,
        text=rest.tidy() or ("" if entry.practice else line.strip()),
    )


class Remainder:
    """What is left of a line while recognized parts are removed."""

    def __init__(self, line: str):
        self.text = line

    def take(self, pattern: str) -> re.Match[str] | None:
        """Remove and return the first match of a pattern, as whole words."""
        found = _search(pattern, self.text)
        if found:
            self.text = f"{self.text[: found.start()]} {self.text[found.end() :]}"
        return found

    def take_if[T](self, pattern: str, read: Callable[[re.Match[str]], T | None]) -> T | None:
        """Remove a match and return what `read` makes of it; leave it in if that is None."""
        before, found = self.text, self.take(pattern)
        value = read(found) if found else None
        if value is None:
            self.text = before
        return value

    def take_first(self, meanings: Mapping[str, str]) -> str:
        """Remove and return the first meaning present, in the order of the mapping."""
        return next((meaning for meaning, pattern in meanings.items() if self.take(pattern)), "")

    def find_first(self, meanings: Mapping[str, str]) -> str:
        """Return the first meaning present, leaving its words."""
        found = (meaning for meaning, pattern in meanings.items() if _search(pattern, self.text))
        return next(found, "")

    def tidy(self) -> str:
        """Return the text without doubled spaces and punctuation, and without loose small words."""
        text = re.sub(r"\s+", " ", self.text)
        text = re.sub(r"\s*([,;.])(?:\s*[,;.])+", r"\1", re.sub(r"\s+([,;.])", r"\1", text))
        loose = rf"(?:^|(?<=[,;.]))\s*(?:{words.LOOSE})(?=\s*(?:$|[,;.]))"
        return re.sub(loose, "", text, flags=re.IGNORECASE).strip(" ,;.-")


def _search(pattern: str, text: str) -> re.Match[str] | None:
    return re.search(rf"(?<!\w)(?:{pattern})(?!\w)", text, re.IGNORECASE)


def _take_time(rest: Remainder, now: datetime) -> tuple[datetime | None, str]:
    """Remove the words for a time; return it, or None for now, and the situation they imply."""
    if ago := rest.take(words.HOURS_AGO):
        return now - timedelta(hours=min(int(ago[1] or ago[2]), 48)), ""
    if ago := rest.take(words.MINUTES_AGO):
        return now - timedelta(minutes=min(int(ago[1] or ago[2]), 600)), ""
    day, named = _take_day(rest, now)
    clocks = (rest.take_if(pattern, _read_clock) for pattern in words.CLOCKS)
    clock = next((at for at in clocks if at), None)
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


def _take_day(rest: Remainder, now: datetime) -> tuple[date, bool]:
    """Remove the words for a day; return it, else today, and whether there were any."""
    today = now.date()
    if ago := rest.take(words.DAYS_AGO):
        return today - timedelta(days=min(int(ago[1] or ago[2]), 3650)), True
    for pattern, days in words.DAYS:
        if rest.take(pattern):
            return today - timedelta(days=days), True
    if dated := _take_date(rest, today):
        return dated, True
    for number, pattern in enumerate(words.WEEKDAYS):
        if rest.take(pattern):
            return today - timedelta(days=(today.weekday() - number) % 7 or 7), True
    return today, False


def _take_date(rest: Remainder, today: date) -> date | None:
    """Remove and return a written date; without a year, the most recent one."""
    if iso := rest.take_if(words.DATE, _read_iso_date):
        return iso
    for number, pattern in enumerate(words.MONTHS, 1):
        read = partial(_read_day_of_month, month=number, today=today)
        if dated := rest.take_if(pattern, read):
            return dated
    return None


def _read_iso_date(found: re.Match[str]) -> date | None:
    year, month, day = (int(part) for part in found.groups())
    return _build_date(year, month, day)


def _read_day_of_month(found: re.Match[str], *, month: int, today: date) -> date | None:
    day = int(found[1] or found[2])
    dates = (_build_date(year, month, day) for year in (today.year, today.year - 1))
    return next((on for on in dates if on and on <= today), None)


def _build_date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _read_clock(found: re.Match[str]) -> time | None:
    hour, minute = int(found["hour"]), int(found["minute"] or 0)
    half = (found["half"] or "").lower().replace(".", "").replace(" ", "")
    if half.startswith("p") and hour < 12:
        hour += 12
    elif half.startswith("a") and hour == 12:
        hour = 0
    elif not half and not found["minute"] and 1 <= hour <= 7:
        hour += 12  # “at 6” without am or pm is the evening
    return time(hour, minute) if hour < 24 and minute < 60 else None


def _find_practice(line: str, titles: Mapping[str, str]) -> str:
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
    letters = unicodedata.normalize("NFD", text.lower())
    plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return {word[:STEM] for word in re.findall(r"\w+", plain) if len(word) >= STEM}


def _find_named(line: str, names: Mapping[str, str]) -> str:
    """Return the key of the only name in the line, "" for none or several."""
    stripped = ((key, name.strip()) for key, name in names.items())
    found = [key for key, name in stripped if name and _search(re.escape(name), line)]
    return found[0] if len(found) == 1 else ""
