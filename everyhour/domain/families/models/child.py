"""A child: a nickname and what helps to know. No photo, no diagnosis, no account."""

from django.core.validators import MaxValueValidator
from django.db import models

from everyhour.domain.families.models.family import Family, Household
from everyhour.foundation.lib.ids import LENGTH, new_id


class Child(models.Model):
    """A child as the family tells of it. Private text (foods, sounds, needs) is sealed."""

    personal = (
        "nickname",
        "born_in",
        "functions_like_age",
        "hard",
        "helps",
        "helps_at",
        "no_touch",
        "foods",
        "sounds",
        "needs",
        "never",
        "day",
        "quiet_in_school",
    )
    SEALED = ("foods", "sounds", "needs")

    id = models.CharField(primary_key=True, max_length=LENGTH, default=new_id, editable=False)
    family = models.ForeignKey(Family, on_delete=models.CASCADE, related_name="children")
    households = models.ManyToManyField(Household, through="Home", related_name="children")
    nickname = models.CharField(max_length=40, blank=True)
    born_in = models.DateField(null=True, blank=True)  # the first of the month; no day is asked
    functions_like_age = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MaxValueValidator(25)]
    )
    hard = models.JSONField(default=list, blank=True)  # situations, as in practices.vocabulary
    helps = models.JSONField(
        default=dict, blank=True
    )  # kind of practice -> 1 helps a lot, 0 not much; not known: not in it
    helps_at = models.DateTimeField(null=True, blank=True)  # when that was told
    no_touch = models.BooleanField(default=False)
    foods = models.BinaryField(null=True)  # what is not wanted, in the family's words
    sounds = models.BinaryField(null=True)
    needs = models.BinaryField(null=True)
    never = models.JSONField(
        default=list, blank=True
    )  # slugs of practices that are never suggested
    day = models.JSONField(
        default=dict, blank=True
    )  # wakes, school_starts, home_again, dinner, bed: minutes after midnight
    quiet_in_school = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "children"
        ordering = ["created_at", "id"]

    def __str__(self):
        return self.pk

    def place_of(self, name: str) -> str:
        """Where a sealed text stands: its seal fits nowhere else."""
        return f"child:{self.pk}:{name}"

    def told(self, name: str) -> str:
        """Open one of the sealed texts: foods, sounds or needs."""
        return self.family.unseal(getattr(self, name), place=self.place_of(name))

    def tell(self, name: str, text: str) -> None:
        setattr(self, name, self.family.seal(text, place=self.place_of(name)))


class Home(models.Model):
    """The child lives in this household, always or at times."""

    personal = ()  # says nothing beyond the two it joins

    child = models.ForeignKey(Child, on_delete=models.CASCADE)
    household = models.ForeignKey(Household, on_delete=models.CASCADE)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["child", "household"], name="one_home_per_child_and_household"
            )
        ]

    def __str__(self):
        return f"{self.child_id} in {self.household_id}"


class BigChange(models.Model):
    """Something big changed for a child: a new school, another home, an illness, a loss. Nobody asks what it was.

    It is of the home that told of it: what one home does not show the other is not shown by this either.
    """

    personal = ("at",)

    id = models.CharField(primary_key=True, max_length=LENGTH, default=new_id, editable=False)
    child = models.ForeignKey(Child, on_delete=models.CASCADE, related_name="big_changes")
    household = models.ForeignKey(Household, on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey(
        "families.Caregiver", on_delete=models.SET_NULL, null=True, related_name="+"
    )
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["child", "household", "at"])]

    def __str__(self):
        return self.pk


class Level(models.TextChoices):
    """How much one household shows another of its time with a child; each level holds those before it."""

    NOTHING = "nothing"
    HOURS = "hours"  # that there was a moment in an hour, not which
    MOMENTS = "moments"
    NOTES = "notes"


class HouseholdShare(models.Model):
    """What the household `to` may see of the household `of`, for one child. Without a row: nothing."""

    personal = ("level", "since")

    child = models.ForeignKey(Child, on_delete=models.CASCADE, related_name="sights")
    of = models.ForeignKey(Household, on_delete=models.CASCADE, related_name="shown")
    to = models.ForeignKey(Household, on_delete=models.CASCADE, related_name="sees")
    level = models.CharField(max_length=8, choices=Level, default=Level.NOTHING)
    since = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["child", "of", "to"], name="one_sight_per_child_and_pair"
            )
        ]

    def __str__(self):
        return f"{self.to_id} sees {self.level} of {self.of_id}"
