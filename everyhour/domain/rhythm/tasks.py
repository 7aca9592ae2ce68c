"""What is done regularly."""

from datetime import datetime

from everyhour.domain.rhythm import calendars


def read_calendars(at: datetime) -> int:
    """Read the calendars that are due again."""
    return calendars.read_due(at)
