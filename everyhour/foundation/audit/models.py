"""Who did what when, as a chain in which nothing can be changed unseen. It holds ids only: no names, no text."""

import hashlib
import json
from datetime import datetime

from django.db import models, transaction


class Entry(models.Model):
    """One thing that was done. `digest` covers this entry and the one before it of the same subject."""

    personal = ()  # ids without foreign keys; once a family is erased they point at nobody

    subject = models.CharField(max_length=40, db_index=True)  # the id of a family or a person
    number = models.PositiveBigIntegerField()
    act = models.CharField(max_length=60)
    by = models.CharField(max_length=40, blank=True)
    object = models.CharField(max_length=80, blank=True)
    at = models.DateTimeField()
    digest = models.CharField(max_length=64)

    class Meta:
        verbose_name_plural = "entries"
        ordering = ["subject", "number"]
        constraints = [
            models.UniqueConstraint(fields=["subject", "number"], name="one_entry_per_number")
        ]

    def __str__(self):
        return f"{self.subject}#{self.number} {self.act}"

    def covered(self, before: str) -> str:
        told = [
            before,
            self.subject,
            self.number,
            self.act,
            self.by,
            self.object,
            self.at.isoformat(),
        ]
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def record(act: str, *, of: str, by: str = "", object: str = "", at: datetime) -> Entry:
    """Write one line about `of`, inside the transaction of what it tells."""
    with transaction.atomic():
        last = Entry.objects.select_for_update().filter(subject=of).order_by("-number").first()
        entry = Entry(
            subject=of, number=last.number + 1 if last else 1, act=act, by=by, object=object, at=at
        )
        entry.digest = entry.covered(last.digest if last else "")
        entry.save(force_insert=True)
        return entry


def broken(subject: str) -> int | None:
    """Give the number of the first entry that is not as it was written, or is missing; None when the chain holds."""
    before, expected = "", 1
    for entry in Entry.objects.filter(subject=subject).order_by("number"):
        if entry.number != expected or entry.digest != entry.covered(before):
            return expected
        before, expected = entry.digest, expected + 1
    return None
