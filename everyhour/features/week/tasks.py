"""Regular tasks of the week."""

from datetime import datetime

from everyhour.features.week import sunday


def write_sunday_messages(at: datetime) -> None:
    sunday.write_due(at)
