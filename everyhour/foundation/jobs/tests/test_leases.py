"""Leases: one worker at a time, and a lost lease writes nothing."""

from datetime import timedelta

import pytest

from everyhour.foundation.jobs.models import Job
from everyhour.foundation.lib import leases
from testing import make

pytestmark = pytest.mark.django_db
NOW, MINUTE = make.MONDAY, timedelta(minutes=1)


def job(held_until=None) -> Job:
    return Job.objects.create(name="one", due_at=NOW, held_until=held_until)


def test_only_one_claim_succeeds():
    free = Job.objects.filter(leases.free(NOW), pk=job().pk)

    assert leases.claim(free, held_until=NOW + MINUTE)
    assert not leases.claim(free, held_until=NOW + MINUTE)


def test_renewing_keeps_the_lease():
    row = job(NOW + MINUTE)

    assert leases.renew(row, NOW + 2 * MINUTE)
    assert leases.release(row, last_error="full")
    row.refresh_from_db()
    assert (row.held_until, row.last_error) == (None, "full")


def test_lost_lease_is_neither_renewed_nor_released():
    row = job(NOW + MINUTE)
    Job.objects.update(held_until=NOW + 2 * MINUTE)

    assert not leases.renew(row, NOW + 3 * MINUTE) and not leases.release(row, last_error="full")
    row.refresh_from_db()
    assert (row.held_until, row.last_error) == (NOW + 2 * MINUTE, "")


@pytest.mark.parametrize(
    ("ends_in", "is_stale"), [(-MINUTE, True), (MINUTE, False), (5 * MINUTE, True)]
)
def test_ended_and_impossible_leases_are_stale(ends_in, is_stale):
    job(NOW + ends_in)

    assert Job.objects.filter(leases.stale(NOW, 2 * MINUTE)).exists() is is_stale
