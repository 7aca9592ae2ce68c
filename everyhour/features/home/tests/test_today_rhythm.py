"""Today follows the rhythm of the date: added parts, holidays, custody, and planned practices."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from everyhour.domain.recommendations.models import Decision
from everyhour.domain.rhythm.models import Custody, Season
from testing import make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("library")]

THURSDAY = datetime(2026, 11, 19, 23, 40, tzinfo=UTC)  # 5:40 pm in Chicago
DAY = {"wakes": 420, "school_starts": 510, "home_again": 930, "dinner": 1095, "bed": 1200}


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(THURSDAY, tick=False) as moved:
        yield moved


@pytest.fixture
def ada(client):
    family = make.family(households=2)
    make.child(family, day=DAY, hard=["mealtime"], functions_like_age=7)
    ada = make.guardian(family, name="Ada")
    client.force_login(ada.person)
    return ada


@pytest.fixture
def wren(ada):
    return ada.family.children.get()


def today(client):
    return client.get("/en/today/").context["today"]


def test_part_added_for_a_weekday_is_next(client, ada, wren):
    make.part(
        wren,
        household=ada.household,
        weekdays=[3],
        begins=18 * 60,
        name="piano",
        situation="waiting",
    )

    seen = today(client)

    assert seen.lede == "Thursday. Piano is at 6 pm."
    assert seen.next.heading == "Next, before piano"


def test_holidays_remove_school_from_the_day(client, ada, wren, clock):
    clock.move_to(datetime(2026, 11, 19, 13, 5, tzinfo=UTC))
    assert today(client).lede == "Thursday. School starts at 8:30 am."

    Season.objects.create(
        family=ada.family,
        child=wren,
        kind="holidays",
        first=date(2026, 11, 16),
        last=date(2026, 11, 20),
    )

    assert today(client).lede == "Thursday. Dinner is at 6:15 pm."


def test_day_in_the_other_home_makes_no_decision(client, ada, wren):
    Custody.objects.create(
        family=ada.family,
        child=wren,
        household=ada.household,
        monday=date(2026, 11, 16),
        weeks=1,
        days=[5, 6],
    )

    response = client.get("/en/today/")

    assert "Wren is in the other home today." in response.text
    assert (response.context["today"].resting, response.context["today"].next) == ("away", None)
    assert not Decision.objects.exists()


def test_today_is_about_the_child_who_is_in_this_household(client, ada, wren):
    make.child(ada.family, nickname="Robin", at=THURSDAY)
    Custody.objects.create(
        family=ada.family,
        child=wren,
        household=ada.household,
        monday=date(2026, 11, 16),
        weeks=1,
        days=[5, 6],
    )

    assert today(client).child.nickname == "Robin"


def test_planned_practice_is_suggested_at_its_part_of_the_day(client, ada, wren, clock):
    make.planned(wren, by=ada, practice="wall-push")
    assert not today(client).next.planned

    clock.shift(timedelta(minutes=40))  # before bed
    planned = today(client).next

    assert (planned.practice, planned.heading, planned.planned) == (
        "wall-push",
        "Planned, before bed",
        True,
    )


def test_planned_practice_that_no_longer_suits_is_not_suggested(client, ada, wren):
    make.planned(wren, by=ada, practice="wall-push", transition="dinner")
    assert today(client).next.planned

    wren.never = ["wall-push"]
    wren.save()

    assert today(client).next.practice != "wall-push" and not today(client).next.planned


def test_bedtime_after_midnight_is_next_after_midnight(client, ada, wren, clock):
    wren.day = {**DAY, "bed": 40}
    wren.save()
    ada.family.quiet_from = ada.family.quiet_until = 0
    ada.family.save()
    clock.move_to(datetime(2026, 11, 20, 6, 10, tzinfo=UTC))  # 12:10 am

    assert today(client).lede == "Friday. Bedtime is at 12:40 am."


def test_giver_without_week_access_reads_no_family_words(client, ada, wren):
    make.part(wren, household=ada.household, weekdays=[3], begins=18 * 60, name="piano")
    nana = make.giver(ada.family, who=make.person(), household=ada.household)
    client.force_login(nana.person)

    assert "iano" not in client.get("/en/today/").text
