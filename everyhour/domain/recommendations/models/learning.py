"""What was learned, night by night, and what was decided with it. Rows are written once; a fit says whether it may be used."""

from django.db import models

from everyhour.domain.families.models import Caregiver, Child, Family, Household
from everyhour.foundation.lib.fields import WrittenJSONField
from everyhour.foundation.lib.ids import LENGTH, new_id


class FitQuerySet(models.QuerySet):
    def whole(self):
        """Give the fits that were written to their end, the newest first."""
        return self.exclude(state=ModelVersion.State.BEGUN).order_by("-version")

    def in_force(self):
        """Give the fits that may be used, the newest first."""
        return self.filter(state=ModelVersion.State.USED).order_by("-version")


class ModelVersion(models.Model):
    """One night's learning over all families: the belief it came to, or why it was put aside."""

    personal = ()  # about everybody, and nobody

    class State(models.TextChoices):
        BEGUN = "begun"  # its beliefs are being written; nothing goes by it yet
        USED = "used"
        REJECTED = "rejected"  # it looked wrong; the one before stays in force
        ROLLED_BACK = "rolled_back"  # it was in force, and somebody took it back

    version = models.PositiveIntegerField(unique=True)
    learned_at = models.DateTimeField()
    state = models.CharField(max_length=12, choices=State)
    reason = models.CharField(max_length=80, blank=True)  # why it was rejected or taken back
    outcomes = models.PositiveIntegerField()  # learned from
    children = models.PositiveIntegerField()
    engine = models.CharField(max_length=20)
    body = models.BinaryField()  # the population belief, as packed JSON

    objects = FitQuerySet.as_manager()

    class Meta:
        ordering = ["-version"]

    def __str__(self):
        return f"{self.version}"


class ChildEstimate(models.Model):
    """What one fit believes of one child in one home: which kinds of practice help more here than elsewhere.

    Of each home by itself: what one home does not show another is not shown by a probability either.
    """

    personal = ("body",)

    fit = models.ForeignKey(ModelVersion, on_delete=models.CASCADE, related_name="beliefs")
    child = models.ForeignKey(Child, on_delete=models.CASCADE, related_name="beliefs")
    household = models.ForeignKey(Household, on_delete=models.CASCADE, related_name="+")
    body: models.Field = WrittenJSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["child", "household", "fit"], name="one_belief_per_child_home_and_fit"
            )
        ]

    def __str__(self):
        return f"{self.child_id} in {self.fit_id}"


class CandidateSet(models.Model):
    """The practices as the engine saw them, under the digest of what they say: a decision names its shelf."""

    personal = ()

    digest = models.CharField(max_length=32, unique=True)
    body: models.Field = WrittenJSONField()

    def __str__(self):
        return self.digest


class Decision(models.Model):
    """What was chosen to be offered for a child at one time, with every probability; or why nothing was. Never changed.

    `body` holds the engine's Decision, its Opportunity and Past as plain JSON, so that it can be decided again (`decisions.replay`).
    """

    personal = ("key", "at", "zone", "practice", "body")

    id = models.CharField(primary_key=True, max_length=LENGTH, default=new_id, editable=False)
    family = models.ForeignKey(Family, on_delete=models.CASCADE, related_name="decisions")
    child = models.ForeignKey(Child, on_delete=models.CASCADE, related_name="decisions")
    household = models.ForeignKey(Household, on_delete=models.CASCADE, related_name="+")
    caregiver = models.ForeignKey(
        Caregiver, on_delete=models.SET_NULL, null=True, related_name="+"
    )  # who was shown it
    key = models.CharField(max_length=120)
    at = models.DateTimeField()
    zone = models.CharField(max_length=64)
    practice = models.CharField(max_length=80, blank=True)  # empty: nothing was offered
    fit = models.ForeignKey(
        ModelVersion, on_delete=models.PROTECT, null=True, related_name="decisions"
    )  # null: the shipped prior
    belief = models.ForeignKey(
        ChildEstimate, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    shelf = models.ForeignKey(
        CandidateSet, on_delete=models.PROTECT, null=True, related_name="+"
    )  # null: brought from another server
    body: models.Field = WrittenJSONField()

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["child", "key"], name="one_decision_per_child_and_key")
        ]
        indexes = [models.Index(fields=["family", "at"])]

    def __str__(self):
        return self.pk
