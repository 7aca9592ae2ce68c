"""What the operator's page reports beside the jobs, each a function of the time."""

from collections.abc import Callable
from datetime import datetime

from everyhour.domain.practices import reminders

NOTICES: tuple[Callable[[datetime], list[str]], ...] = (reminders.notices,)
