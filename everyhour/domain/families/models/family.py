"""Families, each with its own key for private text, and their households."""

from functools import cached_property

from django.conf import settings
from django.db import models

from everyhour.foundation.lib import sealing
from everyhour.foundation.lib.ids import LENGTH, new_id

QUIET_FROM, QUIET_UNTIL = 20 * 60 + 30, 7 * 60  # minutes after midnight (ENGINE.md 5.2)


def new_wrapped_key(place: str) -> bytes:
    return sealing.wrap(settings.MASTER_KEY(), sealing.new_key(), place=place)


class Family(models.Model):
    """People raising children together in one or more households; has its own encryption key."""

    personal = ("name", "key", "quiet_from", "quiet_until", "created_at")

    id = models.CharField(primary_key=True, max_length=LENGTH, default=new_id, editable=False)
    name = models.CharField(max_length=60, blank=True)
    key = models.BinaryField(null=True)  # wrapped; None once destroyed: private text is unreadable
    quiet_from = models.PositiveSmallIntegerField(default=QUIET_FROM)  # minutes after midnight
    quiet_until = models.PositiveSmallIntegerField(default=QUIET_UNTIL)
    invented = models.BooleanField(default=False)  # made by `make demo`
    created_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "families"

    def __str__(self):
        return self.pk

    def save(self, *args, **kwargs):
        if self._state.adding and self.key is None:
            self.key = new_wrapped_key(self.pk)
        super().save(*args, **kwargs)

    @cached_property
    def opened_key(self) -> bytes:
        if self.key is None:
            raise sealing.Unreadable("This family’s key was destroyed.")
        return sealing.unwrap(settings.MASTER_KEY(), bytes(self.key), place=self.pk)

    def seal(self, text: str, *, place: str) -> bytes | None:
        """Encrypt text, bound to one place (`child:ID:needs`); return None for empty text."""
        return sealing.seal(self.opened_key, text, place=place) if text else None

    def unseal(self, sealed: bytes | memoryview | None, *, place: str) -> str:
        return sealing.unseal(self.opened_key, bytes(sealed), place=place) if sealed else ""


class Household(models.Model):
    """A home the child lives in. Most families have one; separated parents have two."""

    personal = ("name",)

    id = models.CharField(primary_key=True, max_length=LENGTH, default=new_id, editable=False)
    family = models.ForeignKey(Family, on_delete=models.CASCADE, related_name="households")
    name = models.CharField(max_length=60, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["created_at", "id"]

    def __str__(self):
        return self.pk
