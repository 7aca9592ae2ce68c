"""One mail about what was not seen, at the host's time by each person's own clock."""

from datetime import UTC, datetime, timedelta

import pytest

from everyhour.foundation.notifications import digest
from everyhour.foundation.notifications.models import Notification, Preferences
from testing import make

SUNDAY = datetime(2026, 11, 23, 0, 0, tzinfo=UTC)  # six in the evening of the 22nd, in Chicago


@pytest.fixture
def unseen(write):
    letter = write(at=SUNDAY - timedelta(days=2))
    Notification.objects.update(state=Notification.State.SENT)
    return letter


def written():
    return [letter.key.split(":")[2] for letter in Notification.objects.filter(purpose="digest")]


def test_it_comes_at_six_on_sunday_where_they_live_and_once(unseen):
    for minutes in range(-60, 300, 10):
        digest.write_due(SUNDAY + timedelta(minutes=minutes))

    letter = Notification.objects.get(purpose="digest")
    assert (written(), letter.made_at, letter.expires_at) == (
        ["2026-11-22"],
        SUNDAY,
        SUNDAY + timedelta(hours=3),
    )
    assert letter.body == "You have 1 message you haven’t opened yet."


def test_when_nobody_worked_at_six_it_comes_a_little_later_and_not_in_the_night(unseen):
    digest.write_due(SUNDAY + timedelta(hours=3))
    assert written() == []

    digest.write_due(SUNDAY + timedelta(hours=2, minutes=50))
    assert written() == ["2026-11-22"]


def test_with_everything_seen_nothing_comes(unseen):
    Notification.objects.update(seen_at=SUNDAY)

    assert (digest.write_due(SUNDAY), written()) == (0, [])


def test_what_was_taken_back_or_is_older_is_not_in_it(unseen):
    Notification.objects.update(state=Notification.State.CANCELLED)
    assert digest.write_due(SUNDAY) == 0

    Notification.objects.update(state=Notification.State.SENT, send_at=SUNDAY - timedelta(days=8))
    assert digest.write_due(SUNDAY) == 0


@pytest.mark.parametrize("wishes", [{"digest": False}, {"unwanted": ["digest"]}])
def test_who_does_not_want_it_gets_none(ada, unseen, wishes):
    Preferences.objects.create(person=ada, **wishes)

    assert digest.write_due(SUNDAY) == 0


def test_where_it_is_still_sunday_noon_it_does_not_come_yet(write):
    make_person = make.person("cleo@example.org", zone="Pacific/Honolulu")
    write("hers", person=make_person, at=SUNDAY - timedelta(days=1))
    Notification.objects.update(state=Notification.State.SENT)

    assert digest.write_due(SUNDAY) == 0
    assert digest.write_due(SUNDAY + timedelta(hours=4)) == 1


def test_a_host_may_want_none_and_is_told_when_the_time_cannot_be_read(unseen, settings):
    settings.DIGEST = ""
    assert digest.write_due(SUNDAY) == 0

    settings.DIGEST = "sundays at six"
    with pytest.raises(ValueError, match="EVERYHOUR_DIGEST"):
        digest.write_due(SUNDAY)
