"""Delivery of notifications: a process may die at any step without loss or wrong repetition.

    WAITING --claim--> SENDING --attempt recorded, then sent--> SENT
       ^                  |  died before an attempt: WAITING again
       +----- refused ----+  died after it: UNSURE for `once` purposes, else WAITING again

A worker leases a notification with `held_until`. One that comes back late finds its lease lost,
and writes nothing.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import Error, transaction
from django.db.models import Exists, OuterRef, QuerySet

from everyhour.foundation.lib import leases
from everyhour.foundation.notifications import addresses, purposes, texts
from everyhour.foundation.notifications.channels import Outcome, Result, Text
from everyhour.foundation.notifications.channels.mail import client as mail
from everyhour.foundation.notifications.channels.push import client as push
from everyhour.foundation.notifications.hourly_cap import HourlyCap
from everyhour.foundation.notifications.models import (
    Address,
    Channel,
    DeliveryAttempt,
    Notification,
)
from everyhour.foundation.notifications.purposes import Purpose

logger = logging.getLogger("everyhour.notifications")

LEASE = timedelta(minutes=2)  # longer than one attempt takes
AT_ONCE = 10  # notifications leased by one worker
ROUND = 200  # notifications in one round, so that other work has its turn
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=30), timedelta(hours=6)
State = Notification.State
Clock = Callable[[], datetime]


def deliver_due(at: datetime, *, clock: Clock) -> int:
    """Deliver what is due; return how many were handled. Any number of workers may run this."""
    reclaim_stale(clock())
    expire(clock())
    done, cap = 0, HourlyCap()
    while done < ROUND and (claimed := claim(clock(), most=AT_ONCE, cap=cap)):
        for notification in claimed:
            done += _deliver_safely(notification, clock)
    return done


def _deliver_safely(notification: Notification, clock: Clock) -> int:
    """Deliver one; after an unexpected failure it stays leased, and is reclaimed when that ends."""
    try:
        return deliver(notification, clock)
    except Error:
        raise
    except Exception as failure:
        # Never log the text of a notification: an exception's message may contain it.
        logger.error(
            "The notification %s could not be delivered: %s",
            notification.pk,
            type(failure).__name__,
        )
        return 0


def reclaim_stale(at: datetime) -> None:
    """Reclaim what dead workers had leased; what they had begun to send may have arrived."""
    stale = Notification.objects.filter(leases.stale(at, LEASE), state=State.SENDING)
    stale = stale.annotate(begun=Exists(_open_attempts()))
    once = [purpose.name for purpose in purposes.all_of_them() if purpose.once]
    _reclaim(stale.filter(begun=False), at, state=State.WAITING)
    _reclaim(stale.filter(begun=True).exclude(purpose__in=once), at, state=State.WAITING)
    _reclaim(
        stale.filter(begun=True, purpose__in=once),
        at,
        state=State.UNSURE,
        reason="the worker ended on the way",
    )


def _open_attempts() -> QuerySet[DeliveryAttempt]:
    return DeliveryAttempt.objects.filter(notification=OuterRef("pk"), result="")


def _reclaim(found: QuerySet[Notification], at: datetime, **change) -> None:
    """Change rows only if they are still stale: filter again under the lock of the row."""
    if ids := list(found.values_list("pk", flat=True)):
        still = Notification.objects.filter(
            leases.stale(at, LEASE), pk__in=ids, state=State.SENDING
        )
        still.update(held_until=None, **change)


def expire(at: datetime) -> None:
    if Notification.objects.late(at).exists():
        Notification.objects.late(at).update(
            state=State.EXPIRED, reason="its time was over", held_until=None
        )


def claim(at: datetime, *, most: int, cap: HourlyCap | None = None) -> list[Notification]:
    """Lease due notifications, the oldest first. Two workers never lease the same."""
    cap = cap or HourlyCap()
    known = [purpose.name for purpose in purposes.all_of_them()]
    due = Notification.objects.due(at).filter(purpose__in=known)
    if not due.exists():
        return []
    if not cap.allows(at):
        due = due.exclude(purpose__in=[purpose.name for purpose in purposes.optional()])
    lease = {"state": State.SENDING, "held_until": at + LEASE}
    with transaction.atomic():
        claimed = list(leases.skip_locked(due.select_related("person", "only"))[:most])
        Notification.objects.filter(pk__in=[one.pk for one in claimed]).update(**lease)
    for notification in claimed:
        notification.state, notification.held_until = lease["state"], lease["held_until"]
    cap.count(len(claimed))
    return claimed


def deliver(notification: Notification, clock: Clock) -> int:
    """Try each address until one accepts; return 1 when it is settled or waits for a retry."""
    purpose = purposes.of(notification.purpose)
    preferences = addresses.preferences_of(notification.person)
    if not purpose.wanted_by(preferences):
        return settle(notification, State.FAILED, "not wanted outside")
    # Whatever can raise does so before an attempt is recorded.
    text, results = texts.text_of(notification, preferences), list[Result]()
    for address in addresses.ways(notification, preferences, purpose.channels, at=clock()):
        now = clock()
        if why_not := _why_not(notification, purpose, now):
            return settle(notification, *why_not)
        attempt = begin(notification, address, now)
        if attempt is None:
            return 0
        result = _send(notification, text, address, clock)
        results.append(result)
        if finish(attempt, address, result, purpose, clock()):
            return 1
    return _retry_later(notification, results, clock())


def _why_not(
    notification: Notification, purpose: Purpose, at: datetime
) -> tuple[State, str] | None:
    if notification.expires_at and _seconds_left(notification, at) == 0:
        return State.EXPIRED, "its time was over"
    reason = purpose.recheck(notification, at)
    return (State.CANCELLED, reason) if reason else None


def _seconds_left(notification: Notification, at: datetime) -> int | None:
    end = notification.expires_at
    return max(0, int((end - at).total_seconds())) if end else None


def begin(notification: Notification, address: Address, at: datetime) -> DeliveryAttempt | None:
    """Renew the lease and record an attempt before sending; None when the lease is lost."""
    with transaction.atomic():
        if not leases.renew(notification, at + LEASE, state=State.SENDING):
            return None
        return DeliveryAttempt.objects.create(
            notification=notification,
            number=notification.attempts.count() + 1,
            channel=address.channel,
            address=address,
            at=at,
        )


def _send(notification: Notification, text: Text, address: Address, clock: Clock) -> Result:
    if _seconds_left(notification, clock()) == 0:
        return Result(Outcome.UNREACHED, "too late")
    if address.channel == Channel.MAIL:
        return mail.send(text, to=address.target or notification.person.email, name=notification.pk)
    return push.send(
        text, endpoint=address.target, keys=address.keys, clock=clock, until=notification.expires_at
    )


def finish(
    attempt: DeliveryAttempt, address: Address, result: Result, purpose: Purpose, at: datetime
) -> bool:
    """Record the result of an attempt and update its address; return whether that settles it."""
    notification = attempt.notification
    with transaction.atomic():
        DeliveryAttempt.objects.filter(pk=attempt.pk).update(ended_at=at, result=str(result))
        if result.outcome is Outcome.TAKEN:
            addresses.worked(address, at=at)
            sent = {"channel": address.channel, "sent_at": at}
            return bool(settle(notification, State.SENT, "", **sent))
        addresses.failed(address, gone=result.outcome is Outcome.GONE, at=at)
        if result.outcome is Outcome.UNSURE and purpose.once:
            return bool(settle(notification, State.UNSURE, "no answer came"))
    return False


def settle(notification: Notification, state: State, reason: str, **more) -> int:
    """Record the final state if the lease is ours; a success is recorded even if it was lost."""
    change = {"state": state, "reason": reason[:80], "held_until": None} | more
    ours = leases.held(notification, state=State.SENDING)
    if not leases.claim(ours, **change) and state == State.SENT:
        late = (State.UNSURE, State.WAITING)
        Notification.objects.filter(pk=notification.pk, state__in=late).update(**change)
    return 1


def _retry_later(notification: Notification, results: list[Result], at: datetime) -> int:
    """After every address refused: wait, with growing pauses, or record the failure."""
    again = [result for result in results if result.again]
    if _seconds_left(notification, at) == 0:
        return settle(notification, State.EXPIRED, "its time was over")
    pauses = [_pause(notification.attempts.count()), *(timedelta(seconds=r.wait) for r in again)]
    until = at + max(pauses)
    if again and (notification.expires_at is None or until < notification.expires_at):
        ours = leases.held(notification, state=State.SENDING)
        leases.claim(ours, state=State.WAITING, held_until=until, reason="")
        return 1
    return settle(
        notification, State.FAILED, "nobody took it" if results else "nowhere to bring it"
    )


def _pause(attempts: int) -> timedelta:
    return min(FIRST_PAUSE * 2 ** min(max(attempts - 1, 0), 12), LONGEST_PAUSE)
