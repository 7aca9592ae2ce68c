"""Deciding nudges at their time, and rechecking before their notification is sent."""

from datetime import timedelta

import pytest

from everyhour.domain.families.models import Caregiver, Family
from everyhour.domain.moments.models import Moment, Rest
from everyhour.domain.nudges import actions, daily_plans, sending
from everyhour.domain.nudges.models import Nudge
from everyhour.domain.nudges.tests import home
from everyhour.domain.nudges.tests.home import BED, MORNING
from everyhour.domain.recommendations import decisions
from everyhour.domain.recommendations.models import Decision
from everyhour.domain.rhythm.models import Calendar, Occurrence, Planned
from everyhour.foundation.notifications.models import Notification
from testing import make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("library")]


def planned(ada: Caregiver) -> Nudge:
    daily_plans.plan(MORNING)
    (nudge,) = home.nudges(ada)
    return nudge


def sent(ada: Caregiver, n: int = 40) -> Nudge:
    """Live days until the dice fell for one; each nudge has its own."""
    for day in range(n):
        daily_plans.plan(MORNING + timedelta(days=day))
        nudge = Nudge.objects.filter(caregiver=ada).latest("planned_at")
        sending.decide_due(nudge.planned_at)
        nudge.refresh_from_db()
        if nudge.state == sending.SENT:
            return nudge
    raise AssertionError("the dice never fell for it")


def test_decisions_are_recorded_and_reproducible():
    ada = home.caregiver()

    for day in range(8):
        daily_plans.plan(MORNING + timedelta(days=day))
        sending.decide_due(Nudge.objects.latest("planned_at").planned_at)

    kept = list(Decision.objects.all())
    assert len(kept) == 8 and all(decisions.replays_same(one) for one in kept)
    made = [decisions.decode(one) for one in kept]
    assert all(one.lane == 0.1 and 0.1 <= one.send_probability <= 0.8 and one.slug for one in made)
    assert {nudge.reason for nudge in home.nudges(ada) if nudge.state == "not_sent"} <= {"dice"}
    assert [bool(n.handed_at) for n in home.nudges(ada)] == [one.sent for one in made]
    assert [bool(one.practice) for one in kept] == [one.sent for one in made]


def test_notification_is_queued_and_expires_before_the_hard_part():
    nudge = sent(home.caregiver())

    notification = Notification.objects.get()
    assert (
        notification.key == f"nudge:{nudge.pk}"
        and notification.expires_at == nudge.ends_at == nudge.leads_to
    )
    assert (
        notification.path
        == f"/en/now/?practice={nudge.practice}&situation={nudge.situation}&nudge={nudge.pk}"
        and notification.title
        and notification.body
    )


REASONS = {
    "consent": lambda ada: home.settings(ada, agreed_at=None),
    "gone": lambda ada: Caregiver.objects.filter(pk=ada.pk).update(until=MORNING),
    "paused": lambda ada: actions.pause(by=ada, at=MORNING),
    "not_today": lambda ada: home.settings(
        ada, not_on=daily_plans.wall_clock.date_in(home.CHICAGO, BED)
    ),
    "not_this_week": lambda ada: home.settings(
        ada, not_until=daily_plans.wall_clock.date_in(home.CHICAGO, BED) + timedelta(days=2)
    ),
    "day_off": lambda ada: Rest.objects.create(
        family=ada.family,
        household=ada.household,
        on=daily_plans.wall_clock.date_in(home.CHICAGO, BED),
        zone=home.CHICAGO,
        created_at=MORNING,
    ),
    "own_moment": lambda ada: make.moment(
        ada, child=ada.family.children.get(), at=BED - timedelta(minutes=80)
    ),
    "hard_day": lambda ada: make.moment(
        ada, child=ada.family.children.get(), at=BED - timedelta(hours=3), state_before="terror"
    ),
    "appointment": lambda ada: Occurrence.objects.create(
        calendar=Calendar.objects.create(
            family=ada.family, household=ada.household, created_at=MORNING
        ),
        uid="x",
        begins=BED - timedelta(hours=1),
        ends=BED,
    ),
    "away": lambda ada: ada.family.children.get().households.clear(),
}


@pytest.mark.parametrize("reason", REASONS)
def test_reason_against_sending_is_recorded(reason):
    ada = home.caregiver()
    nudge = planned(ada)
    REASONS[reason](ada)

    sending.decide_due(nudge.planned_at)

    (nudge,) = home.nudges(ada)
    assert (nudge.state, nudge.reason) == ("not_sent", reason) and not Notification.objects.exists()
    kept = Decision.objects.filter(key=f"nudge:{nudge.pk}")
    assert kept.count() == (reason != "gone")
    for one in kept:
        assert decisions.replays_same(one) and decisions.decode(one).reason == reason


@pytest.mark.parametrize("reason", REASONS)
def test_recheck_applies_the_same_rules(reason):
    ada = home.caregiver()
    nudge = sent(ada)
    notification, shift = Notification.objects.get(), nudge.leads_to - BED
    for rows in (Rest, Moment):
        rows.objects.all().delete()
    assert sending.recheck(notification, nudge.planned_at) is None

    REASONS[reason](ada)
    _move_to(shift, ada)

    assert sending.recheck(notification, nudge.planned_at + timedelta(minutes=1)) == reason
    assert home.nudges(ada)[-1].state == "cancelled"


