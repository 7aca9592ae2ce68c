"""Notices on the operator's page: functions that take the time and return texts."""

from collections.abc import Callable
from datetime import datetime

from everyhour.domain.practices import reminders

NOTICES: tuple[Callable[[datetime], list[str]], ...] = (reminders.notices,)
