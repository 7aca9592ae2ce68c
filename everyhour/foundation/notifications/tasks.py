"""Regular tasks of notifications."""

from datetime import datetime

from everyhour.foundation.lib.clocks import running_from
from everyhour.foundation.notifications import actions, digest


def deliver_due(at: datetime) -> int:
    return actions.deliver_due(at, clock=running_from(at))


def send_digests(at: datetime) -> None:
    digest.write_due(at)


def delete_expired(at: datetime) -> None:
    actions.delete_expired(at)
