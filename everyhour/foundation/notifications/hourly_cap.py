"""The last fence: how many letters leave the house in an hour. It is far above what families ask for, and below a flood.

Everything else has to have gone wrong before it matters: rests, limits, what expires, the brake for wrong clocks. What is for
somebody's safety (a purpose nobody may say no to) passes all the same.
"""

import logging
from datetime import datetime, timedelta
from functools import lru_cache

from django.conf import settings
from django.contrib.auth import get_user_model

from everyhour.foundation.notifications.models import DeliveryAttempt

logger = logging.getLogger("everyhour.letters")

HOUR = timedelta(hours=1)
AT_LEAST = 200  # in a small house nobody should notice it on the evening of the digest


class Fence:
    """Counted once for a round, and only when something is due; several workers may pass it by a round each."""

    def __init__(self) -> None:
        self._left: int | None = None

    def is_open(self, at: datetime) -> bool:
        if self._left is None:
            self._left = most(at) - lately(at)
            if self._left <= 0:
                logger.critical(
                    "More letters left in the last hour than %d: only those for somebody’s safety go on. "
                    "The others wait, and expire when their time is over. See docs/operate/nudges.md.",
                    most(at),
                )
        return self._left > 0

    def passed(self, letters: int) -> None:
        if self._left is not None:
            self._left -= letters


def most(at: datetime) -> int:
    """Give how many may leave in an hour."""
    return AT_LEAST + settings.LETTERS_AN_HOUR * people(int(at.timestamp()) // 3600)


def lately(at: datetime) -> int:
    """Count the attempts of the last hour, no further than to the fence: they are numbered as they are made."""
    newest = DeliveryAttempt.objects.order_by("-pk").values_list("at", flat=True)[: most(at)]
    return sum(at - HOUR < one <= at + HOUR for one in newest)


@lru_cache(maxsize=2)
def people(hour: int) -> int:
    return get_user_model().objects.filter(is_active=True).count()
