"""A cap on how many notifications are sent in an hour: far above normal use, and below a flood.

It only matters when everything else has failed: rests, limits, expiry, the clock guard.
Notifications that nobody may turn off, such as security notices, are sent all the same.
"""

import logging
from datetime import datetime, timedelta
from functools import lru_cache

from django.conf import settings
from django.contrib.auth import get_user_model

from everyhour.foundation.notifications.models import DeliveryAttempt

logger = logging.getLogger("everyhour.notifications")

HOUR = timedelta(hours=1)
AT_LEAST = 200  # a small instance must not reach it on the evening of the digest


class HourlyCap:
    """Counted once per round, when something is due; each worker may exceed it by one round."""

    def __init__(self) -> None:
        self._left: int | None = None

    def allows(self, at: datetime) -> bool:
        if self._left is None:
            self._left = most(at) - attempted(at)
            if self._left <= 0:
                logger.critical(
                    "More than %d notifications were sent in the last hour. Only security notices "
                    "continue; the others wait, and expire in time. See docs/operate/nudges.md.",
                    most(at),
                )
        return self._left > 0

    def count(self, notifications: int) -> None:
        if self._left is not None:
            self._left -= notifications


def most(at: datetime) -> int:
    """Return how many may be sent in an hour."""
    return AT_LEAST + settings.NOTIFICATIONS_PER_HOUR * people(int(at.timestamp()) // 3600)


def attempted(at: datetime) -> int:
    """Count the attempts of the last hour, reading the newest `most(at)` rows at most."""
    newest = DeliveryAttempt.objects.order_by("-pk").values_list("at", flat=True)[: most(at)]
    return sum(at - HOUR < one <= at + HOUR for one in newest)


@lru_cache(maxsize=2)
def people(hour: int) -> int:
    """Count active people; cached per hour."""
    return get_user_model().objects.filter(is_active=True).count()
