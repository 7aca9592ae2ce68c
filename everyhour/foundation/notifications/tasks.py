"""Regular tasks of notifications."""

from datetime import datetime

from django.utils import timezone

from everyhour.foundation.notifications import actions, digest


def deliver_due(at: datetime) -> int:
    return actions.deliver_due(at, clock=timezone.now)


def send_digests(at: datetime) -> None:
    digest.write_due(at)


def delete_expired(at: datetime) -> None:
    actions.delete_expired(at)
