"""A family's usual days, calendars and plans.

Times are minutes after local midnight; they become instants only when a date is built.
"""

from datetime import datetime

from django.db import models

from everyhour.domain.families.models import Caregiver, Child, Family, Household
from everyhour.foundation.lib.ids import LENGTH, new_id


class Part(models.Model):
    """A part of a child's day in one home on some weekdays; replaces a usual part or adds one.

    The usual day (waking, school, home again, dinner, bed) is in `Child.day`.
    """

    personal = (
        "kind",
        "name",
        "begins",
        "ends",
        "weekdays",
        "when",
        "every_weeks",
        "anchor",
        "situation",
        "hard",
        "off",
    )

    class Applies(models.TextChoices):
        ALWAYS = "always"
        SCHOOL = "school"  # outside holidays; inside a term if any are set
        FREE = "free"  # when there is no school

    id = models.CharField(primary_key=True, max_length=LENGTH, default=new_id, editable=False)
    family = models.ForeignKey(Family, on_delete=models.CASCADE, related_name="parts")
    child = models.ForeignKey(Child, on_delete=models.CASCADE, related_name="parts")
    household = models.ForeignKey(Household, on_delete=models.CASCADE, related_name="+")
    # An anchor of the usual day (wakes, school_starts, …) or a situation of the vocabulary.
    kind = models.CharField(max_length=20)
    name = models.CharField(max_length=40, blank=True)  # in the family's words: "piano"
    begins = models.PositiveSmallIntegerField()
    # Earlier than `begins`: on the next morning.
    ends = models.PositiveSmallIntegerField(null=True, blank=True)
    weekdays = models.JSONField(default=list)  # 0 is Monday
    when = models.CharField(max_length=8, choices=Applies, default=Applies.ALWAYS)
    # 2: in alternate weeks, counted from the week of `anchor`.
    every_weeks = models.PositiveSmallIntegerField(default=1)
    anchor = models.DateField(null=True, blank=True)
    situation = models.CharField(max_length=20, blank=True)  # what may be hard here
    hard = models.BooleanField(default=False)
    off = models.BooleanField(default=False)  # on these days the usual part is left out
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["begins", "id"]
        indexes = [models.Index(fields=["child", "household"])]

    def __str__(self):
        return self.pk


class Season(models.Model):
    """A range of dates, both included: a school term or holidays."""

    personal = ("kind", "name", "first", "last")

    class Kind(models.TextChoices):
        TERM = "term"
        HOLIDAYS = "holidays"

    id = models.CharField(primary_key=True, max_length=LENGTH, default=new_id, editable=False)
    family = models.ForeignKey(Family, on_delete=models.CASCADE, related_name="seasons")
    child = models.ForeignKey(Child, on_delete=models.CASCADE, related_name="seasons")
    kind = models.CharField(max_length=10, choices=Kind)
    name = models.CharField(max_length=40, blank=True)
    first = models.DateField()
    last = models.DateField()

    class Meta:
        ordering = ["first", "id"]

    def __str__(self):
        return self.pk


class Custody(models.Model):
    """The days a child spends in one home, repeating every one or two weeks. No row: every day."""

    personal = ("monday", "weeks", "days")

    family = models.ForeignKey(Family, on_delete=models.CASCADE, related_name="+")
    child = models.ForeignKey(Child, on_delete=models.CASCADE, related_name="custodies")
    household = models.ForeignKey(Household, on_delete=models.CASCADE, related_name="+")
    monday = models.DateField()
    weeks = models.PositiveSmallIntegerField(default=2)
    days = models.JSONField(default=list)  # 0 to 7 * weeks - 1, counted from `monday`

    class Meta:
        verbose_name_plural = "custodies"
        constraints = [
            models.UniqueConstraint(
                fields=["child", "household"], name="one_custody_per_child_and_home"
            )
        ]

    def __str__(self):
        return f"{self.child_id} in {self.household_id}"


