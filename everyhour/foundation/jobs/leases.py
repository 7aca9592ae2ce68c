"""The jobs this worker has leased: renewed while they run, released with their result."""

import threading
from dataclasses import dataclass
from datetime import datetime, timedelta

from everyhour.foundation.jobs.models import LEASE, Job
from everyhour.foundation.lib import leases

RENEW = LEASE / 3
LONGEST = timedelta(hours=3)  # a job that runs longer is taken for stuck, and its lease may end


@dataclass
class Lease:
    job: Job  # its `held_until` proves that the lease is still ours
    since: datetime
    renewed: datetime


class Leases:
    """Shared by the threads of a worker: those that run jobs, and the one that renews leases."""

    def __init__(self):
        self._mine: list[Lease] = []
        # Without the lock, a job that ends during a renewal would stay leased, and run again.
        self._lock = threading.Lock()

    def acquire(self, job: Job, at: datetime) -> Lease | None:
        """Lease a job; None when another worker was first."""
        if not job.claim(at):
            return None
        lease = Lease(job, since=at, renewed=at)
        with self._lock:
            self._mine.append(lease)
        return lease

    def release(self, lease: Lease, **result) -> bool:
        """Record the result and end the lease; False, and nothing written, when it was lost."""
        with self._lock:
            self._mine.remove(lease)
            return leases.release(lease.job, **result)

    def renew(self, at: datetime) -> None:
        with self._lock:
            for lease in self._mine:
                if abs(at - lease.renewed) >= RENEW and abs(at - lease.since) < LONGEST:
                    leases.renew(lease.job, at + LEASE)
                    lease.renewed = at
