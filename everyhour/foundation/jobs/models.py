"""One row for each job: when it is due, who holds it, how it went."""

from datetime import datetime, timedelta

from django.db import models
from django.db.models import Max, Q

HOLD = timedelta(
    minutes=3
)  # renewed while a job goes on, so that the death of a worker is noticed soon
CLOCK = "look at the clock"  # the row that says until when the brake holds, and why


class JobQuerySet(models.QuerySet):
    def due(self, at: datetime):
        free = Q(held_until__isnull=True) | Q(held_until__lte=at)
        return self.filter(free, due_at__lte=at).order_by("due_at")

    def newest(self) -> datetime | None:
        """Give the newest time at which anything was done here."""
        times = self.aggregate(started=Max("last_started_at"), finished=Max("last_finished_at"))
        return max((time for time in times.values() if time), default=None)


class Job(models.Model):
    """A job of the timetable. `held_until` lets another worker take over when this one died holding it."""

    personal = ()  # columns that tell something of a person

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
        """Take the job, unless somebody else did since we looked. One UPDATE decides, on SQLite and PostgreSQL alike."""
        taken = (
            Job.objects.due(at)
            .filter(pk=self.pk)
            .order_by()
            .update(held_until=at + HOLD, last_started_at=at)
        )
        return taken == 1
