"""Pockets as they were carried. Moments themselves come with families; until then they stay on the guest's phone."""

from django.db import models

from everyhour.foundation.lib.fields import WrittenJSONField


class PocketQuerySet(models.QuerySet):
    def current(self, language: str):
        return self.filter(language=language).order_by("-built_at", "-pk")


class OfflineBundle(models.Model):
    """What a phone carries, in one language, under a version that names exactly this content and rule for ever."""

    personal = ()  # columns that tell something of a person

    version = models.CharField(max_length=32)
    language = models.CharField(max_length=8)
    rule = models.CharField(max_length=32)
    built_at = models.DateTimeField()
    body = WrittenJSONField()

    objects = PocketQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["version", "language"], name="one_pocket_per_version_and_language"
            )
        ]
        indexes = [models.Index(fields=["language", "-built_at"])]

    def __str__(self):
        return f"{self.version}/{self.language}"
