"""Reading days, appointments and plans from the database in a constant number of queries."""

from datetime import UTC, date, datetime, timedelta

import pytest

from everyhour.domain.rhythm import days, planned
from everyhour.domain.rhythm.models import Calendar, Custody, Occurrence, Season
from testing import make

pytestmark = pytest.mark.django_db

DAY = {"wakes": 420, "school_starts": 510, "home_again": 930, "dinner": 1095, "bed": 1200}
TUESDAY = date(2026, 11, 17)


@pytest.fixture
def family():
    return make.family(households=2)


@pytest.fixture
def wren(family):
    return make.child(family, day=DAY)


def test_each_home_has_its_own_days(family, wren):
    here, there = family.households.all()
    piano = make.part(wren, household=here)
    Custody.objects.create(
        family=family, child=wren, household=there, monday=TUESDAY, weeks=1, days=[4, 5, 6]
    )

    assert days.day_of(wren, here, TUESDAY).transition(piano.pk).words == "piano"
    assert not days.day_of(wren, there, TUESDAY).here


def test_season_and_holiday_calendar_remove_school(family, wren):
    here, there = family.households.all()
    Season.objects.create(
        family=family,
        child=wren,
        kind="holidays",
        first=TUESDAY + timedelta(7),
        last=TUESDAY + timedelta(8),
    )
    marked = make.calendar(here, means=Calendar.Means.HOLIDAYS)
    Occurrence.objects.create(calendar=marked, uid="a", first=TUESDAY - timedelta(1), last=TUESDAY)
    meant = make.calendar(there)
    Occurrence.objects.create(calendar=meant, uid="b", first=TUESDAY, last=TUESDAY)

    assert not days.day_of(wren, here, TUESDAY).school and days.day_of(wren, there, TUESDAY).school
    assert not days.day_of(wren, there, TUESDAY + timedelta(7)).school


def test_query_count_does_not_grow_with_children(family, wren, django_assert_num_queries):
    home = family.households.all()[0]
    others = [make.child(made := make.family(), day=DAY) for _n in range(5)]
    asked = [
        (child, child.households.all()[0].pk, TUESDAY + timedelta(n))
        for child in others
        for n in range(3)
    ]

    with django_assert_num_queries(4):
        days.days_of([(wren, home.pk, TUESDAY)])
    with django_assert_num_queries(4):
        laid = days.days_of(asked)

    assert [one.on for one in laid] == [on for _child, _home, on in asked] and made
    assert days.days_of([]) == []


def test_appointments_overlap_the_span_and_have_times(family):
    here, there = family.households.all()
    at = datetime(2026, 11, 17, 15, tzinfo=UTC)
    dentist, school = make.calendar(here), make.calendar(here, means=Calendar.Means.HOLIDAYS)
    for calendar, begins in ((dentist, at), (dentist, at + timedelta(hours=2)), (school, at)):
        Occurrence.objects.create(
            calendar=calendar, uid=f"{begins}", begins=begins, ends=begins + timedelta(hours=1)
        )
    Occurrence.objects.create(calendar=dentist, uid="day", first=at.date(), last=at.date())

    (span,) = days.appointments(here, at + timedelta(minutes=30), at + timedelta(minutes=60))

    assert (span.start, span.end) == (at, at + timedelta(hours=1))
    assert days.appointments(here, at + timedelta(hours=1), at + timedelta(hours=2)) == []
    assert days.appointments(there, at, at + timedelta(hours=9)) == []


def test_plans_pair_with_their_part_until_removed(family, wren):
    here, there = family.households.all()
    hum = make.planned(wren, household=here)
    make.planned(wren, household=there)
    make.planned(wren, household=here, transition="dinner", weekdays=[2])
    make.planned(wren, household=here, until=make.MONDAY + timedelta(hours=1))
    at = make.MONDAY + timedelta(days=1)

    standing = planned.for_child(wren, here, at)
    (pair,) = planned.on_day(days.day_of(wren, here, TUESDAY), standing)

    assert len(standing) == 2 and (pair[0].name, pair[1]) == ("bed", hum)
    assert planned.for_child(wren, here, make.MONDAY - timedelta(days=1)) == []
