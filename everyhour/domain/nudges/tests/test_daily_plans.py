"""Each local day is planned once, for everybody who said yes, and says why where nothing comes."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest

from everyhour.domain.families.models import Caregiver
from everyhour.domain.moments.models import Rest
from everyhour.domain.nudges import actions, daily_plans, reconciliation
from everyhour.domain.nudges.models import Nudge, PlannedDay
from everyhour.domain.nudges.tests import home
from everyhour.domain.nudges.tests.home import BED, MORNING
from everyhour.domain.rhythm.models import Custody, Part
from testing import make

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 24)


def test_day_is_planned_once_with_zone_and_seed():
    ada = home.caregiver()

    assert daily_plans.plan(MORNING) == 1 and daily_plans.plan(MORNING + timedelta(hours=2)) == 0

    (nudge,) = home.nudges(ada)
    assert (nudge.rule, nudge.on, nudge.slot, nudge.zone, nudge.situation) == (
        "bed",
        TODAY,
        0,
        home.CHICAGO,
        "bedtime",
    )
    assert (
        timedelta(minutes=15) < BED - nudge.planned_at <= timedelta(minutes=30)
        and nudge.ends_at == nudge.leads_to == BED
    )
    assert home.day(ada).body["among"][0]["chance"] == 1.0 and home.day(ada).reason == ""


@pytest.mark.parametrize(
    ("reason", "change"),
    [
        ("no_hard_part", lambda ada: ada.family.children.update(hard=[])),
        ("no_child", lambda ada: ada.family.children.all().delete()),
        ("paused", lambda ada: home.settings(ada, paused_at=MORNING)),
        ("not_today", lambda ada: home.settings(ada, not_on=TODAY)),
        ("not_this_week", lambda ada: home.settings(ada, not_until=TODAY + timedelta(days=3))),
        ("quiet", lambda ada: home.settings(ada, quiet_from=1140, quiet_until=1260)),
        (
            "day_off",
            lambda ada: Rest.objects.create(
                family=ada.family,
                household=ada.household,
                on=TODAY,
                zone=home.CHICAGO,
                created_at=MORNING,
            ),
        ),
        (
            "away",
            lambda ada: Custody.objects.create(
                family=ada.family,
                child=ada.family.children.get(),
                household=ada.household,
                monday=date(2026, 11, 23),
                weeks=1,
                days=[5],
            ),
        ),
    ],
)
def test_day_without_nudges_has_a_reason(reason, change):
    ada = home.caregiver()
    change(ada)

    daily_plans.plan(MORNING)

    assert home.day(ada).reason == reason and not home.nudges(ada)


def test_no_plan_without_consent_or_after_leaving():
    ada, cleo, eve = home.caregiver(), home.caregiver(), home.caregiver()
    actions.decline(by=ada, at=MORNING)
    Caregiver.objects.filter(pk=cleo.pk).update(until=MORNING)
    type(eve.person).objects.filter(pk=eve.person_id).update(is_active=False)

    assert daily_plans.plan(MORNING) == 0


def test_caregivers_of_one_home_take_turns():
    ada = home.caregiver()
    cleo = make.guardian(ada.family)
    actions.agree(by=cleo, at=MORNING)

    for day in range(6):
        daily_plans.plan(MORNING + timedelta(days=day))

    planned = list(Nudge.objects.order_by("on").values_list("on", "caregiver"))
    assert len({on for on, _who in planned}) == len(planned) == 6
    assert {who for _on, who in planned} == {ada.pk, cleo.pk}
    assert all(now[1] != then[1] for now, then in pairwise(planned))


def test_later_consent_does_not_take_over_planned_parts():
    ada = home.caregiver()
    daily_plans.plan(MORNING)
    for name in ("cleo", "dan", "eve"):
        actions.agree(
            by=make.guardian(ada.family, who=make.person(name=name)),
            at=MORNING + timedelta(hours=1),
        )

    daily_plans.plan(MORNING + timedelta(hours=1))

    assert [one.caregiver_id for one in Nudge.objects.all()] == [ada.pk]
    assert set(PlannedDay.objects.exclude(caregiver=ada).values_list("reason", flat=True)) == {
        "anothers_turn"
    }


def test_new_zone_applies_from_the_next_day():
    ada = home.caregiver()
    daily_plans.plan(MORNING)
    ada.person.move("Pacific/Honolulu", at=MORNING + timedelta(hours=3))

    daily_plans.plan(MORNING + timedelta(hours=12))  # still the same date in Honolulu
    before = PlannedDay.objects.count()
    daily_plans.plan(MORNING + timedelta(hours=24))

    assert before == 1
    first, second = PlannedDay.objects.order_by("on")
    assert (first.zone, second.zone, second.on) == (
        home.CHICAGO,
        "Pacific/Honolulu",
        TODAY + timedelta(days=1),
    )


def test_date_is_local_to_the_person():
    ada = home.caregiver()

    daily_plans.plan(
        datetime(2026, 11, 25, 4, 40, tzinfo=UTC)
    )  # twenty to eleven at night in Chicago, already the next date in UTC

    assert home.day(ada).on == TODAY and home.day(ada).reason == "too_late"


def test_day_is_planned_an_hour_ahead():
    ada = home.caregiver()

    daily_plans.plan(datetime(2026, 11, 25, 5, 10, tzinfo=UTC))

    assert {row.on for row in PlannedDay.objects.filter(caregiver=ada)} == {
        TODAY,
        TODAY + timedelta(days=1),
    }


def test_planned_nudge_follows_a_change_with_the_same_draw():
    ada = home.caregiver()
    daily_plans.plan(MORNING)
    (before,) = home.nudges(ada)
    child = ada.family.children.get()

    child.day |= {"bed": 1170}
    child.save()
    moved = reconciliation.heal(MORNING + timedelta(minutes=10))

    (after,) = home.nudges(ada)
    assert (
        moved == 1
        and after.pk == before.pk
        and before.planned_at - after.planned_at == timedelta(minutes=30)
    )
    assert reconciliation.heal(MORNING + timedelta(minutes=20)) == 0


def test_removed_part_cancels_its_nudge():
    ada = home.caregiver()
    daily_plans.plan(MORNING)
    Part.objects.create(
        family=ada.family,
        child=ada.family.children.get(),
        household=ada.household,
        kind="bed",
        begins=0,
        weekdays=[1],
        off=True,
        created_at=MORNING,
    )

    reconciliation.heal(MORNING + timedelta(minutes=10))

    assert home.reasons(home.nudges(ada)) == ["changed"]


def test_part_moved_near_uses_the_rest_of_its_window():
    ada = home.caregiver()
    daily_plans.plan(MORNING)
    child, at = ada.family.children.get(), BED - timedelta(hours=1, minutes=20)
    child.day |= {"bed": 1140}
    child.save()

    first, second = reconciliation.heal(at), reconciliation.heal(at + timedelta(seconds=1))

    (nudge,) = home.nudges(ada)
    assert (first, second) == (1, 0) and at <= nudge.planned_at < BED - timedelta(
        hours=1, minutes=15
    )


def test_planning_uses_a_constant_number_of_queries(django_assert_max_num_queries):
    for _ in range(3):
        home.caregiver()
    with django_assert_max_num_queries(60) as few:
        daily_plans.plan(MORNING)
    for _ in range(30):
        home.caregiver()

    with django_assert_max_num_queries(len(few)):
        assert daily_plans.plan(MORNING) == 30


def test_heal_plans_missing_days_and_expires_leftovers(caplog):
    ada = home.caregiver()

    assert reconciliation.heal(MORNING) == 1 and "had no plan" in caplog.text
    assert reconciliation.heal(BED) == 1

    assert home.reasons(home.nudges(ada)) == ["late"]


def test_first_of_two_plans_for_a_day_counts():
    ada = home.caregiver()
    page = list(daily_plans.unplanned(TODAY, [home.CHICAGO], MORNING))
    around = daily_plans.PlanContext(page, TODAY, MORNING)
    (row, nudges), (other, others) = around.day(page[0], 1), around.day(page[0], 2)

    daily_plans.save_plans([row], {(ada.pk, 1): nudges}, TODAY)
    daily_plans.save_plans([other], {(ada.pk, 2): others}, TODAY)

    assert home.day(ada).seed == 1 and [one.pk for one in home.nudges(ada)] == [
        one.pk for one in nudges
    ]
