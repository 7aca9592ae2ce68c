"""Children, the households they live in, and what households share. No photos, no diagnoses."""

from collections.abc import Collection

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models

from everyhour.domain.families.models.family import Family, Household
from everyhour.domain.practices.vocabulary import BODIES, SITUATIONS
from everyhour.foundation.lib.ids import LENGTH, new_id


def known_situations(value: object) -> None:
    _check_words(value, SITUATIONS)


def known_bodies(value: object) -> None:
    _check_words(value, BODIES)


def _check_words(value: object, known: Collection[str]) -> None:
    """Raise ValidationError unless `value` is a list of these words, each at most once."""
    is_valid = (
        isinstance(value, list)
        and all(isinstance(word, str) and word in known for word in value)
        and len(set(value)) == len(value)
    )
    if not is_valid:
        raise ValidationError(f"Expected words of: {', '.join(known)}")


class Child(models.Model):
    """A child of a family. Private text (foods, sounds, needs) is sealed with the family's key."""

    personal = (
        "nickname",
        "born_in",
        "functions_like_age",
        "hard",
        "helps",
        "helps_at",
        "no_touch",
        "care_touch",
        "bodies",
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
    # First of the month; the last day of the year when only the year is known (families.births).
    born_in = models.DateField(null=True, blank=True)
    functions_like_age = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MaxValueValidator(25)]
    )
    hard = models.JSONField(default=list, blank=True, validators=[known_situations])
    # Kind of practice -> 1 helps a lot, 0 not much; unknown kinds are left out.
    helps = models.JSONField(default=dict, blank=True)
    helps_at = models.DateTimeField(null=True, blank=True)  # last change of `helps`
    no_touch = models.BooleanField(default=False)
    # Touch is welcome when dressing, bathing and at bedtime too; counts only for young children.
    care_touch = models.BooleanField(default=False)
    bodies = models.JSONField(default=list, blank=True, validators=[known_bodies])
    foods = models.BinaryField(null=True)  # unwanted or unsafe foods
    sounds = models.BinaryField(null=True)
    needs = models.BinaryField(null=True)
    never = models.JSONField(default=list, blank=True)  # slugs of practices never to suggest
    # wakes, school_starts, home_again, dinner, bed -> minutes after midnight
    day = models.JSONField(default=dict, blank=True)
    quiet_in_school = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "children"
        ordering = ["created_at", "id"]

    def __str__(self):
        return self.pk

    def seal_place(self, name: str) -> str:
        """Return the place a sealed text is bound to."""
        return f"child:{self.pk}:{name}"

    def private(self, name: str) -> str:
        """Return one of the sealed texts: foods, sounds or needs."""
        return self.family.unseal(getattr(self, name), place=self.seal_place(name))

    def set_private(self, name: str, text: str) -> None:
        setattr(self, name, self.family.seal(text, place=self.seal_place(name)))


class Home(models.Model):
    """A household in which a child lives, always or at times."""

    personal = ()

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
    """Something big changed for a child (a new school, an illness, a loss); what is never asked.

    It belongs to the household that reported it and is not shown to another.
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
    """How much a household shows another of its time with a child; each level adds to the last."""

    NOTHING = "nothing"
    HOURS = "hours"  # only in which hour a moment was
    MOMENTS = "moments"
    NOTES = "notes"


class HouseholdShare(models.Model):
    """What household `to` may see of household `of`, for one child. Without a row: nothing."""

    personal = ("level", "since")

    child = models.ForeignKey(Child, on_delete=models.CASCADE, related_name="shares")
    of = models.ForeignKey(Household, on_delete=models.CASCADE, related_name="shares_given")
    to = models.ForeignKey(Household, on_delete=models.CASCADE, related_name="shares_received")
    level = models.CharField(max_length=8, choices=Level, default=Level.NOTHING)
    since = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["child", "of", "to"], name="one_share_per_child_and_pair"
            )
        ]

    def __str__(self):
        return f"{self.to_id} sees {self.level} of {self.of_id}"
