"""The safe grown-ups around a child, and how another one is invited."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q

from everyhour.domain.families.models.family import Family, Household
from everyhour.foundation.lib.ids import LENGTH, new_id

OPEN_FOR = timedelta(days=7)
SET_BACK = timedelta(minutes=1)  # a clock that is corrected a little closes nothing


class CaregiverQuerySet(models.QuerySet):
    def present(self):
        return self.filter(until__isnull=True)

    def guardians(self):
        return self.filter(role=Caregiver.Role.GUARDIAN, until__isnull=True)


class Caregiver(models.Model):
    """A safe grown-up of a family: a guardian, or another giver (grandparent, neighbour, teacher), with or without an account."""

    personal = ("person", "name", "role", "relation", "may", "since", "until")

    class Role(models.TextChoices):
        GUARDIAN = "guardian"
        GIVER = "giver"

    class Relation(models.TextChoices):
        PARENT = "parent"
        STEP_PARENT = "step_parent"
        FOSTER_CARER = "foster_carer"
        GRANDPARENT = "grandparent"
        RELATIVE = "relative"
        NEIGHBOUR = "neighbour"
        TEACHER = "teacher"
        FRIEND = "friend"
        OTHER = "other"

    # What a giver may do; a guardian may do all of it.
    LOG, SEE_HELPS, SEE_WEEK = "log", "see_helps", "see_week"
    MAY = (LOG, SEE_HELPS, SEE_WEEK)

    id = models.CharField(primary_key=True, max_length=LENGTH, default=new_id, editable=False)
    family = models.ForeignKey(Family, on_delete=models.CASCADE, related_name="caregivers")
    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="caregivers")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="caregivers",
    )
    name = models.CharField(max_length=60, blank=True)
    role = models.CharField(max_length=10, choices=Role)
    relation = models.CharField(max_length=16, choices=Relation, default=Relation.PARENT)
    may = models.JSONField(default=list, blank=True)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)  # left, or was removed

    objects = CaregiverQuerySet.as_manager()

    class Meta:
        ordering = ["since", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["family", "person"],
                condition=Q(until__isnull=True),
                name="one_place_per_person_and_family",
            )
        ]

    def __str__(self):
        return self.pk

    @property
    def is_guardian(self) -> bool:
        return self.role == self.Role.GUARDIAN and self.until is None

    def can(self, what: str) -> bool:
        return self.until is None and (self.is_guardian or what in self.may)


class Invitation(models.Model):
    """A link that lets one person join, once. Only the digest of its token is kept."""

    personal = ("name", "email", "role", "relation", "may", "created_at", "used_at")

    id = models.CharField(primary_key=True, max_length=LENGTH, default=new_id, editable=False)
    family = models.ForeignKey(Family, on_delete=models.CASCADE, related_name="invitations")
    household = models.ForeignKey(Household, on_delete=models.CASCADE)
    caregiver = models.ForeignKey(
        Caregiver, on_delete=models.CASCADE, null=True, blank=True
    )  # a giver who gets an account
    token_digest = models.CharField(max_length=64, unique=True)
    role = models.CharField(max_length=10, choices=Caregiver.Role)
    relation = models.CharField(
        max_length=16, choices=Caregiver.Relation, default=Caregiver.Relation.PARENT
    )
    may = models.JSONField(default=list, blank=True)
    name = models.CharField(max_length=60, blank=True)
    email = models.EmailField(blank=True)  # where it was sent; cleared once used
    by = models.ForeignKey(Caregiver, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    def __str__(self):
        return self.pk

    def is_open(self, at: datetime) -> bool:
        """Tell whether it opens; one that was made later than now was made before the clock was set back, and may be over long ago."""
        return (
            self.used_at is None
            and self.revoked_at is None
            and self.created_at - SET_BACK <= at < self.expires_at
        )
