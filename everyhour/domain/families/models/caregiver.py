"""Caregivers, and invitations to become one."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q

from everyhour.domain.families.models.family import Family, Household
from everyhour.foundation.lib.ids import LENGTH, new_id

OPEN_FOR = timedelta(days=7)
CLOCK_TOLERANCE = timedelta(minutes=1)  # a small clock correction closes no invitation


class CaregiverQuerySet(models.QuerySet):
    def present(self):
        return self.filter(until__isnull=True)

    def guardians(self):
        return self.filter(role=Caregiver.Role.GUARDIAN, until__isnull=True)


class Caregiver(models.Model):
    """A safe grown-up in a family, with or without an account.

    A guardian may do everything; another giver (grandparent, neighbour, teacher) what `may` lists.
    """

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
        BABYSITTER = "babysitter"
        TEACHER = "teacher"
        FRIEND = "friend"
        OTHER = "other"

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
    until = models.DateTimeField(null=True, blank=True)  # set on leaving or removal

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


class InvitationQuerySet(models.QuerySet):
    def unused(self):
        """Neither used nor revoked; may be expired."""
        return self.filter(used_at__isnull=True, revoked_at__isnull=True)


class Invitation(models.Model):
    """A link that lets one person join, once. Stores only the digest of its token."""

    personal = ("name", "email", "role", "relation", "may", "created_at", "used_at")

    id = models.CharField(primary_key=True, max_length=LENGTH, default=new_id, editable=False)
    family = models.ForeignKey(Family, on_delete=models.CASCADE, related_name="invitations")
    household = models.ForeignKey(Household, on_delete=models.CASCADE)
    # Set when an existing giver gets an account.
    caregiver = models.ForeignKey(Caregiver, on_delete=models.CASCADE, null=True, blank=True)
    token_digest = models.CharField(max_length=64, unique=True)
    role = models.CharField(max_length=10, choices=Caregiver.Role)
    relation = models.CharField(
        max_length=16, choices=Caregiver.Relation, default=Caregiver.Relation.PARENT
    )
    may = models.JSONField(default=list, blank=True)
    name = models.CharField(max_length=60, blank=True)
    email = models.EmailField(blank=True)  # where it was sent; cleared once used
    discreet = models.BooleanField(default=False)  # names no child before it is accepted
    by = models.ForeignKey(Caregiver, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    objects = InvitationQuerySet.as_manager()

    def __str__(self):
        return self.pk

    def is_open(self, at: datetime) -> bool:
        """Return whether it can be used.

        One created in the future was made before the clock was set back, and may have expired.
        """
        created = self.created_at - CLOCK_TOLERANCE
        unused = self.used_at is None and self.revoked_at is None
        return unused and created <= at < self.expires_at
