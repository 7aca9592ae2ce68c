"""A cache in memory whose ends are counted, not read off the wall: nobody stays locked out because a clock was set."""

import time

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.locmem import LocMemCache


class CountingCache(LocMemCache):
    """As Django's, by the clock that only ever counts. With the wall's, ten tries under a clock a year ahead would last a year."""

    def get_backend_timeout(self, timeout=DEFAULT_TIMEOUT):
        if timeout == DEFAULT_TIMEOUT:
            timeout = self.default_timeout
        return None if timeout is None else time.monotonic() + max(timeout, 0)

    def _has_expired(self, key) -> bool:
        ends = self._expire_info.get(key, -1)  # type: ignore[attr-defined]
        return ends is not None and ends <= time.monotonic()
