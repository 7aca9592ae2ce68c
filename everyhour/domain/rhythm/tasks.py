"""Scheduled tasks."""

from datetime import datetime

from everyhour.domain.rhythm import calendars


def read_calendars(at: datetime) -> int:
    return calendars.refresh_due(at)
