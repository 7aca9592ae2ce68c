"""Invented families fill every page, say that they are invented, and go without a trace."""

import random
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine

from everyhour.domain.families.models import Caregiver, Family
from everyhour.domain.moments import merging, projection, sync
from everyhour.domain.moments.models import Change, Moment, Note, Rest
from everyhour.domain.nudges.models import Nudge, NudgeSettings
from everyhour.domain.rhythm import days
from everyhour.domain.rhythm.models import Calendar
from everyhour.features.demo import actions
from everyhour.features.demo.cast import FAMILIES
from everyhour.features.demo.generator import Practice, invent
from everyhour.features.demo.scenes import OWN, TITLES
from everyhour.foundation import data_rights
from everyhour.foundation.accounts.models import Person
from everyhour.foundation.notifications import actions as notifications
from everyhour.foundation.notifications import digest
from everyhour.foundation.notifications.models import Notification
from everyhour.foundation.ui.tests import served
from testing import make

pytestmark = pytest.mark.slow

NOW = datetime(2026, 11, 23, 23, 0, tzinfo=UTC)


def demo(at=NOW):
    return actions.make(
        at=at, dice=lambda name: random.Random(f"168 {name}"), password="not-a-secret-1"
    )


@pytest.mark.django_db
def test_demo_has_every_kind_of_moment(library):
    made = demo()

    assert len(made) == 4 and Family.objects.filter(invented=True).count() == 4
    assert set(Moment.objects.values_list("kind", flat=True)) == {"given", "got", "professional"}
    assert NOW - Moment.objects.order_by("at").first().at > timedelta(days=50)
    assert not Moment.objects.filter(at__gt=NOW).exists()
    assert Rest.objects.exists() and Note.objects.count() > 100
    assert all("invented" in family.name for family in Family.objects.all())
    assert Person.objects.get(email="ada.lark@invented.example.org").check_password(
        "not-a-secret-1"
    )


@pytest.mark.django_db
def test_demo_moments_match_their_changes(library):
    demo()

    for moment in Moment.objects.select_related("family")[::40]:
        changes = sync.changes_of(moment.family, moment.key)
        before = (moment.own_title, sorted(note.opened for note in moment.notes.all()))
        columns = {
            name: getattr(moment, name)
            for name in projection._columns(moment.family, moment.key, merging.fold(changes))
        }
        again = projection.project(
            moment.family, moment.key, merging.fold(changes), known=moment, at=moment.changed_at
        )

        assert {name: getattr(again, name) for name in columns} | {"title": 0} == columns | {
            "title": 0
        }
        assert (again.own_title, sorted(note.opened for note in again.notes.all())) == before


@pytest.mark.django_db
def test_demo_can_be_recreated_and_removed(library):
    real = make.guardian(make.family())
    make.moment(real)
    demo()
    demo(at=NOW + timedelta(hours=1))
    assert Family.objects.count() == 5

    actions.remove(at=NOW)

    assert (
        Family.objects.count(),
        Moment.objects.count(),
        Caregiver.objects.count(),
        Person.objects.count(),
    ) == (1, 1, 1, 1)
    assert not Change.objects.exists()


@pytest.mark.django_db
def test_demo_family_can_be_exported(library):
    made = demo()

    invented = data_rights.export(Person.objects.get(email="noor.nest@invented.example.org"))

    assert invented["families"][0]["invented"] is True and len(invented["moments"]) > 50
    assert any(row["household"] != made[1].people[0].household_id for row in invented["moments"])


def test_same_seed_gives_same_demo():
    practices = [
        Practice("a", frozenset({"alarm"}), frozenset({"car"}), places=frozenset({"car"})),
        Practice("b", frozenset({"calm"}), frozenset()),
    ]

    one, two = (invent(FAMILIES[0], practices, now=NOW, dice=random.Random(7)) for _ in range(2))

    assert one == two
    assert all(moment.at.tzinfo is UTC for moment in one[0])
    evenings = {
        (m.at.date() < date(2026, 11, 2), m.at.astimezone(ZoneInfo("America/Chicago")).hour)
        for m in one[0]
        if m.situation == "bath"
    }
    assert {before for before, _hour in evenings} == {True, False}
    assert {hour for _before, hour in evenings} <= {19, 20}


