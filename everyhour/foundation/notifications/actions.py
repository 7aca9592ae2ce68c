"""Write to somebody, take it back, bring out what is due, note that it was seen."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from everyhour.foundation.notifications import delivery, purposes
from everyhour.foundation.notifications.models import Address, Notification

State = Notification.State
KEPT = timedelta(days=90)


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
    """Put a letter into the box. The same key again is the letter that is there already."""
    purposes.of(purpose)  # a purpose nobody told of is a mistake of ours, found where it is made
    letter, _new = Notification.objects.get_or_create(
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
    return letter


def cancel(keys: Iterable[str], *, reason: str, at: datetime) -> int:
    """Take back letters that have not begun to leave, and say how many. What is on its way stays: nobody could call it back."""
    waiting = Notification.objects.filter(key__in=list(keys), state=State.WAITING)
    return waiting.update(state=State.CANCELLED, reason=reason[:80], held_until=None)


def deliver_due(at: datetime, *, clock: delivery.Clock) -> int:
    return delivery.deliver_due(at, clock=clock)


def seen(letter: Notification, *, at: datetime) -> None:
    """Note when somebody first looked at it."""
    Notification.objects.filter(pk=letter.pk, seen_at__isnull=True).update(seen_at=at)


def let_go_of_old(at: datetime) -> None:
    """Let go of letters older than 90 days, and of addresses at which nobody has been for as long."""
    old = at - KEPT
    Notification.objects.filter(send_at__lt=old).exclude(
        state__in=(State.WAITING, State.SENDING)
    ).delete()
    Address.objects.filter(gone_at__lt=old).delete()
