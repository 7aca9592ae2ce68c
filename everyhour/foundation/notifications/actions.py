"""Write notifications, cancel them, deliver what is due, and record that they were seen."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from everyhour.foundation.notifications import delivery, purposes
from everyhour.foundation.notifications.models import Address, Notification

State = Notification.State
KEPT_FOR = timedelta(days=90)


def write(
    *,
    person,
    purpose: str,
    key: str,
    title: str,
    body: str = "",
    path: str = "",
    at: datetime,
    send_at: datetime | None = None,
    expires_at: datetime | None = None,
    only: Address | None = None,
) -> Notification:
    """Queue a notification; with a key that exists, return the existing one unchanged."""
    purposes.of(
        purpose
    )  # raises KeyError for an unregistered purpose, here rather than at delivery
    notification, _new = Notification.objects.get_or_create(
        key=key,
        defaults={
            "person": person,
            "purpose": purpose,
            "title": title[:120],
            "body": body,
            "path": path,
            "made_at": at,
            "send_at": send_at or at,
            "expires_at": expires_at,
            "only": only,
        },
    )
    return notification


def cancel(keys: Iterable[str], *, reason: str, at: datetime) -> int:
    """Cancel waiting notifications; return how many. What is being sent cannot be recalled."""
    waiting = Notification.objects.filter(key__in=list(keys), state=State.WAITING)
    return waiting.update(state=State.CANCELLED, reason=reason[:80], held_until=None)


def deliver_due(at: datetime, *, clock: delivery.Clock) -> int:
    return delivery.deliver_due(at, clock=clock)


def seen(notification: Notification, *, at: datetime) -> None:
    """Record when it was first seen."""
    Notification.objects.filter(pk=notification.pk, seen_at__isnull=True).update(seen_at=at)


def delete_expired(at: datetime) -> None:
    """Delete notifications after 90 days, unless they are still to be sent, and addresses that have
    been unreachable for as long."""
    old = at - KEPT_FOR
    Notification.objects.filter(send_at__lt=old).exclude(
        state__in=(State.WAITING, State.SENDING)
    ).delete()
    Address.objects.filter(gone_at__lt=old).delete()