def _move_to(shift: timedelta, ada: Caregiver) -> None:
    """What was told for the evening of the first day is told for the evening of the nudge."""
    for moment in Moment.objects.all():
        moment.at += shift
        moment.save()
    for one in Occurrence.objects.all():
        one.begins, one.ends = one.begins + shift, one.ends + shift
        one.save()
    for rest in Rest.objects.all():
        rest.on += shift
        rest.save()
    mine = home.settings(ada) if ada.pk else None
    if mine and mine.not_on:
        home.settings(ada, not_on=mine.not_on + shift)
    if mine and mine.not_until:
        home.settings(ada, not_until=mine.not_until + shift)


def test_family_without_a_key_gets_nothing():
    ada = home.caregiver()
    nudge = planned(ada)
    Family.objects.update(key=None)

    sending.decide_due(nudge.planned_at)

    assert home.reasons(home.nudges(ada)) == ["gone"] and not Decision.objects.exists()


def test_late_nudge_expires():
    ada = home.caregiver()
    nudge = planned(ada)

    sending.decide_due(nudge.planned_at + timedelta(minutes=10, seconds=1))
    sending.decide_due(nudge.planned_at + timedelta(minutes=11))

    assert home.reasons(home.nudges(ada)) == ["late"] and not Notification.objects.exists()


def test_own_right_now_counts_for_rest():
    ada = home.caregiver()
    nudge = planned(ada)
    make.moment(ada, at=nudge.planned_at - timedelta(minutes=30), origin=Moment.Origin.RIGHT_NOW)

    sending.decide_due(nudge.planned_at)

    assert home.reasons(home.nudges(ada)) == ["own_moment"]


def test_daily_and_weekly_limits():
    ada = home.caregiver()
    home.settings(ada, a_day=2, a_week=2)
    nudge = planned(ada)
    for days in (1, 2):
        Nudge.objects.create(
            **{
                f: getattr(nudge, f)
                for f in (
                    "family",
                    "caregiver",
                    "child",
                    "household",
                    "zone",
                    "situation",
                    "leads_to",
                    "ends_at",
                )
            },
            rule="x",
            on=nudge.on - timedelta(days=days),
            planned_at=nudge.planned_at - timedelta(days=days),
            state="handed",
            handed_at=nudge.planned_at - timedelta(days=days),
        )

    sending.decide_due(nudge.planned_at)

    assert home.nudges(ada)[-1].reason == "week_full"


def test_quiet_hours_follow_the_current_zone():
    ada = home.caregiver()
    nudge = planned(ada)
    ada.person.move("Europe/Paris", at=MORNING)  # where it is the middle of the night by then

    sending.decide_due(nudge.planned_at)

    assert home.reasons(home.nudges(ada)) == ["quiet"]


def test_planned_moment_is_what_is_sent():
    ada = home.caregiver()
    child = ada.family.children.get()
    Planned.objects.create(
        family=ada.family,
        child=child,
        household=ada.household,
        by=ada,
        transition="bed",
        practice="wall-push",
        since=MORNING,
    )

    nudge = sent(ada)

    assert nudge.practice == "wall-push" and all(
        decisions.replays_same(one) for one in Decision.objects.all()
    )
    assert set(
        Nudge.objects.filter(decision__isnull=False)
        .exclude(planned="")
        .values_list("practice", flat=True)
    ) == {"wall-push"}


def test_unsafe_plan_is_not_sent():
    ada = home.caregiver()
    child = ada.family.children.get()
    child.never = ["wall-push"]
    child.save()
    Planned.objects.create(
        family=ada.family,
        child=child,
        household=ada.household,
        transition="bed",
        practice="wall-push",
        since=MORNING,
    )

    nudge = sent(ada)

    assert nudge.practice and nudge.practice != "wall-push"


def test_failure_while_recording_changes_nothing(monkeypatch):
    ada = home.caregiver()
    home.settings(ada, a_week=21)
    nudge = planned(ada)
    monkeypatch.setattr(
        sending, "write", lambda *_: (_ for _ in ()).throw(OSError("the power is gone"))
    )
    verdict = sending.Verdict(sending.SENT, "", "wall-push")

    with pytest.raises(OSError, match="power"):
        sending.record(
            nudge, verdict, nudge.planned_at, sending.SendContext(nudge, nudge.planned_at)
        )

    assert home.reasons(home.nudges(ada)) == ["planned"] and not Notification.objects.exists()


def test_one_of_two_workers_records():
    ada = home.caregiver()
    nudge = planned(ada)
    (one,), (other,) = sending.due(nudge.planned_at), sending.due(nudge.planned_at)

    assert sending.settle(one, nudge.planned_at) and not sending.settle(other, nudge.planned_at)

    assert Decision.objects.count() == 1


@pytest.mark.slow
def test_frequency_matches_the_recorded_probability():
    ada = home.caregiver()
    home.settings(ada, a_week=21)

    for day in range(60):
        daily_plans.plan(MORNING + timedelta(days=day))
        sending.decide_due(Nudge.objects.latest("planned_at").planned_at)

    made = [decisions.decode(one) for one in Decision.objects.all()]
    expected, came = sum(one.send_probability for one in made), sum(one.sent for one in made)
    assert len(made) == 60 and abs(came - expected) < 4 * (60 * 0.25) ** 0.5
