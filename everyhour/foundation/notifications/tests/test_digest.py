"""One mail about what was not seen, at the host's time by each person's own clock."""

from datetime import UTC, datetime, timedelta

import pytest

from everyhour.foundation.notifications import digest
from everyhour.foundation.notifications.models import Notification, Preferences
from testing import make

SUNDAY = datetime(2026, 11, 23, 0, 0, tzinfo=UTC)  # six in the evening of the 22nd, in Chicago


@pytest.fixture
def unseen(write):
    notification = write(at=SUNDAY - timedelta(days=2))
    Notification.objects.update(state=Notification.State.SENT)
    return notification


def written():
    return [
        notification.key.split(":")[2]
        for notification in Notification.objects.filter(purpose="digest")
    ]


def test_digest_comes_once_on_sunday_at_six_local_time(unseen):
    for minutes in range(-60, 300, 10):
        digest.write_due(SUNDAY + timedelta(minutes=minutes))

    notification = Notification.objects.get(purpose="digest")
    assert (written(), notification.made_at, notification.expires_at) == (
        ["2026-11-22"],
        SUNDAY,
        SUNDAY + timedelta(hours=3),
    )
    assert notification.body == "You have 1 message you haven’t opened yet."


def test_missed_digest_comes_within_three_hours(unseen):
    digest.write_due(SUNDAY + timedelta(hours=3))
    assert written() == []

    digest.write_due(SUNDAY + timedelta(hours=2, minutes=50))
    assert written() == ["2026-11-22"]


def test_no_digest_when_everything_is_seen(unseen):
    Notification.objects.update(seen_at=SUNDAY)

    assert (digest.write_due(SUNDAY), written()) == (0, [])


def test_cancelled_and_older_notifications_are_not_counted(unseen):
    Notification.objects.update(state=Notification.State.CANCELLED)
    assert digest.write_due(SUNDAY) == 0

    Notification.objects.update(state=Notification.State.SENT, send_at=SUNDAY - timedelta(days=8))
    assert digest.write_due(SUNDAY) == 0


@pytest.mark.parametrize("wishes", [{"digest": False}, {"unwanted": ["digest"]}])
def test_no_digest_for_people_who_turned_it_off(ada, unseen, wishes):
    Preferences.objects.create(person=ada, **wishes)

    assert digest.write_due(SUNDAY) == 0


def test_no_digest_before_its_local_time(write):
    make_person = make.person("cleo@example.org", zone="Pacific/Honolulu")
    write("hers", person=make_person, at=SUNDAY - timedelta(days=1))
    Notification.objects.update(state=Notification.State.SENT)

    assert digest.write_due(SUNDAY) == 0
    assert digest.write_due(SUNDAY + timedelta(hours=4)) == 1


def test_empty_schedule_is_none_and_a_bad_one_raises(unseen, settings):
    settings.DIGEST = ""
    assert digest.write_due(SUNDAY) == 0

    settings.DIGEST = "sundays at six"
    with pytest.raises(ValueError, match="EVERYHOUR_DIGEST"):
        digest.write_due(SUNDAY)
