"""Entries expire by a monotonic clock, whatever the system clock is set to."""

import time

import pytest
import time_machine
from django.core.cache import cache

from everyhour.foundation.lib.counting_cache import CountingCache


@pytest.fixture
def counting_cache():
    created = CountingCache("counting", {})
    yield created
    created.clear()


@pytest.mark.parametrize("away", [3600, -3600, 365 * 86_400, -365 * 86_400])
def test_setting_the_clock_changes_no_expiry(counting_cache, away):
    now = time.time()
    counting_cache.set("tries", 10, timeout=0.2)

    with time_machine.travel(now + away, tick=True):
        assert counting_cache.get("tries") == 10
        counting_cache.set("later", 1, timeout=0.2)
    time.sleep(0.25)

    assert (counting_cache.get("tries"), counting_cache.get("later")) == (None, None)


def test_no_timeout_never_expires_and_zero_expires_at_once(counting_cache):
    counting_cache.set("always", 1, timeout=None)
    counting_cache.set("never", 1, timeout=0)
    counting_cache.set("usual", 1)

    assert counting_cache.get_many(["always", "never", "usual"]) == {"always": 1, "usual": 1}


def test_default_cache_is_a_counting_cache():
    assert isinstance(cache._connections[cache._alias], CountingCache)
