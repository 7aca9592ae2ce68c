"""The private iCalendar feed of a home's plans, with neutral titles unless names were chosen."""

import hashlib
import secrets
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from everyhour.domain.families.models import Caregiver
from everyhour.domain.rhythm import days, planned
from everyhour.domain.rhythm.models import Feed
from everyhour.domain.rhythm.titles import titles_of
from everyhour.foundation.lib import wall_clock

AHEAD = 28  # days
LENGTH = timedelta(minutes=10)
READ_EVERY = timedelta(hours=1)  # `read_at` is updated at most this often


@dataclass(frozen=True)
class FeedEvent:
    """One event in the feed; its stable uid lets calendar apps move it."""

    uid: str
    title: str
    begins: datetime
    ends: datetime
    since: datetime  # when it was planned


Source = Callable[[Feed, datetime], Iterable[FeedEvent]]
_sources: list[Source] = []


def register(source: Source) -> Source:
    """Register a source of events; packages above do this in `ready`."""
    _sources.append(source)
    return source


def new_token() -> str:
    return secrets.token_urlsafe(32)


def digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def find(token: str) -> Feed | None:
    """Return the open feed of a token, if its caregiver is still present and may see the week."""
    open_ = Feed.objects.filter(ended_at__isnull=True, caregiver__until__isnull=True)
    feed = (
        open_.select_related("caregiver__person", "caregiver__household", "family")
        .filter(token_digest=digest(token))
        .first()
    )
    allowed = feed and feed.caregiver.person_id and feed.caregiver.can(Caregiver.SEE_WEEK)
    return feed if allowed else None


def render(feed: Feed, *, at: datetime) -> bytes:
    """Return the feed as iCalendar and note when it was read; same plans, same bytes all day."""
    if feed.read_at is None or at - feed.read_at > READ_EVERY:
        Feed.objects.filter(pk=feed.pk).update(read_at=at)
    calendar = Calendar()
    calendar.add("prodid", "-//Everyhour//rhythm//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", "Everyhour")
    calendar.add("refresh-interval", timedelta(hours=12), parameters={"VALUE": "DURATION"})
    events = [event for source in _sources for event in source(feed, at)]
    for event in sorted(events, key=lambda one: (one.begins, one.uid)):
        calendar.add_component(_component(event))
    calendar.add_missing_timezones(date(at.year - 1, 1, 1), date(at.year + 2, 1, 1))
    return calendar.to_ical()


def etag(body: bytes) -> str:
    return f'"{hashlib.sha256(body).hexdigest()[:32]}"'


def _component(feed_event: FeedEvent) -> Event:
    event = Event()
    event.add("uid", f"{feed_event.uid}@everyhour")
    event.add("dtstamp", feed_event.since)
    event.add("summary", feed_event.title)
    event.add("dtstart", feed_event.begins)
    event.add("dtend", feed_event.ends)
    event.add("transp", "TRANSPARENT")  # does not block time as busy
    event.add("class", "PRIVATE")
    return event


@register
def planned_moments(feed: Feed, at: datetime) -> Iterator[FeedEvent]:
    """Yield the small moments planned for the children of the home in the next `AHEAD` days."""
    assert feed.caregiver.person
    home, zone = feed.caregiver.household, feed.caregiver.person.zone_at(at).key
    children = list(home.children.all())
    plans = planned.for_children([child.pk for child in children], at)
    names = (
        titles_of(one.practice for child in children for one in plans[child.pk, home.pk])
        if feed.shows
        else {}
    )
    first = wall_clock.date_in(zone, at)
    dates = [first + timedelta(days=n) for n in range(AHEAD)]
    laid = iter(days.days_of((child, home.pk, on) for child in children for on in dates))
    for child in children:
        for _on in dates:
            day = next(laid)
            for into, one in planned.on_day(day, plans[child.pk, home.pk]):
                if begins := wall_clock.instant(day.on, into.minute, zone):
                    begun = begins.astimezone(ZoneInfo(zone))
                    title = names.get(one.practice) or _("A small moment")
                    yield FeedEvent(
                        f"{one.pk}-{day.on:%Y%m%d}", title, begun, begun + LENGTH, one.since
                    )
