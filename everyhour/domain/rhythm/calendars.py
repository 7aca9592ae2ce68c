"""Calendars from files and addresses: adding one, and refreshing it daily.

A refresh that fails keeps what was read before.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.db import transaction

from everyhour.domain.families.models import Caregiver
from everyhour.domain.rhythm import ics
from everyhour.domain.rhythm.actions import require_room
from everyhour.domain.rhythm.models import Calendar, Occurrence
from everyhour.foundation.audit.models import record
from everyhour.foundation.lib import safe_http

logger = logging.getLogger("everyhour.calendars")

AHEAD, BEHIND = timedelta(days=60), timedelta(days=1)
DAILY, FIRST_RETRY, LONGEST_RETRY = timedelta(days=1), timedelta(hours=1), timedelta(days=7)
# Fetched in full this often, even if unchanged, so that the days ahead never run out.
FULL_FETCH = timedelta(days=7)
TIMEOUT = 10.0  # seconds
BATCH = 100  # calendars per run; the rest waits for the next run, in ten minutes
DELETE_AFTER = timedelta(days=1)  # a deleted calendar can be restored for so long

# Why a calendar could not be read: stored in Calendar.trouble, worded in features/rhythm.
NO_ADDRESS, REFUSED, UNREACHABLE = "no_address", "refused", "unreachable"
LOCKED, GONE, TOO_LARGE, INTERNAL_ERROR = "locked", "gone", "too_large", "untold"
NOT_A_CALENDAR, TOO_MUCH = ics.NOT_A_CALENDAR, ics.TOO_MUCH
STATUS = {401: LOCKED, 403: LOCKED, 404: GONE, 410: GONE}


class CalendarError(Exception):
    """A calendar could not be read; `why` is one of the reasons above."""

    def __init__(self, why: str):
        super().__init__(why)
        self.why = why


@dataclass(frozen=True)
class Fetched:
    """The events of a calendar, or None if it has not changed since the last fetch."""

    events: list[ics.Event] | None
    etag: str = ""


def add_file(data: bytes, *, name: str, means: str, by: Caregiver, at: datetime) -> Calendar:
    """Add a calendar from a file; keep the file sealed, to read later weeks from it.

    Raises CalendarError if it cannot be read, ActionRefused if there are too many calendars.
    """
    if len(data) > ics.LARGEST:
        raise CalendarError(TOO_LARGE)
    events = read_events(data, by=by, at=at)
    calendar = Calendar(
        family=by.family, household=by.household, by=by, name=name, means=means, created_at=at
    )
    text = data.decode("utf-8", "replace")
    calendar.source = by.family.seal(text, place=calendar.seal_place("source"))
    return _add(calendar, Fetched(events), by=by, at=at)


def subscribe(address: str, *, name: str, means: str, by: Caregiver, at: datetime) -> Calendar:
    """Fetch a calendar from its address and add it; the address is stored sealed.

    Raises CalendarError if it cannot be read, ActionRefused if there are too many calendars.
    """
    url = normalize_address(address)
    fetched = fetch(url, etag="", by=by, at=at)
    calendar = Calendar(
        family=by.family, household=by.household, by=by, name=name, means=means, created_at=at
    )
    calendar.address = by.family.seal(url, place=calendar.seal_place("address"))
    return _add(calendar, fetched, by=by, at=at)


def normalize_address(address: str) -> str:
    """Return the URL to fetch; webcal and a missing scheme mean https.

    >>> normalize_address("webcal://example.org/club.ics")
    'https://example.org/club.ics'
    """
    scheme, separator, rest = address.strip().partition("://")
    if not separator:
        scheme, rest = "https", scheme
    if scheme.lower() in ("webcal", "webcals"):
        scheme = "https"
    url = f"{scheme}://{rest}"
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise CalendarError(NO_ADDRESS) from error
    spaces = any(character.isspace() for character in url)
    if parts.scheme not in ("http", "https") or not parts.hostname or spaces:
        raise CalendarError(NO_ADDRESS)
    return url


def _add(calendar: Calendar, fetched: Fetched, *, by: Caregiver, at: datetime) -> Calendar:
    with transaction.atomic():
        require_room(Calendar.objects.present().filter(household=by.household))
        calendar.save(force_insert=True)
        _store(calendar, fetched, at=at)
        record("calendar added", of=by.family_id, by=by.pk, object=calendar.pk, at=at)
    return calendar


def fetch(url: str, *, etag: str, by: Caregiver | None, at: datetime) -> Fetched:
    """Fetch a calendar and read its events; raise CalendarError if that fails."""
    headers = {"Accept": "text/calendar, */*;q=0.5", **({"If-None-Match": etag} if etag else {})}
    try:
        response = safe_http.get(url, limit=ics.LARGEST, timeout=TIMEOUT, headers=headers)
    except safe_http.TooLarge as error:
        raise CalendarError(TOO_LARGE) from error
    except safe_http.Refused as error:
        raise CalendarError(REFUSED) from error
    except safe_http.RequestFailed as error:
        raise CalendarError(UNREACHABLE) from error
    if response.status == 304 and etag:
        return Fetched(None, etag)
    if response.status != 200:
        raise CalendarError(STATUS.get(response.status, UNREACHABLE))
    return Fetched(read_events(response.body, by=by, at=at), response.headers.get("etag", "")[:200])


def read_events(data: bytes, *, by: Caregiver | None, at: datetime) -> list[ics.Event]:
    """Return the coming events; floating times are in the caregiver's zone, else in UTC."""
    zone = by.person.zone_at(at).key if by and by.person else "UTC"
    try:
        return ics.read(data, zone=zone, since=at - BEHIND, until=at + AHEAD)
    except ics.UnreadableCalendar as error:
        raise CalendarError(error.why) from error


