"""What a clock says in numbers, one way on every page."""

from functools import lru_cache

from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _


def clock(hour: int, minute: int = 0) -> str:
    """Say a time of the day: noon, 6 pm, 6:30 pm; 18:00 where a day has 24 hours."""
    return _clock(hour, minute, get_language())


@lru_cache(maxsize=512)
def _clock(hour: int, minute: int, language: str | None) -> str:
    if not minute and hour in (0, 12):
        return _("noon") if hour else _("midnight")
    if pgettext("write 12 where people say 6 pm, 24 where they say 18:00", "12") == "24":
        return f"{hour}:{minute:02}"
    said = {"time": f"{hour % 12 or 12}:{minute:02}" if minute else f"{hour % 12 or 12}"}
    return _("%(time)s am") % said if hour < 12 else _("%(time)s pm") % said
