"""Who may be nudged and how often, what each day's plan was, and each nudge, also one that was not sent."""

from datetime import datetime

from django.db import models

from everyhour.domain.families.models import Caregiver, Child, Family, Household
from everyhour.domain.recommendations.models import Decision
from everyhour.foundation.lib.ids import LENGTH, new_id

A_DAY, A_WEEK = 1, 7


class NudgeSettings(models.Model):
    """Whether, and how often, a caregiver may be nudged. Without a row nobody is: it begins with their yes."""

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
    caregiver = models.OneToOneField(Caregiver, on_delete=models.CASCADE, related_name="reach")
    agreed_at = models.DateTimeField(null=True, blank=True)  # null: they said no again
    a_day = models.PositiveSmallIntegerField(default=A_DAY)
    a_week = models.PositiveSmallIntegerField(default=A_WEEK)
    quiet_from = models.PositiveSmallIntegerField(
        null=True, blank=True
    )  # their own quiet hours, beside the family's
    quiet_until = models.PositiveSmallIntegerField(null=True, blank=True)
    paused_at = models.DateTimeField(null=True, blank=True)  # "pause everything"
    paused_until = models.DateTimeField(
        null=True, blank=True
    )  # null while paused: until they say so
    not_on = models.DateField(null=True, blank=True)  # "not today": that local date
    not_until = models.DateField(null=True, blank=True)  # "not this week": before this local date

    class Meta:
        verbose_name_plural = "reaches"

    def __str__(self):
        return str(self.caregiver_id)


class PlannedDay(models.Model):
    """A caregiver's local day, planned once: under which zone and which dice, and why it holds no nudge where it holds none."""

    personal = ("on", "zone", "planned_at", "reason")

    caregiver = models.ForeignKey(Caregiver, on_delete=models.CASCADE, related_name="planned_days")
    on = models.DateField()
    zone = models.CharField(
        max_length=64
    )  # the one in force when the day was planned: it stays for that day
    seed = models.BigIntegerField()
    planned_at = models.DateTimeField()
    reason = models.CharField(max_length=40, blank=True)
    body = models.JSONField(
        default=dict, blank=True
    )  # what it was drawn among, and with which probability

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
    """One time in one local day at which a small moment may be brought to mind. Kept also when nothing was sent, with the reason."""

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
        NOT_SENT = "not_sent"  # the rules, or the dice, said no
        HANDED = "handed"  # a letter is on its way
        EXPIRED = "expired"  # found too late; never replayed
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
    rule = models.CharField(max_length=40)  # the transition's name that no editing changes
    on = models.DateField()  # the caregiver's local date
    slot = models.PositiveSmallIntegerField(default=0)  # 1 and on: "in ten minutes"
    zone = models.CharField(max_length=64)
    situation = models.CharField(max_length=20)
    leads_to = models.DateTimeField()  # when the hard part begins
    planned_at = models.DateTimeField()
    ends_at = models.DateTimeField()  # it must have arrived by then
    decision = models.ForeignKey(Decision, on_delete=models.SET_NULL, null=True, related_name="+")
    planned = models.CharField(
        max_length=LENGTH, blank=True
    )  # the moment the family planned here, if any
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
