"""Regular jobs of the library."""

import logging
from datetime import datetime

from everyhour.domain.practices import reminders

logger = logging.getLogger("everyhour.practices")


def crisis_line_ages(at: datetime) -> list[str]:
    """Remind the operators of every crisis line that is due for a check; return the ids."""
    due = reminders.lines_due(at)
    if due:
        logger.warning(
            "Crisis lines to check again: %s. See docs/operate/crisis-lines.md.",
            ", ".join(f"{age.id} ({age.days} days)" for age in due),
        )
        reminders.remind_operators(due, at=at)
    return [age.id for age in due]