class Planned(models.Model):
    """A small moment planned into a part of the day, until it is ended."""

    personal = ("transition", "practice", "origin", "weekdays", "since", "until")

    class Origin(models.TextChoices):
        OWN = "own"
        HELPS = "helps"  # from What helps
        LESSON = "lesson"
        CARE = "care"  # from the care team's plan

    id = models.CharField(primary_key=True, max_length=LENGTH, default=new_id, editable=False)
    family = models.ForeignKey(Family, on_delete=models.CASCADE, related_name="planned")
    child = models.ForeignKey(Child, on_delete=models.CASCADE, related_name="planned")
    household = models.ForeignKey(Household, on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey(Caregiver, on_delete=models.SET_NULL, null=True, related_name="+")
    # The stable name of a transition: "bed", or a part's id.
    transition = models.CharField(max_length=40)
    practice = models.CharField(max_length=80)
    origin = models.CharField(max_length=8, choices=Origin, default=Origin.OWN)
    weekdays = models.JSONField(default=list, blank=True)  # empty: every day that has this part
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "planned"
        ordering = ["since", "id"]
        indexes = [models.Index(fields=["child", "household"])]

    def __str__(self):
        return self.pk


class CalendarQuerySet(models.QuerySet):
    def present(self):
        return self.filter(ended_at__isnull=True)

    def due(self, at: datetime):
        return self.present().filter(next_at__lte=at).order_by("next_at", "id")


class Calendar(models.Model):
    """A calendar of one home, from a subscribed address or a file."""

    personal = ("name", "address", "means", "fetched_at", "trouble")

    class Means(models.TextChoices):
        APPOINTMENTS = "appointments"  # no reminders during one
        HOLIDAYS = "holidays"  # its days are without school

    id = models.CharField(primary_key=True, max_length=LENGTH, default=new_id, editable=False)
    family = models.ForeignKey(Family, on_delete=models.CASCADE, related_name="calendars")
    household = models.ForeignKey(Household, on_delete=models.CASCADE, related_name="calendars")
    by = models.ForeignKey(Caregiver, on_delete=models.SET_NULL, null=True, related_name="+")
    name = models.CharField(max_length=60, blank=True)
    address = models.BinaryField(null=True)  # sealed: the address alone grants access
    source = models.BinaryField(null=True)  # the file, sealed, to read later weeks from it
    means = models.CharField(max_length=12, choices=Means, default=Means.APPOINTMENTS)
    etag = models.CharField(max_length=200, blank=True)
    fetched_at = models.DateTimeField(null=True, blank=True)
    next_at = models.DateTimeField(null=True, blank=True, db_index=True)
    trouble = models.CharField(max_length=200, blank=True)  # why the last refresh failed
    failures = models.PositiveSmallIntegerField(default=0)  # in a row; the pause grows with them
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)  # a day later the row is deleted

    objects = CalendarQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "id"]

    def __str__(self):
        return self.pk

    @property
    def is_file(self) -> bool:
        return self.source is not None

    def seal_place(self, name: str) -> str:
        """Return the place a sealed text is bound to."""
        return f"calendar:{self.pk}:{name}"


class Occurrence(models.Model):
    """One occurrence of a calendar's event within the weeks that are read ahead."""

    personal = ("title",)

    calendar = models.ForeignKey(Calendar, on_delete=models.CASCADE, related_name="occurrences")
    uid = models.CharField(max_length=64)  # digest of the event's UID, start and title
    begins = models.DateTimeField(null=True)  # UTC; null: an all-day event
    ends = models.DateTimeField(null=True)
    first = models.DateField(null=True)  # whole days, both included
    last = models.DateField(null=True)
    title = models.BinaryField(null=True)

    class Meta:
        ordering = ["begins", "first", "id"]
        indexes = [
            models.Index(fields=["calendar", "begins"]),
            models.Index(fields=["calendar", "first"]),
        ]

    def __str__(self):
        return self.uid

    @property
    def place(self) -> str:
        return f"occurrence:{self.calendar_id}:{self.uid}"


class Feed(models.Model):
    """A private address where a calendar app reads a home's plans. Stores only the token digest."""

    personal = ("shows", "created_at", "read_at", "ended_at")

    id = models.CharField(primary_key=True, max_length=LENGTH, default=new_id, editable=False)
    family = models.ForeignKey(Family, on_delete=models.CASCADE, related_name="+")
    caregiver = models.ForeignKey(Caregiver, on_delete=models.CASCADE, related_name="feeds")
    token_digest = models.CharField(max_length=64, unique=True)
    shows = models.BooleanField(default=False)  # the names of practices, else "A small moment"
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    def __str__(self):
        return self.pk
