"""Where somebody can be reached: which addresses there are, in which order they are tried, and when one is given up."""

import hashlib
from collections.abc import Iterator
from datetime import datetime

from everyhour.foundation.notifications.models import Address, Channel, Notification, Preferences

USUAL = (Channel.PUSH, Channel.MAIL)
TIRED = 3  # failures in a row; from then on others are tried first
PHONES = 10  # of one person


def wishes_of(person) -> Preferences:
    return Preferences.objects.filter(person=person).first() or Preferences(person=person)


def channels(wishes: Preferences) -> list[str]:
    return [name for name in wishes.channels if name in Channel.values] or list(USUAL)


def ways(
    letter: Notification, wishes: Preferences, only: tuple[str, ...], *, at: datetime
) -> list[Address]:
    """Give the addresses to try, one after the other: as wished, the one used last first, those that failed lately at the end."""
    if letter.only_id:
        return [letter.only] if letter.only and letter.only.gone_at is None else []
    found = [
        address for name in only or channels(wishes) for address in _by(name, letter.person, at)
    ]
    return sorted(found, key=lambda address: address.failures >= TIRED)


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
    """Give the row of a person's mail address; a new address is a new row, with nothing held against it."""
    found, _new = Address.objects.get_or_create(
        person=person,
        channel=Channel.MAIL,
        digest=digest(person.email),
        defaults={"created_at": at, "label": ""},
    )
    return found


def former(person, email: str, *, at: datetime) -> Address:
    """Give the row of an address that was a person's before, for the one letter that still goes there."""
    found, _new = Address.objects.update_or_create(
        person=person,
        channel=Channel.MAIL,
        digest=digest(email),
        defaults={"target": email},
        create_defaults={"created_at": at, "target": email},
    )
    return found


def allow(person, *, endpoint: str, keys: dict, label: str, at: datetime) -> Address:
    """Keep a browser that may be told things. A browser is one person's: whoever used it before is not reached there any more."""
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
    """Note that mail to this address comes back; give how many rows that was."""
    rows = Address.objects.good().filter(channel=Channel.MAIL, digest=digest(email))
    return rows.update(gone_at=at)


def mend(person, *, at: datetime) -> None:
    """Let mail go to a person's address again."""
    Address.objects.filter(pk=mailbox(person, at=at).pk).update(
        gone_at=None, failures=0, failing_since=None
    )


def gone(person, endpoint: str, *, at: datetime) -> None:
    """Note that a browser of theirs is reached elsewhere now."""
    person.notification_addresses.good().filter(
        channel=Channel.PUSH, digest=digest(endpoint)
    ).update(gone_at=at)


def forget_phones(person) -> None:
    """Let no phone hear anything any more, whoever holds it."""
    person.notification_addresses.filter(channel=Channel.PUSH).delete()


def enough(person, purpose: str) -> None:
    """Let letters of one kind stay in the house from now on."""
    wishes = wishes_of(person)
    if purpose not in wishes.unwanted:
        wishes.unwanted = [*wishes.unwanted, purpose]
        wishes.save()


def worked(address: Address, *, at: datetime) -> None:
    Address.objects.filter(pk=address.pk).update(worked_at=at, failures=0, failing_since=None)


def failed(address: Address, *, gone: bool, at: datetime) -> None:
    address.failures += 1
    Address.objects.filter(pk=address.pk).update(
        failures=address.failures,
        failing_since=address.failing_since or at,
        gone_at=at if gone else None,
    )
