"""Requests for erasure."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models

from everyhour.foundation.data_rights import Contributor, ExportTable, Import

GRACE_PERIOD = timedelta(days=7)


class ErasureRequestQuerySet(models.QuerySet):
    def due(self, at: datetime):
        return self.filter(due_at__lte=at)


class ErasureRequest(models.Model):
    """A person's data are erased at `due_at`, unless this row is deleted before."""

    personal = ("asked_at", "due_at")

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="erasure_request"
    )
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField(db_index=True)

    objects = ErasureRequestQuerySet.as_manager()

    def __str__(self):
        return f"{self.person_id} by {self.due_at:%Y-%m-%d}"


def _load(loading: Import) -> None:
    """Load nothing: an import never requests an erasure."""


REQUESTS = ExportTable(
    "data_rights.ErasureRequest",
    "leavings",
    (),
    kept_back=dict.fromkeys(
        ErasureRequest.personal, "about this server alone; the page says it until it is done"
    ),
)
CONTRIBUTOR = Contributor(
    "data_rights", (REQUESTS,), lambda person: {}, _load, lambda person, at: None
)
