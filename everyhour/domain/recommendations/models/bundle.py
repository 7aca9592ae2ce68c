"""The offline bundles that phones keep."""

from django.db import models

from everyhour.foundation.lib.fields import WrittenJSONField


class OfflineBundleQuerySet(models.QuerySet):
    def current(self, language: str):
        return self.filter(language=language).order_by("-built_at", "-pk")


class OfflineBundle(models.Model):
    """What a phone keeps for offline use, in one language.

    The version names exactly this content and rule, and is never reused.
    """

    personal = ()  # columns with personal data

    version = models.CharField(max_length=32)
    language = models.CharField(max_length=8)
    rule = models.CharField(max_length=32)
    built_at = models.DateTimeField()
    body = WrittenJSONField()

    objects = OfflineBundleQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["version", "language"], name="one_bundle_per_version_and_language"
            )
        ]
        indexes = [models.Index(fields=["language", "-built_at"])]

    def __str__(self):
        return f"{self.version}/{self.language}"
