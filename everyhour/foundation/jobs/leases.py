"""What this worker holds: taken by one UPDATE, renewed while the work goes on, given back with how it went."""

import threading
from dataclasses import dataclass
from datetime import datetime, timedelta

from everyhour.foundation.jobs.models import HOLD, Job

RENEW = HOLD / 3
LONGEST = timedelta(hours=3)  # who works longer is taken for stuck, and another may follow


@dataclass
class Hold:
    """One job in our hands; `until` is the proof that it still is."""

    job: int
    since: datetime
    renewed: datetime
    until: datetime


class Holds:
    """Shared by the threads of a worker: those who do jobs, and the one who renews."""

    def __init__(self):
        self._mine: list[Hold] = []
        self._lock = (
            threading.Lock()
        )  # else a job that ends in the moment of a renewal would stay held, and be done again

    def take(self, row: Job, at: datetime) -> Hold | None:
        """Take a job, unless somebody else did since we looked."""
        if not row.claim(at):
            return None
        hold = Hold(row.pk, since=at, renewed=at, until=at + HOLD)
        with self._lock:
            self._mine.append(hold)
        return hold

    def give_back(self, hold: Hold, **told) -> bool:
        """Write down how it went; only while the hold is ours: who finishes late must not free what another holds by now."""
        with self._lock:
            self._mine.remove(hold)
            return (
                Job.objects.filter(pk=hold.job, held_until=hold.until).update(
                    held_until=None, **told
                )
                == 1
            )

    def renew(self, at: datetime) -> None:
        with self._lock:
            for hold in self._mine:
                if abs(at - hold.renewed) >= RENEW and abs(at - hold.since) < LONGEST:
                    if Job.objects.filter(pk=hold.job, held_until=hold.until).update(
                        held_until=at + HOLD
                    ):
                        hold.until = at + HOLD
                    hold.renewed = at
