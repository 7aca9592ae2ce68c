"""The private iCalendar feed: neutral titles by default, local times, stable bytes."""

from datetime import UTC, datetime, timedelta

import icalendar
import pytest
import recurring_ical_events

from everyhour.domain.families import actions as families
from everyhour.domain.rhythm import actions, feed
from everyhour.domain.rhythm.models import Feed
from testing import make

pytestmark = pytest.mark.django_db
AT = make.MONDAY


@pytest.fixture
def ada():
    family = make.family()
    make.child(family, nickname="Wren", day={"dinner": 1095, "bed": 1200})
    ada = make.guardian(family)
    make.planned(family.children.get(), by=ada)
    return ada


def open_feed(ada, **more) -> str:
    token = feed.new_token()
    actions.open_feed(token_digest=feed.digest(token), by=ada, at=AT, **{"shows": False, **more})
    return token


def events(body: bytes):
    return icalendar.Calendar.from_ical(body).walk("VEVENT")


def test_feed_has_times_and_no_names(ada):
    body = feed.render(feed.find(open_feed(ada)), at=AT)

    found = events(body)
    assert len(found) == feed.AHEAD
    assert (
        found[0].start.isoformat() == "2026-11-16T20:00:00-06:00"
        and found[0].end - found[0].start == feed.LENGTH
    )
    assert {str(one["SUMMARY"]) for one in found} == {"A small moment"}
    assert b"Wren" not in body and b"low-hum" not in body
    assert b"BEGIN:VTIMEZONE" in body and b"TZID:America/Chicago" in body


def test_uids_stay_when_the_day_changes(ada):
    token = open_feed(ada)
    before = {str(one["UID"]) for one in events(feed.render(feed.find(token), at=AT))}
    child = ada.family.children.get()
    child.day = {"bed": 1260}
    child.save()

    after = events(feed.render(feed.find(token), at=AT + timedelta(hours=5)))

    assert {str(one["UID"]) for one in after} == before
    assert after[0].start.hour == 21


def test_same_plans_give_the_same_bytes_all_day(ada):
    token = open_feed(ada)

    assert feed.render(feed.find(token), at=AT) == feed.render(
        feed.find(token), at=AT + timedelta(hours=10)
    )


def test_local_hour_is_kept_across_dst(ada):
    token = open_feed(ada)
    found = feed.render(feed.find(token), at=datetime(2027, 3, 10, 18, tzinfo=UTC))

    read = recurring_ical_events.of(icalendar.Calendar.from_ical(found)).between(
        datetime(2027, 3, 13), datetime(2027, 3, 16)
    )
    assert [f"{one.start.astimezone(UTC):%d %H:%M}" for one in read] == [
        "14 02:00",
        "15 01:00",
        "16 01:00",
    ]


def test_only_digest_is_stored_and_new_feed_ends_the_old(ada):
    old = open_feed(ada)
    new = open_feed(ada, shows=True)

    assert feed.find(old) is None and feed.find(new).shows
    assert not Feed.objects.filter(token_digest=new).exists()


def test_feed_closes_with_place_or_permission(ada):
    otto = make.guardian(ada.family)
    nana = make.giver(ada.family, who=make.person(), may=["see_week"])
    ada_reads, nana_reads = open_feed(ada), open_feed(nana)
    assert feed.find(ada_reads) and feed.find(nana_reads)

    families.remove_caregiver(ada, by=otto, at=AT)
    nana.may = []
    nana.save()

    assert (
        feed.find(ada_reads) is None
        and feed.find(nana_reads) is None
        and feed.find("nothing") is None
    )
