"""Nudge settings, plans of days, and nudges, including those that were not sent."""

from datetime import datetime

from django.db import models

from everyhour.domain.families.models import Caregiver, Child, Family, Household
from everyhour.domain.recommendations.models import Decision
from everyhour.foundation.lib.ids import LENGTH, new_id

A_DAY, A_WEEK = 1, 7


class NudgeSettings(models.Model):
    """Consent and limits of a caregiver; without a row there is no consent."""

    personal = (
        "agreed_at",
        "a_day",
        "a_week",
        "quiet_from",
        "quiet_until",
        "paused_at",
        "paused_until",
        "not_on",
        "not_until",
    )

    id = models.CharField(primary_key=True, max_length=LENGTH, default=new_id, editable=False)
    family = models.ForeignKey(Family, on_delete=models.CASCADE, related_name="+")
    caregiver = models.OneToOneField(
        Caregiver, on_delete=models.CASCADE, related_name="nudge_settings"
    )
    agreed_at = models.DateTimeField(null=True, blank=True)  # null: consent was withdrawn
    a_day = models.PositiveSmallIntegerField(default=A_DAY)
    a_week = models.PositiveSmallIntegerField(default=A_WEEK)
    # Their own quiet hours, in addition to the family's.
    quiet_from = models.PositiveSmallIntegerField(null=True, blank=True)
    quiet_until = models.PositiveSmallIntegerField(null=True, blank=True)
    paused_at = models.DateTimeField(null=True, blank=True)  # "pause everything"
    paused_until = models.DateTimeField(null=True, blank=True)  # null while paused: no end
    not_on = models.DateField(null=True, blank=True)  # "not today": that local date
    not_until = models.DateField(null=True, blank=True)  # "not this week": before this local date

    class Meta:
        verbose_name_plural = "nudge settings"

    def __str__(self):
        return str(self.caregiver_id)


class PlannedDay(models.Model):
    """A caregiver's local day, planned once: zone, seed, and the reason when it has no nudge."""

    personal = ("on", "zone", "planned_at", "reason")

    caregiver = models.ForeignKey(Caregiver, on_delete=models.CASCADE, related_name="planned_days")
    on = models.DateField()
    zone = models.CharField(max_length=64)  # when the day was planned; it stays for that day
    seed = models.BigIntegerField()
    planned_at = models.DateTimeField()
    reason = models.CharField(max_length=40, blank=True)
    body = models.JSONField(default=dict, blank=True)  # the parts it was drawn from, and chances

    class Meta:
        ordering = ["on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["caregiver", "on"], name="one_plan_per_caregiver_and_day"
            )
        ]

    def __str__(self):
        return f"{self.caregiver_id} {self.on}"


class NudgeQuerySet(models.QuerySet):
    def due(self, at: datetime):
        return self.filter(state=Nudge.State.PLANNED, planned_at__lte=at).order_by(
            "planned_at", "id"
        )


class Nudge(models.Model):
    """One planned reminder of a small moment; kept with the reason when it was not sent."""

    personal = (
        "rule",
        "on",
        "zone",
        "leads_to",
        "planned_at",
        "ends_at",
        "practice",
        "state",
        "reason",
        "answer",
        "answered_at",
    )

    class State(models.TextChoices):
        PLANNED = "planned"
        NOT_SENT = "not_sent"  # by a rule or by the draw
        QUEUED = "handed"  # its notification is queued; "handed" is in databases and exports
        EXPIRED = "expired"  # found too late; never sent late
        CANCELLED = "cancelled"

    class Answer(models.TextChoices):
        OPENED = "opened"
        NOT_NOW = "not_now"
        LATER = "later"  # in ten minutes
        NOT_TODAY = "not_today"
        NOT_THIS_WEEK = "not_this_week"

    id = models.CharField(primary_key=True, max_length=LENGTH, default=new_id, editable=False)
    family = models.ForeignKey(Family, on_delete=models.CASCADE, related_name="nudges")
    caregiver = models.ForeignKey(Caregiver, on_delete=models.CASCADE, related_name="nudges")
    child = models.ForeignKey(Child, on_delete=models.CASCADE, related_name="+")
    household = models.ForeignKey(Household, on_delete=models.CASCADE, related_name="+")
    rule = models.CharField(max_length=40)  # the transition's stable name
    on = models.DateField()  # the caregiver's local date
    slot = models.PositiveSmallIntegerField(default=0)  # 1 and on: "in ten minutes"
    zone = models.CharField(max_length=64)
    situation = models.CharField(max_length=20)
    leads_to = models.DateTimeField()  # when the hard part begins
    planned_at = models.DateTimeField()
    ends_at = models.DateTimeField()  # delivery deadline
    decision = models.ForeignKey(Decision, on_delete=models.SET_NULL, null=True, related_name="+")
    planned = models.CharField(max_length=LENGTH, blank=True)  # id of the family's planned moment
    practice = models.CharField(max_length=80, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.PLANNED)
    reason = models.CharField(max_length=40, blank=True)
    handed_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(max_length=14, choices=Answer, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    objects = NudgeQuerySet.as_manager()

    class Meta:
        ordering = ["planned_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["caregiver", "rule", "on", "slot"],
                name="one_nudge_per_caregiver_rule_day_slot",
            )
        ]
        indexes = [
            models.Index(fields=["state", "planned_at"]),
            models.Index(fields=["caregiver", "planned_at"]),
        ]

    def __str__(self):
        return self.pk
