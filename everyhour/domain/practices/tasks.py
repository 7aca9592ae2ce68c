"""The library's regular jobs."""

import logging
from datetime import date, datetime

from everyhour.domain.practices.crisis_lines import WARN_DAYS, age_in_days
from everyhour.domain.practices.models import Edition

logger = logging.getLogger("everyhour.practices")


def crisis_line_ages(at: datetime) -> list[str]:
    """Warn, by name, of every crisis line that nobody has looked at for a month."""
    old = [
        f"{line['id']} ({age_in_days(date.fromisoformat(line['checked_on']), at.date())} days)"
        for edition in Edition.objects.current().filter(item__kind="crisis_lines")
        for line in edition.facts["lines"]
        if age_in_days(date.fromisoformat(line["checked_on"]), at.date()) > WARN_DAYS
    ]
    if old:
        logger.warning(
            "Crisis lines to check again: %s. See docs/operate/crisis-lines.md.", ", ".join(old)
        )
    return old
