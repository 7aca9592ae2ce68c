"""The digest: one mail about unseen notifications, on the host's schedule and each person's clock,
at most once per local date."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import translation
from django.utils.translation import ngettext

from everyhour.foundation.lib import wall_clock
from everyhour.foundation.notifications import actions, addresses, purposes
from everyhour.foundation.notifications.models import Notification

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
PATIENCE = timedelta(hours=3)  # one later than this is skipped: nobody chose that time of day
State = Notification.State
OUT = (State.SENT, State.UNSURE, State.FAILED, State.EXPIRED)


@dataclass(frozen=True)
class Schedule:
    """A minute of a weekday, Monday being 0, or of every day when `weekday` is None."""

    weekday: int | None
    minute: int

    @property
    def covers(self) -> timedelta:
        return timedelta(days=1 if self.weekday is None else 7)


@cache
def schedule(setting: str) -> Schedule | None:
    """Parse "sunday 18:00" or "daily 07:30"; None for an empty setting.

    >>> schedule("Sunday 18:00")
    Schedule(weekday=6, minute=1080)
    """
    if not setting.strip():
        return None
    found = re.fullmatch(r"(\w+)\s+(\d{1,2}):(\d\d)", setting.strip().lower())
    if not found or found[1] not in (*DAYS, "daily") or int(found[2]) > 23 or int(found[3]) > 59:
        raise ValueError("EVERYHOUR_DIGEST must be a weekday or “daily”, and a time: sunday 18:00.")
    return Schedule(
        None if found[1] == "daily" else DAYS.index(found[1]), int(found[2]) * 60 + int(found[3])
    )


def write_due(at: datetime) -> int:
    """Write a digest for each person who has unseen notifications and for whom it is time; return
    how many were written."""
    planned, written = schedule(settings.DIGEST), 0
    if planned is None:
        return 0
    for person, count in _with_unseen(at - planned.covers, at):
        zone = person.zone_name_at(at)
        begins = _begins(planned, zone, at)
        if begins is not None and begins <= at < begins + PATIENCE and _wanted(person):
            _write(
                person,
                count,
                key=f"digest:{person.pk}:{wall_clock.date_in(zone, at)}",
                at=at,
                until=begins + PATIENCE,
            )
            written += 1
    return written


def _with_unseen(since: datetime, at: datetime) -> Iterator[tuple]:
    unseen = Q(
        notifications__seen_at__isnull=True,
        notifications__state__in=OUT,
        notifications__send_at__gt=since,
        notifications__send_at__lte=at,
    )
    people = get_user_model().objects.filter(is_active=True).prefetch_related("zone_periods")
    counted = people.annotate(
        unseen=Count(
            "notifications", filter=unseen & ~Q(notifications__purpose=purposes.DIGEST.name)
        )
    )
    for person in (
        counted.filter(Exists(_waiting(since))).filter(unseen__gt=0).iterator(chunk_size=500)
    ):
        yield person, person.unseen


def _waiting(since: datetime) -> QuerySet[Notification]:
    return Notification.objects.filter(
        person=OuterRef("pk"), seen_at__isnull=True, state__in=OUT, send_at__gt=since
    )


def _begins(planned: Schedule, zone: str, at: datetime) -> datetime | None:
    today = wall_clock.date_in(zone, at)
    return (
        wall_clock.instant(today, planned.minute, zone)
        if planned.weekday in (None, today.weekday())
        else None
    )


def _wanted(person) -> bool:
    preferences = addresses.preferences_of(person)
    return preferences.digest and purposes.DIGEST.wanted_by(preferences)


def _write(person, count: int, *, key: str, at: datetime, until: datetime) -> None:
    with translation.override(person.language):
        body = ngettext(
            "You have %(count)s message you haven’t opened yet.",
            "You have %(count)s messages you haven’t opened yet.",
            count,
        ) % {"count": count}
        title, path = str(purposes.DIGEST.title), f"/{person.language}/messages/"
    actions.write(
        person=person,
        purpose="digest",
        key=key,
        title=title,
        body=body,
        path=path,
        at=at,
        expires_at=until,
    )
