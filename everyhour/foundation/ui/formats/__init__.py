"""Dates and times, one format per language and region.

The formats are in en/, es/ and ar/; Django reads them too (FORMAT_MODULE_PATH).

Templates: `on|date:"DATE_FORMAT"` (Nov 24, 2026), `on|date:"MONTH_DAY_FORMAT"` (Nov 24),
`on|date:"WEEKDAY_DAY_FORMAT"` (Tuesday, Nov 24) and `at|clock` (6:30 am).
ui/static/ui/js/formats.js does the same in the browser; a page tells it `clock_hours`.

The language decides. Only the clock differs by region: Spanish has 24 hours in Spain and 12
everywhere else. The reader's time zone, or a guest's browser, says which (`reading`).
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime

from django.utils.formats import date_format, get_format
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

SPAIN = ("Europe/Madrid", "Atlantic/Canary", "Africa/Ceuta")
# Returns the reader's time zone; called only where it makes a difference.
_zone: ContextVar[Callable[[], str]] = ContextVar("zone", default=str)


@contextmanager
def reading(zone: Callable[[], str], language: str | None = None) -> Iterator[None]:
    """Write for a reader in this time zone, and in this language if it is given."""
    token = _zone.set(zone)
    try:
        if language is None:
            yield
        else:
            with override(language):
                yield
    finally:
        _zone.reset(token)


def hours() -> int:
    """Return 12 or 24: the hours on the clock in this language and region."""
    spanish = (get_language() or "").partition("-")[0] == "es"
    return 24 if spanish and _zone.get()() in SPAIN else int(get_format("HOURS_ON_THE_CLOCK"))


def clock(hour: int, minute: int = 0) -> str:
    """Return a time of day: 6:30 am, 6 pm, noon; 18:30 and 0:00 where the clock has 24 hours.

    >>> clock(18, 30)
    '6:30 pm'
    """
    if hours() == 24:
        return f"{hour}:{minute:02}"
    if not minute and hour in (0, 12) and get_format("NOON_IN_WORDS"):
        return _("noon") if hour else _("midnight")
    time = {"time": f"{hour % 12 or 12}:{minute:02}" if minute else f"{hour % 12 or 12}"}
    return _("%(time)s am") % time if hour < 12 else _("%(time)s pm") % time


def the_clock(hour: int, minute: int = 0) -> str:
    """Return a time of day as it follows "at": in Spanish "la 1:30 pm", "las 6 pm"."""
    one, other = get_format("ARTICLES")
    is_one = hour == 1 or (hour == 13 and hours() == 12)
    return (one if is_one else other) % clock(hour, minute)


def the_clock_at(minute: int) -> str:
    """Return `the_clock` of a minute after midnight; from 1440 on, of the next day."""
    return the_clock(minute // 60 % 24, minute % 60)


def clock_at(minute: int) -> str:
    """Return the time of day of a minute after midnight; from 1440 on, of the next day."""
    return clock(minute // 60 % 24, minute % 60)


def day(on: date) -> str:
    """Return a day without its year: Nov 24."""
    return date_format(on, "MONTH_DAY_FORMAT")


def weekday_and_day(on: date) -> str:
    """Return a day with its weekday: Tuesday, Nov 24."""
    return date_format(on, "WEEKDAY_DAY_FORMAT")


def day_and_time(wall: datetime) -> str:
    """Return a day and a time of day: Nov 24, 6:30 am."""
    return f"{day(wall)}, {clock(wall.hour, wall.minute)}"
