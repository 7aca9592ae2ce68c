"""The private address at which a calendar program reads what a home planned: neutral words, unless somebody chose the names."""

import hashlib
import secrets
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from everyhour.domain.families.models import Caregiver
from everyhour.domain.rhythm import days, planned, titles
from everyhour.domain.rhythm.models import Feed
from everyhour.foundation.lib import wall_clock

AHEAD = 28  # days
LASTS = timedelta(minutes=10)
READ_EVERY = timedelta(hours=1)  # how often it is noted that somebody read it


@dataclass(frozen=True)
class Entry:
    """One thing in the feed; its name never changes, so that a calendar program moves it and shows no second one."""

    uid: str
    words: str
    begins: datetime
    ends: datetime
    since: datetime  # when it was planned


Source = Callable[[Feed, datetime], Iterable[Entry]]
_sources: list[Source] = []


def register(source: Source) -> Source:
    """Give something of one's own into the feed; rooms above do it when they are ready (a gathering of a circle)."""
    _sources.append(source)
    return source


def new_token() -> str:
    return secrets.token_urlsafe(32)


def digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def found(token: str) -> Feed | None:
    """Find the feed of a token, as long as it is open, and who opened it is still there and may see the week."""
    open_ = Feed.objects.filter(ended_at__isnull=True, caregiver__until__isnull=True)
    feed = (
        open_.select_related("caregiver__person", "caregiver__household", "family")
        .filter(token_digest=digest(token))
        .first()
    )
    return (
        feed
        if feed and feed.caregiver.person_id and feed.caregiver.can(Caregiver.SEE_WEEK)
        else None
    )


def read(feed: Feed, *, at: datetime) -> bytes:
    """Write the feed; the same plans give the same bytes all day."""
    if feed.read_at is None or at - feed.read_at > READ_EVERY:
        Feed.objects.filter(pk=feed.pk).update(read_at=at)
    calendar = Calendar()
    calendar.add("prodid", "-//Everyhour//rhythm//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", "Everyhour")
    calendar.add("refresh-interval", timedelta(hours=12), parameters={"VALUE": "DURATION"})
    for entry in sorted(
        (one for source in _sources for one in source(feed, at)),
        key=lambda one: (one.begins, one.uid),
    ):
        calendar.add_component(_event(entry))
    calendar.add_missing_timezones(
        date(at.year - 1, 1, 1), date(at.year + 2, 1, 1)
    )  # only the years a reader needs
    return calendar.to_ical()


def etag(body: bytes) -> str:
    return f'"{hashlib.sha256(body).hexdigest()[:32]}"'


def _event(entry: Entry) -> Event:
    event = Event()
    event.add("uid", f"{entry.uid}@everyhour")
    event.add("dtstamp", entry.since)
    event.add("summary", entry.words)
    event.add("dtstart", entry.begins)
    event.add("dtend", entry.ends)
    event.add("transp", "TRANSPARENT")  # nobody is taken as busy for it
    event.add("class", "PRIVATE")
    return event


@register
def planned_moments(feed: Feed, at: datetime) -> Iterator[Entry]:
    """Give the small moments planned in the coming weeks, at their part of the day, for the children of the home."""
    assert feed.caregiver.person
    home, zone = feed.caregiver.household, feed.caregiver.person.zone_at(at).key
    children = list(home.children.all())
    plans = planned.of_many([child.pk for child in children], at)
    names = (
        titles.of(one.practice for child in children for one in plans[child.pk, home.pk])
        if feed.shows
        else {}
    )
    first = wall_clock.date_in(zone, at)
    dates = [first + timedelta(days=n) for n in range(AHEAD)]
    laid = iter(days.days_of((child, home.pk, on) for child in children for on in dates))
    for child in children:
        for _on in dates:
            day = next(laid)
            for into, one in planned.on(day, plans[child.pk, home.pk]):
                if begins := wall_clock.moment(day.on, into.minute, zone):
                    begun = begins.astimezone(ZoneInfo(zone))
                    words = names.get(one.practice) or _("A small moment")
                    yield Entry(f"{one.pk}-{day.on:%Y%m%d}", words, begun, begun + LASTS, one.since)
