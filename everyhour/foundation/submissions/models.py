"""Forms that were accepted, by the key their page gave them."""

from django.conf import settings
from django.db import models


class Submission(models.Model):
    """A form that was accepted, and where its answer led: a repeat gets the same answer."""

    personal = ("key", "at", "location")

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="submissions"
    )
    key = models.CharField(max_length=40)
    at = models.DateTimeField()
    location = models.CharField(max_length=500)

    class Meta:
        indexes = [models.Index(fields=["at"])]
        constraints = [
            models.UniqueConstraint(fields=["person", "key"], name="one_submission_per_key")
        ]

    def __str__(self):
        return self.key
