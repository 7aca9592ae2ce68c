"""Moments, the changes they came from, notes, and days off."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import Exists, OuterRef, Q

from everyhour.domain.families.models import (
    Caregiver,
    Child,
    Family,
    Household,
    HouseholdShare,
    Level,
)
from everyhour.domain.practices.models import Edition
from everyhour.foundation.lib.fields import WrittenJSONField
from everyhour.foundation.lib.ids import LENGTH, new_id

DAY = timedelta(days=1)


class MomentQuerySet(models.QuerySet):
    def of(self, family: Family):
        return self.filter(family=family, deleted=False)

    def between(self, start, end):
        return self.filter(at__gte=start, at__lt=end)

    def visible_to(self, caregiver: Caregiver):
        """Return own moments; if they may see the week, also their household's and shared ones.

        Never moments private to others. Includes deleted moments.
        """
        shown = HouseholdShare.objects.filter(
            child=OuterRef("child"),
            of=OuterRef("household"),
            to=caregiver.household_id,
            level__in=[Level.MOMENTS, Level.NOTES],
        )
        own = Q(caregiver=caregiver)  # also from before they moved to another home
        if caregiver.is_guardian or caregiver.can(Caregiver.SEE_WEEK):
            own |= Q(household=caregiver.household_id)
        else:
            shown = HouseholdShare.objects.none()
        return self.filter(own | Exists(shown), family=caregiver.family_id).exclude(
            Q(private=True) & ~Q(caregiver=caregiver)
        )

    def hinted_to(self, caregiver: Caregiver):
        """Return moments of other households of which this caregiver may see only the hour."""
        hinted = HouseholdShare.objects.filter(
            child=OuterRef("child"),
            of=OuterRef("household"),
            to=caregiver.household_id,
            level=Level.HOURS,
        )
        if not caregiver.is_guardian and not caregiver.can(Caregiver.SEE_WEEK):
            return self.none()
        return (
            self.filter(Exists(hinted), family=caregiver.family_id, private=False)
            .exclude(household=caregiver.household_id)
            .exclude(caregiver=caregiver)
        )


class Moment(models.Model):
    """A brief moment: given to a child, for a caregiver, or with a professional; see merging.py."""

    personal = (
        "at",
        "wall",
        "zone",
        "kind",
        "practice",
        "title",
        "state_before",
        "state_after",
        "situation",
        "outcome",
        "caregiver_state",
        "origin",
        "decision",
        "minutes",
        "private",
    )

    class Kind(models.TextChoices):
        GIVEN = "given"
        GOT = "got"
        PROFESSIONAL = "professional"

    class Origin(models.TextChoices):
        RIGHT_NOW = "right_now"
        SPONTANEOUS = "spontaneous"
        LINE = "line"  # quick entry
        PLAN = "plan"
        NUDGE = "nudge"

    id = models.CharField(primary_key=True, max_length=LENGTH, default=new_id, editable=False)
    family = models.ForeignKey(Family, on_delete=models.CASCADE, related_name="moments")
    key = models.CharField(max_length=36)  # a UUID created on the phone
    child = models.ForeignKey(Child, on_delete=models.CASCADE, null=True, related_name="moments")
    caregiver = models.ForeignKey(
        Caregiver, on_delete=models.SET_NULL, null=True, related_name="moments"
    )  # the one who gave it, or for whom it was
    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=Kind)
    at = models.DateTimeField()
    wall = models.CharField(max_length=16)  # local time: 2026-11-23T18:05
    zone = models.CharField(max_length=64)
    practice = models.CharField(max_length=80, blank=True)
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, null=True, related_name="+")
    title = models.BinaryField(null=True)  # in the family's own words; sealed
    state_before = models.CharField(max_length=10, blank=True)
    state_after = models.CharField(max_length=10, blank=True)
    situation = models.CharField(max_length=20, blank=True)
    outcome = models.CharField(max_length=10, blank=True)
    caregiver_state = models.CharField(max_length=10, blank=True)
    origin = models.CharField(max_length=12, choices=Origin)
    # The offers with their probabilities; see moment.js.
    decision = WrittenJSONField(default=list)
    minutes = models.PositiveSmallIntegerField(null=True)
    private = models.BooleanField(default=False)  # only its caregiver may see it
    deleted = models.BooleanField(default=False)
    received_at = models.DateTimeField()  # when it was first whole; see merging.State
    changed_at = models.DateTimeField()

    objects = MomentQuerySet.as_manager()

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["family", "key"], name="one_moment_per_family_and_key")
        ]
        indexes = [
            models.Index(fields=["family", "at"]),
            models.Index(fields=["family", "child", "practice"]),
        ]

    def __str__(self):
        return self.pk

    @property
    def own_title(self) -> str:
        return self.family.unseal(self.title, place=f"moment:{self.key}:title")


class Change(models.Model):
    """One change to a moment; unique by key. Its body is sealed JSON."""

    personal = ("body", "device", "received_at")

    family = models.ForeignKey(Family, on_delete=models.CASCADE, related_name="changes")
    key = models.CharField(max_length=36)  # a UUID created on the phone
    moment_key = models.CharField(max_length=36)
    device = models.CharField(max_length=36)
    counter = models.BigIntegerField()  # a Lamport clock; see merging.py
    by = models.ForeignKey(Caregiver, on_delete=models.SET_NULL, null=True, related_name="+")
    body = models.BinaryField()
    received_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["family", "key"], name="one_change_per_family_and_key")
        ]
        indexes = [models.Index(fields=["family", "moment_key"])]

    def __str__(self):
        return self.key


class Note(models.Model):
    """A note on a moment. Two written concurrently stay two notes."""

    personal = ("text", "at")

    id = models.CharField(primary_key=True, max_length=LENGTH, default=new_id, editable=False)
    moment = models.ForeignKey(Moment, on_delete=models.CASCADE, related_name="notes")
    change_key = models.CharField(max_length=36)  # the change that wrote it
    text = models.BinaryField(null=True)
    by = models.ForeignKey(Caregiver, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["moment", "change_key"], name="one_note_per_change")
        ]

    def __str__(self):
        return self.pk

    @property
    def opened(self) -> str:
        return self.moment.family.unseal(
            self.text, place=f"note:{self.moment.key}:{self.change_key}"
        )


class RestQuerySet(models.QuerySet["Rest"]):
    def days_off(self, household: str, at: datetime) -> list["Rest"]:
        """Return a household's days off that include this instant, each in its own zone."""
        near = self.filter(household=household, on__range=(at.date() - DAY, at.date() + DAY))
        return [rest for rest in near if at.astimezone(ZoneInfo(rest.zone)).date() == rest.on]


class Rest(models.Model):
    """A day off that a caregiver asked for. Other kinds of rest are computed (rest.py)."""

    personal = ("on", "zone")

    id = models.CharField(primary_key=True, max_length=LENGTH, default=new_id, editable=False)
    family = models.ForeignKey(Family, on_delete=models.CASCADE, related_name="rests")
    household = models.ForeignKey(Household, on_delete=models.CASCADE, related_name="+")
    on = models.DateField()  # the local day
    zone = models.CharField(max_length=64)
    by = models.ForeignKey(Caregiver, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()

    objects = RestQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["household", "on"], name="one_day_off_per_household_and_day"
            )
        ]

    def __str__(self):
        return f"{self.on}"
