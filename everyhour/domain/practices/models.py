"""Items, editions and favourites.

An edition never changes, so what a person was shown can be found again.
"""

from django.conf import settings
from django.db import models


class ItemQuerySet(models.QuerySet):
    def in_use(self):
        return self.filter(withdrawn_at__isnull=True)


class Item(models.Model):
    """One file of the library, or one vocabulary; `withdrawn_at` once its file is gone."""

    personal = ()  # columns with personal data

    class Kind(models.TextChoices):
        ACTIVITY = "activity"
        CAREGIVER = "caregiver"
        REFRAME = "reframe"
        WORDS = "words"
        PACK = "pack"
        CRISIS_LINES = "crisis_lines"
        VOCABULARY = "vocabulary"

    kind = models.CharField(max_length=20, choices=Kind)
    slug = models.SlugField(max_length=80)
    withdrawn_at = models.DateTimeField(null=True)

    objects = ItemQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "slug"], name="one_item_per_kind_and_slug")
        ]

    def __str__(self):
        return f"{self.kind}/{self.slug}"


class EditionQuerySet(models.QuerySet):
    def current(self):
        newest = models.OuterRef("item_id")
        latest = Edition.objects.filter(item_id=newest).order_by("-number").values("number")[:1]
        return self.filter(item__withdrawn_at__isnull=True, number=models.Subquery(latest))

    def for_item(self, kind, slug):
        return self.filter(item__kind=kind, item__slug=slug)


class Edition(models.Model):
    """What an item said from one load to the next: its facts, and its texts by language."""

    personal = ()  # columns with personal data

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="editions")
    number = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    facts = models.JSONField()
    texts = models.JSONField()
    loaded_at = models.DateTimeField()

    objects = EditionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item", "number"], name="one_edition_per_number")
        ]

    def __str__(self):
        return f"{self.item.slug}@{self.number}"

    def save(self, *args, **kwargs):
        if self.pk:
            raise TypeError("An edition never changes. Create a new one.")
        super().save(*args, **kwargs)


class Favourite(models.Model):
    """An item a person keeps within reach; theirs alone, in every family they belong to."""

    personal = ("item", "at")  # columns with personal data

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="favourites"
    )
    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="favourites")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "item"], name="one_favourite_per_item")
        ]

    def __str__(self):
        return f"{self.item_id} of {self.person_id}"
