"""What a clock says in words, to the nearest five minutes: nobody needs more at home."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

HOURS = (
    pgettext_lazy("hour on a clock", "twelve"),
    pgettext_lazy("hour on a clock", "one"),
    pgettext_lazy("hour on a clock", "two"),
    pgettext_lazy("hour on a clock", "three"),
    pgettext_lazy("hour on a clock", "four"),
    pgettext_lazy("hour on a clock", "five"),
    pgettext_lazy("hour on a clock", "six"),
    pgettext_lazy("hour on a clock", "seven"),
    pgettext_lazy("hour on a clock", "eight"),
    pgettext_lazy("hour on a clock", "nine"),
    pgettext_lazy("hour on a clock", "ten"),
    pgettext_lazy("hour on a clock", "eleven"),
)
MINUTES = (
    _("{hour} o’clock"),
    _("five past {hour}"),
    _("ten past {hour}"),
    _("a quarter past {hour}"),
    _("twenty past {hour}"),
    _("twenty-five past {hour}"),
    _("half past {hour}"),
    _("twenty-five to {hour}"),
    _("twenty to {hour}"),
    _("a quarter to {hour}"),
    _("ten to {hour}"),
    _("five to {hour}"),
)
WEEKDAYS = (
    _("Monday"),
    _("Tuesday"),
    _("Wednesday"),
    _("Thursday"),
    _("Friday"),
    _("Saturday"),
    _("Sunday"),
)
NOON, MIDNIGHT = pgettext_lazy("on a clock", "noon"), pgettext_lazy("on a clock", "midnight")


def clock(minute: int) -> str:
    """Say a minute of the day: `clock(17 * 60 + 40)` is "twenty to six"."""
    fives = (minute + 2) // 5 % (24 * 12)
    if fives in (0, 12 * 12):
        return str(MIDNIGHT if fives == 0 else NOON)
    hour, five = divmod(fives, 12)
    named = HOURS[(hour + (five > 6)) % 12]
    return str(MINUTES[five]).format(hour=named)


def clock_of(wall: datetime) -> str:
    return clock(wall.hour * 60 + wall.minute)


def weekday(wall: datetime) -> str:
    return str(WEEKDAYS[wall.weekday()])
