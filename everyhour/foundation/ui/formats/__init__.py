"""Dates and times, one format per language.

The formats are in en/, es/ and ar/; Django reads them too (FORMAT_MODULE_PATH).

Templates: `on|date:"DATE_FORMAT"` (Nov 24, 2026), `on|date:"MONTH_DAY_FORMAT"` (Nov 24),
`on|date:"WEEKDAY_DAY_FORMAT"` (Tuesday, Nov 24) and `at|clock` (6:30 am).
ui/static/ui/js/formats.js does the same in the browser.
"""

from datetime import date, datetime

from django.utils.formats import date_format, get_format
from django.utils.translation import gettext as _


def clock(hour: int, minute: int = 0) -> str:
    """Return a time of day: 6:30 am, 6 pm, noon; 18:30 and 0:00 in languages with 24 hours.

    >>> clock(18, 30)
    '6:30 pm'
    """
    if get_format("HOURS_ON_THE_CLOCK") == 24:
        return f"{hour}:{minute:02}"
    if not minute and hour in (0, 12):
        return _("noon") if hour else _("midnight")
    time = {"time": f"{hour % 12 or 12}:{minute:02}" if minute else f"{hour % 12 or 12}"}
    return _("%(time)s am") % time if hour < 12 else _("%(time)s pm") % time


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
