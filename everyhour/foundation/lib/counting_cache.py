"""An in-memory cache with a monotonic clock, so that setting the clock changes no expiry."""

import time

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.locmem import LocMemCache


class CountingCache(LocMemCache):
    """Django's local-memory cache with monotonic expiry."""

    def get_backend_timeout(self, timeout=DEFAULT_TIMEOUT):
        if timeout == DEFAULT_TIMEOUT:
            timeout = self.default_timeout
        return None if timeout is None else time.monotonic() + max(timeout, 0)

    def _has_expired(self, key) -> bool:
        ends = self._expire_info.get(key, -1)  # type: ignore[attr-defined]
        return ends is not None and ends <= time.monotonic()
