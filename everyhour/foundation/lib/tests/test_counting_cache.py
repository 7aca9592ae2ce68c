"""What is kept for a while is kept for that while, whatever the clock on the wall is set to."""

import time

import pytest
import time_machine
from django.core.cache import cache

from everyhour.foundation.lib.counting_cache import CountingCache


@pytest.fixture
def kept():
    made = CountingCache("counting", {})
    yield made
    made.clear()


@pytest.mark.parametrize("away", [3600, -3600, 365 * 86_400, -365 * 86_400])
def test_a_clock_that_is_set_neither_ends_nor_prolongs_it(kept, away):
    now = time.time()
    kept.set("tries", 10, timeout=0.2)

    with time_machine.travel(now + away, tick=True):
        assert kept.get("tries") == 10
        kept.set("later", 1, timeout=0.2)
    time.sleep(0.25)

    assert (kept.get("tries"), kept.get("later")) == (None, None)


def test_what_has_no_end_stays_and_what_is_over_at_once_is_not_kept(kept):
    kept.set("always", 1, timeout=None)
    kept.set("never", 1, timeout=0)
    kept.set("usual", 1)

    assert (kept.get("always"), kept.get("never"), kept.get("usual")) == (1, None, 1)


def test_the_house_counts_tries_in_it():
    assert isinstance(cache._connections[cache._alias], CountingCache)
