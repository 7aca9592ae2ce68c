"""Addresses of a person: their order of preference, and when one is given up."""

import hashlib
from collections.abc import Collection, Iterator
from datetime import datetime

from everyhour.foundation.notifications import purposes
from everyhour.foundation.notifications.models import Address, Channel, Notification, Preferences

USUAL = (Channel.PUSH, Channel.MAIL)
FAILING = 3  # failures in a row; from then on, other addresses are tried first
PHONES = 10  # per person


def preferences_of(person) -> Preferences:
    return Preferences.objects.filter(person=person).first() or Preferences(person=person)


def channels(preferences: Preferences) -> list[str]:
    return [name for name in preferences.channels if name in Channel.values] or list(USUAL)


def ways(
    notification: Notification, preferences: Preferences, only: tuple[str, ...], *, at: datetime
) -> list[Address]:
    """Return the addresses to try in order: preferred channels first, within a channel the most
    recently used first, and those that keep failing last.

    Creates the row of the person's mail address if there is none.
    """
    if fixed := notification.only:
        return [fixed] if fixed.gone_at is None else []
    found = [
        address
        for name in only or channels(preferences)
        for address in _by(name, notification.person, at)
    ]
    return sorted(found, key=lambda address: address.failures >= FAILING)


def _by(channel: str, person, at: datetime) -> Iterator[Address]:
    if channel == Channel.MAIL:
        address = mailbox(person, at=at)
        yield from [address] if address.gone_at is None else []
    else:
        phones = person.notification_addresses.good().filter(channel=Channel.PUSH)
        yield from sorted(
            phones,
            key=lambda phone: max(phone.created_at, phone.worked_at or phone.created_at),
            reverse=True,
        )


def mailbox(person, *, at: datetime) -> Address:
    """Return the row of a person's current mail address, creating it if needed: a changed address
    starts without the failures of the old one."""
    found, _new = Address.objects.get_or_create(
        person=person,
        channel=Channel.MAIL,
        digest=digest(person.email),
        defaults={"created_at": at, "label": ""},
    )
    return found


def former(person, email: str, *, at: datetime) -> Address:
    """Return the row of a person's previous mail address, for a last notification sent to it."""
    found, _new = Address.objects.update_or_create(
        person=person,
        channel=Channel.MAIL,
        digest=digest(email),
        defaults={"target": email},
        create_defaults={"created_at": at, "target": email},
    )
    return found


def allow(person, *, endpoint: str, keys: dict, label: str, at: datetime) -> Address:
    """Register a browser for push, taking it over from anyone who used it before; keep the newest
    ten browsers of the person and delete the others."""
    Address.objects.filter(channel=Channel.PUSH, digest=digest(endpoint)).exclude(
        person=person
    ).delete()
    found, _new = Address.objects.update_or_create(
        person=person,
        channel=Channel.PUSH,
        digest=digest(endpoint),
        defaults={
            "target": endpoint,
            "keys": keys,
            "failures": 0,
            "failing_since": None,
            "gone_at": None,
        }
        | ({"label": label[:60]} if label else {}),
        create_defaults={"target": endpoint, "keys": keys, "label": label[:60], "created_at": at},
    )
    kept = (
        person.notification_addresses.filter(channel=Channel.PUSH)
        .order_by("-created_at")
        .values_list("pk", flat=True)[:PHONES]
    )
    person.notification_addresses.filter(channel=Channel.PUSH).exclude(pk__in=list(kept)).delete()
    return found


def digest(target: str) -> str:
    return hashlib.sha256(
        target.strip().lower().encode() if "@" in target else target.encode()
    ).hexdigest()


def bounced(email: str, *, at: datetime) -> int:
    """Record that mail to this address bounces; return how many rows changed."""
    rows = Address.objects.good().filter(channel=Channel.MAIL, digest=digest(email))
    return rows.update(gone_at=at)


def retry_mail(person, *, at: datetime) -> None:
    """Send mail to a person's address again after a bounce."""
    Address.objects.filter(pk=mailbox(person, at=at).pk).update(
        gone_at=None, failures=0, failing_since=None
    )


def gone(person, endpoint: str, *, at: datetime) -> None:
    """Record that a browser now has another endpoint."""
    person.notification_addresses.good().filter(
        channel=Channel.PUSH, digest=digest(endpoint)
    ).update(gone_at=at)


def forget_phones(person) -> None:
    """Delete all of a person's push addresses."""
    person.notification_addresses.filter(channel=Channel.PUSH).delete()


def want(person, purpose: str, *, wanted: bool) -> None:
    """Send notifications of one kind, or stop; they appear on the messages page anyway."""
    preferences = preferences_of(person)
    _want(preferences, purposes.of(purpose), wanted)
    preferences.save()


def choose(preferences: Preferences, chosen: Collection[str]) -> None:
    """Send the chosen ones of all optional kinds, and no others; the caller saves."""
    for purpose in purposes.optional():
        _want(preferences, purpose, purpose.name in chosen)
    preferences.digest = purposes.DIGEST.wanted_by(preferences)


def _want(preferences: Preferences, purpose: purposes.Purpose, wanted: bool) -> None:
    column = "wanted" if purpose.asked else "unwanted"
    names = {*getattr(preferences, column)} - {purpose.name}
    listed = {purpose.name} if wanted == purpose.asked else set()
    setattr(preferences, column, sorted(names | listed))


def worked(address: Address, *, at: datetime) -> None:
    Address.objects.filter(pk=address.pk).update(worked_at=at, failures=0, failing_since=None)


def failed(address: Address, *, gone: bool, at: datetime) -> None:
    address.failures += 1
    Address.objects.filter(pk=address.pk).update(
        failures=address.failures,
        failing_since=address.failing_since or at,
        gone_at=at if gone else None,
    )
