"""Model versions, estimates per child, and the decisions made with them.

Rows never change, except for the state and the reason of a version.
"""

from django.db import models

from everyhour.domain.families.models import Caregiver, Child, Family, Household
from everyhour.foundation.lib.fields import WrittenJSONField
from everyhour.foundation.lib.ids import LENGTH, new_id


class ModelVersionQuerySet(models.QuerySet):
    def whole(self):
        """Return the versions whose estimates are all written, the newest first."""
        return self.exclude(state=ModelVersion.State.BEGUN).order_by("-version")

    def in_force(self):
        """Return the versions that may be used, the newest first."""
        return self.filter(state=ModelVersion.State.USED).order_by("-version")


class ModelVersion(models.Model):
    """The model of one night, from all families: its posterior, or why it was rejected."""

    personal = ()  # no columns with personal data

    class State(models.TextChoices):
        BEGUN = "begun"  # its estimates are being written; not used yet
        USED = "used"
        REJECTED = "rejected"  # it failed a check; the one before stays in force
        ROLLED_BACK = "rolled_back"  # an operator took it out of use

    version = models.PositiveIntegerField(unique=True)
    learned_at = models.DateTimeField()
    state = models.CharField(max_length=12, choices=State)
    reason = models.CharField(max_length=80, blank=True)  # why it was rejected or taken back
    outcomes = models.PositiveIntegerField()  # learned from
    children = models.PositiveIntegerField()
    engine = models.CharField(max_length=20)
    body = models.BinaryField()  # the posterior of the population, as compressed JSON

    objects = ModelVersionQuerySet.as_manager()

    class Meta:
        ordering = ["-version"]

    def __str__(self):
        return f"{self.version}"


class ChildEstimate(models.Model):
    """A model version's posterior for one child in one household.

    Kept per household, so that no probability reveals what one household hides from another.
    """

    personal = ("body",)

    model_version = models.ForeignKey(
        ModelVersion, on_delete=models.CASCADE, related_name="estimates"
    )
    child = models.ForeignKey(Child, on_delete=models.CASCADE, related_name="estimates")
    household = models.ForeignKey(Household, on_delete=models.CASCADE, related_name="+")
    body: models.Field = WrittenJSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["child", "household", "model_version"],
                name="one_estimate_per_child_household_and_version",
            )
        ]

    def __str__(self):
        return f"{self.child_id} in {self.model_version_id}"


class CandidateSet(models.Model):
    """The practices as the engine saw them, under their digest; a decision refers to its set."""

    personal = ()

    digest = models.CharField(max_length=32, unique=True)
    body: models.Field = WrittenJSONField()

    def __str__(self):
        return self.digest


class Decision(models.Model):
    """What was offered for a child at one time, with every probability, or why nothing was.

    Never changes. `body` holds the engine's Decision, Opportunity and History as plain JSON, so
    that it can be replayed (`decisions.replays_same`).
    """

    personal = ("key", "at", "zone", "practice", "body")

    id = models.CharField(primary_key=True, max_length=LENGTH, default=new_id, editable=False)
    family = models.ForeignKey(Family, on_delete=models.CASCADE, related_name="decisions")
    child = models.ForeignKey(Child, on_delete=models.CASCADE, related_name="decisions")
    household = models.ForeignKey(Household, on_delete=models.CASCADE, related_name="+")
    caregiver = models.ForeignKey(
        Caregiver, on_delete=models.SET_NULL, null=True, related_name="+"
    )  # the one it was shown to
    key = models.CharField(max_length=120)
    at = models.DateTimeField()
    zone = models.CharField(max_length=64)
    practice = models.CharField(max_length=80, blank=True)  # empty: nothing was offered
    # Null: the shipped prior.
    model_version = models.ForeignKey(
        ModelVersion, on_delete=models.PROTECT, null=True, related_name="decisions"
    )
    estimate = models.ForeignKey(
        ChildEstimate, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    # Null: imported from another server.
    candidate_set = models.ForeignKey(
        CandidateSet, on_delete=models.PROTECT, null=True, related_name="+"
    )
    body: models.Field = WrittenJSONField()

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["child", "key"], name="one_decision_per_child_and_key")
        ]
        indexes = [models.Index(fields=["family", "at"])]

    def __str__(self):
        return self.pk
