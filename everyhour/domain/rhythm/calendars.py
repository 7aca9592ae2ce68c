"""Calendars somebody brought or subscribed to: bringing one, and reading it again each day. What was read before stays until the next."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.db import transaction

from everyhour.domain.families.models import Caregiver
from everyhour.domain.rhythm import ics
from everyhour.domain.rhythm.actions import room_for
from everyhour.domain.rhythm.models import Calendar, Occurrence
from everyhour.foundation.audit.models import record
from everyhour.foundation.lib import safe_http

logger = logging.getLogger("everyhour.calendars")

AHEAD, BEHIND = timedelta(days=60), timedelta(days=1)
DAILY, AGAIN, LONGEST = timedelta(days=1), timedelta(hours=1), timedelta(days=7)
WHOLE = timedelta(
    days=7
)  # after so long it is asked for whole, changed or not, so that the days ahead never run out
PATIENCE = 10.0  # seconds
AT_ONCE = 100  # of those that are due, in one go; the rest waits for the next, in ten minutes
LEFT_FOR = timedelta(days=1)  # a calendar that was taken out can be put back for so long

# Why one could not be read; the pages have words for each.
NO_ADDRESS, REFUSED, UNREACHABLE, LOCKED, GONE, TOO_LARGE = (
    "no_address",
    "refused",
    "unreachable",
    "locked",
    "gone",
    "too_large",
)
NOT_A_CALENDAR, TOO_MUCH, UNTOLD = ics.NOT_A_CALENDAR, ics.TOO_MUCH, "untold"


class Trouble(Exception):
    """It could not be read; `why` is one of the reasons above."""

    def __init__(self, why: str):
        super().__init__(why)
        self.why = why


@dataclass(frozen=True)
class Read:
    """What came of reading: the appointments, or None when nothing has changed."""

    came: list[ics.Came] | None
    etag: str = ""


def bring(data: bytes, *, name: str, means: str, by: Caregiver, at: datetime) -> Calendar:
    """Bring a file; it is read at once, and kept sealed so that later weeks can be read from it."""
    if len(data) > ics.LARGEST:
        raise Trouble(TOO_LARGE)
    came = expanded(data, by=by, at=at)
    calendar = Calendar(
        family=by.family, household=by.household, by=by, name=name, means=means, created_at=at
    )
    calendar.source = by.family.seal(
        data.decode("utf-8", "replace"), place=calendar.seal_place("source")
    )
    return _begin(calendar, Read(came), by=by, at=at)


def subscribe(address: str, *, name: str, means: str, by: Caregiver, at: datetime) -> Calendar:
    """Subscribe to an address; it is read at once, and whoever has it can read that calendar, so it is sealed."""
    wanted = https(address)
    read = fetched(wanted, etag="", by=by, at=at)
    calendar = Calendar(
        family=by.family, household=by.household, by=by, name=name, means=means, created_at=at
    )
    calendar.address = by.family.seal(wanted, place=calendar.seal_place("address"))
    return _begin(calendar, read, by=by, at=at)


def https(address: str) -> str:
    """Give the address as it is asked: webcal means https.

    >>> https("webcal://example.org/club.ics")
    'https://example.org/club.ics'
    """
    told = address.strip()
    scheme, mark, rest = told.partition("://")
    wanted = (
        f"https://{rest}"
        if scheme.lower() in ("webcal", "webcals")
        else told
        if mark
        else f"https://{told}"
    )
    try:
        parts = urlsplit(wanted)
    except ValueError as error:
        raise Trouble(NO_ADDRESS) from error
    if (
        parts.scheme not in ("http", "https")
        or not parts.hostname
        or any(c.isspace() for c in wanted)
    ):
        raise Trouble(NO_ADDRESS)
    return wanted


def _begin(calendar: Calendar, read: Read, *, by: Caregiver, at: datetime) -> Calendar:
    with transaction.atomic():
        room_for(Calendar.objects.present().filter(household=by.household))
        calendar.save(force_insert=True)
        _keep(calendar, read, at=at)
        record("calendar brought", of=by.family_id, by=by.pk, object=calendar.pk, at=at)
    return calendar


def fetched(address: str, *, etag: str, by: Caregiver | None, at: datetime) -> Read:
    """Ask for a calendar and read it."""
    headers = {"Accept": "text/calendar, */*;q=0.5", **({"If-None-Match": etag} if etag else {})}
    try:
        answer = safe_http.get(address, limit=ics.LARGEST, timeout=PATIENCE, headers=headers)
    except safe_http.TooLarge as error:
        raise Trouble(TOO_LARGE) from error
    except safe_http.Refused as error:
        raise Trouble(REFUSED) from error
    except safe_http.Trouble as error:
        raise Trouble(UNREACHABLE) from error
    if answer.status == 304 and etag:
        return Read(None, etag)
    if answer.status != 200:
        raise Trouble(
            {401: LOCKED, 403: LOCKED, 404: GONE, 410: GONE}.get(answer.status, UNREACHABLE)
        )
    return Read(expanded(answer.body, by=by, at=at), answer.headers.get("etag", "")[:200])


def expanded(data: bytes, *, by: Caregiver | None, at: datetime) -> list[ics.Came]:
    zone = by.person.zone_at(at).key if by and by.person else "UTC"
    try:
        return ics.read(data, zone=zone, since=at - BEHIND, until=at + AHEAD)
    except ics.Unreadable as error:
        raise Trouble(error.why) from error


def read_due(at: datetime) -> int:
    """Read again those that are due, and let go of those that were taken out, or whose bringer has left; give how many were read."""
    Calendar.objects.filter(ended_at__lt=at - LEFT_FOR).delete()
    Calendar.objects.filter(address__isnull=False, by__until__lt=at - LEFT_FOR).delete()
    waiting = (
        Calendar.objects.due(at)
        .filter(by__until__isnull=True)
        .select_related("family", "household", "by__person")
    )
    due = list(waiting.defer("source")[:AT_ONCE])
    for calendar in due:
        read_again(calendar, at=at)
    return len(due)


def read_again(calendar: Calendar, *, at: datetime) -> None:
    """Read one calendar again; when that does not work, what was read stays and the pause before the next try grows."""
    try:
        read = _again(calendar, at)
    except Trouble as trouble:
        _troubled(calendar, trouble.why, at)
    except Exception:  # one family's calendar holds up nobody else's
        logger.exception("A calendar could not be read.")
        _troubled(calendar, UNTOLD, at)
    else:
        with transaction.atomic():
            _keep(calendar, read, at=at)


def _again(calendar: Calendar, at: datetime) -> Read:
    family, by = calendar.family, calendar.by
    if calendar.is_file:
        return Read(
            expanded(
                family.unseal(calendar.source, place=calendar.seal_place("source")).encode(),
                by=by,
                at=at,
            )
        )
    lately = calendar.fetched_at is not None and at - calendar.fetched_at < WHOLE
    address = family.unseal(calendar.address, place=calendar.seal_place("address"))
    if not address:
        raise Trouble(NO_ADDRESS)
    return fetched(https(address), etag=calendar.etag if lately else "", by=by, at=at)


def _keep(calendar: Calendar, read: Read, *, at: datetime) -> None:
    calendar.next_at, calendar.trouble, calendar.failures = at + DAILY, "", 0
    if read.came is not None:
        calendar.fetched_at, calendar.etag = at, read.etag
        calendar.occurrences.all().delete()
        Occurrence.objects.bulk_create([_row(calendar, came) for came in read.came], batch_size=500)
    calendar.save(update_fields=["next_at", "trouble", "failures", "fetched_at", "etag"])


def _row(calendar: Calendar, came: ics.Came) -> Occurrence:
    row = Occurrence(
        calendar=calendar,
        uid=came.uid,
        begins=came.begins,
        ends=came.ends,
        first=came.first,
        last=came.last,
    )
    row.title = calendar.family.seal(came.title, place=row.place)
    return row


def _troubled(calendar: Calendar, why: str, at: datetime) -> None:
    pause = min(AGAIN * 2 ** min(calendar.failures, 12), LONGEST)
    calendar.trouble, calendar.failures, calendar.next_at = why, calendar.failures + 1, at + pause
    calendar.save(update_fields=["trouble", "failures", "next_at"])