@pytest.mark.django_db
def test_own_moments_are_at_hours_that_fit_their_titles(library):
    begins = {own.title: own for own in OWN}
    for _cast, moment, local in generated():
        if moment.kind == "got":
            own = begins[moment.title]
            after = local.hour * 60 + local.minute - own.begins.hour * 60 - own.begins.minute
            assert 0 <= after < own.lasts, (moment.title, local)
            if "before the house woke" in moment.title:
                assert (local.hour, local.minute) < (6, 40)


@pytest.mark.django_db
def test_practices_and_titles_fit_where_the_family_is(library):
    places = {practice.slug: practice.places for practice in actions._library().practices}
    seen = set()
    for cast, moment, _local in generated():
        if moment.practice:
            school = cast.people[moment.giver].relation == "teacher"
            there = {"car": "car", "school_drop": "school"}.get(moment.situation, "home")
            place = "school" if school else there
            assert place in places[moment.practice], (moment.practice, place)
            seen.add(place)
        elif moment.kind == "given":
            assert moment.title in TITLES[moment.situation]
    assert seen == {"home", "car", "school"}


@pytest.mark.django_db
def test_teacher_is_there_only_on_school_days_in_school_hours(library):
    seen = [
        local
        for cast, moment, local in generated()
        if cast.people[moment.giver].relation == "teacher"
    ]

    assert seen
    assert all(local.weekday() < 5 and 9 <= local.hour < 15 for local in seen)


@pytest.mark.django_db
def test_no_school_at_weekends(library):
    weekend = {m.situation for _cast, m, local in generated() if local.weekday() > 4}

    assert "leaving" in weekend
    assert not weekend & {"school_drop", "after_school", "homework"}


def generated():
    """Yield every generated moment with its family and its local time."""
    practices = actions._library().practices
    for cast in FAMILIES:
        moments, _off = invent(cast, practices, now=NOW, dice=random.Random(f"168 {cast.name}"))
        for moment in moments:
            yield cast, moment, moment.at.astimezone(ZoneInfo(cast.zone))


@pytest.mark.django_db
def test_reminders_messages_and_calendars_are_filled_at_hours_that_fit(library):
    demo()

    guardians = Caregiver.objects.filter(role="guardian", person__isnull=False)
    for by in guardians:
        zone = by.person.zone_at(NOW)
        nudges = list(by.nudges.all())
        messages = list(by.person.notifications.all())
        assert all(n.planned_at < n.leads_to < NOW for n in nudges)
        assert all(19 <= n.planned_at.astimezone(zone).hour <= 20 for n in nudges)
        assert {m.purpose for m in messages} >= {"sunday"}
        at_home = days.days_of((n.child, by.household_id, n.on) for n in nudges)
        assert all(day.here for day in at_home)
        assert all(m.state == "sent" and m.send_at < NOW for m in messages)
    for family in Family.objects.all():
        assert family.nudges.exists()
        occurrences = [o for calendar in family.calendars.all() for o in calendar.occurrences.all()]
        assert occurrences and not family.calendars.exclude(trouble="").exists()


@pytest.mark.django_db
def test_nothing_is_mailed_to_an_invented_person(library, mailoutbox):
    demo()

    for hours in range(0, 48, 2):
        at = NOW + timedelta(hours=hours)
        notifications.deliver_due(at, clock=lambda at=at: at)
        digest.write_due(at)

    assert mailoutbox == []


@pytest.mark.django_db
def test_reminders_messages_and_calendars_go_with_their_family(library):
    demo()
    actions.remove(at=NOW)

    assert not Notification.objects.exists() and not Nudge.objects.exists()
    assert not NudgeSettings.objects.exists() and not Calendar.objects.exists()


@pytest.mark.django_db
def test_pages_name_the_evening_on_which_a_reminder_came(library, client, settings):
    settings.STATIC_ROOT = served.assets()
    demo()
    ada = Caregiver.objects.get(name="Ada Lark")
    client.force_login(ada.person)
    came = ada.nudges.filter(state="handed").earliest("planned_at")
    evening = came.planned_at.astimezone(ada.person.zone_at(NOW))
    assert evening.date() != came.planned_at.date()  # in UTC it is the next day

    with time_machine.travel(NOW, tick=False):
        messages, reminders = client.get("/en/messages/").text, client.get("/en/nudges/").text

    clock = f"{evening.hour - 12}:{evening.minute:02} pm"
    assert f"{evening:%b} {evening.day}, {clock}" in messages
    assert f"{evening:%A}, {clock}" in reminders