def refresh_due(at: datetime) -> int:
    """Refresh up to `BATCH` calendars that are due; return how many.

    First deletes calendars that ended a day ago, and subscriptions of caregivers who left then.
    """
    Calendar.objects.filter(ended_at__lt=at - DELETE_AFTER).delete()
    Calendar.objects.filter(address__isnull=False, by__until__lt=at - DELETE_AFTER).delete()
    due = Calendar.objects.due(at).filter(by__until__isnull=True).defer("source")
    calendars = list(due.select_related("family", "household", "by__person")[:BATCH])
    for calendar in calendars:
        refresh(calendar, at=at)
    return len(calendars)


def refresh(calendar: Calendar, *, at: datetime) -> None:
    """Read a calendar again; on failure keep its events and retry after a growing pause."""
    try:
        fetched = _read_again(calendar, at)
    except CalendarError as error:
        _store_failure(calendar, error.why, at)
    except Exception:  # one family's calendar must not block the others
        logger.exception("Could not read a calendar.")
        _store_failure(calendar, INTERNAL_ERROR, at)
    else:
        with transaction.atomic():
            _store(calendar, fetched, at=at)


def _read_again(calendar: Calendar, at: datetime) -> Fetched:
    family, by = calendar.family, calendar.by
    if calendar.is_file:
        text = family.unseal(calendar.source, place=calendar.seal_place("source"))
        return Fetched(read_events(text.encode(), by=by, at=at))
    address = family.unseal(calendar.address, place=calendar.seal_place("address"))
    if not address:
        raise CalendarError(NO_ADDRESS)
    recent = calendar.fetched_at is not None and at - calendar.fetched_at < FULL_FETCH
    etag = calendar.etag if recent else ""
    return fetch(normalize_address(address), etag=etag, by=by, at=at)


def _store(calendar: Calendar, fetched: Fetched, *, at: datetime) -> None:
    calendar.next_at, calendar.trouble, calendar.failures = at + DAILY, "", 0
    if fetched.events is not None:
        calendar.fetched_at, calendar.etag = at, fetched.etag
        calendar.occurrences.all().delete()
        rows = [_occurrence(calendar, event) for event in fetched.events]
        Occurrence.objects.bulk_create(rows, batch_size=500)
    calendar.save(update_fields=["next_at", "trouble", "failures", "fetched_at", "etag"])


def _occurrence(calendar: Calendar, event: ics.Event) -> Occurrence:
    row = Occurrence(
        calendar=calendar,
        uid=event.uid,
        begins=event.begins,
        ends=event.ends,
        first=event.first,
        last=event.last,
    )
    row.title = calendar.family.seal(event.title, place=row.place)
    return row


def _store_failure(calendar: Calendar, why: str, at: datetime) -> None:
    pause = min(FIRST_RETRY * 2 ** min(calendar.failures, 12), LONGEST_RETRY)
    calendar.trouble, calendar.failures, calendar.next_at = why, calendar.failures + 1, at + pause
    calendar.save(update_fields=["trouble", "failures", "next_at"])
