"""One row for each job: when it is due, whether it is leased, and how it went."""

from datetime import datetime, timedelta

from django.db import models
from django.db.models import Max

from everyhour.foundation.lib import leases

LEASE = timedelta(minutes=3)  # short, and renewed while a job runs: a dead worker is noticed soon
CLOCK = "look at the clock"  # its row holds until when the clock is distrusted, and why


class JobQuerySet(models.QuerySet):
    def due(self, at: datetime):
        return self.filter(leases.free(at), due_at__lte=at).order_by("due_at")

    def newest(self) -> datetime | None:
        """Return the latest time at which any job started or finished."""
        times = self.aggregate(started=Max("last_started_at"), finished=Max("last_finished_at"))
        return max((time for time in times.values() if time), default=None)


class Job(models.Model):
    """A job of the timetable. When a worker dies, another takes over after `held_until`."""

    personal = ()  # columns with personal data

    name = models.CharField(max_length=80, unique=True)
    due_at = models.DateTimeField(db_index=True)
    held_until = models.DateTimeField(null=True)
    last_started_at = models.DateTimeField(null=True)
    last_finished_at = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True)

    objects = JobQuerySet.as_manager()

    def __str__(self):
        return self.name

    def claim(self, at: datetime) -> bool:
        """Lease the job if it is still due; False when another worker was first."""
        due = Job.objects.due(at).filter(pk=self.pk).order_by()
        if not leases.claim(due, held_until=at + LEASE, last_started_at=at):
            return False
        self.held_until = at + LEASE
        return True
