"""The audit log: who did what and when, in hash chains. It holds ids only, no names or text."""

import hashlib
import json
from datetime import datetime

from django.db import models, transaction


class Entry(models.Model):
    """One act. `digest` covers this entry and the previous digest of the same subject."""

    personal = ()  # ids without foreign keys; they identify nobody once a family is erased

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

    def hash_after(self, before: str) -> str:
        fields = [
            before,
            self.subject,
            self.number,
            self.act,
            self.by,
            self.object,
            self.at.isoformat(),
        ]
        return hashlib.sha256(json.dumps(fields).encode()).hexdigest()


def record(act: str, *, of: str, by: str = "", object: str = "", at: datetime) -> Entry:
    """Append an entry for the subject `of`; call it in the transaction of the act itself."""
    with transaction.atomic():
        last = Entry.objects.select_for_update().filter(subject=of).order_by("-number").first()
        entry = Entry(
            subject=of, number=last.number + 1 if last else 1, act=act, by=by, object=object, at=at
        )
        entry.digest = entry.hash_after(last.digest if last else "")
        entry.save(force_insert=True)
        return entry


def broken(subject: str) -> int | None:
    """Return the number of the first changed or missing entry; None when the chain is intact."""
    before, expected = "", 1
    for entry in Entry.objects.filter(subject=subject).order_by("number"):
        if entry.number != expected or entry.digest != entry.hash_after(before):
            return expected
        before, expected = entry.digest, expected + 1
    return None
