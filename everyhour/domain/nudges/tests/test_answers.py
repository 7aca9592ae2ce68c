"""Answers of caregivers: they act at once, and repeating one changes nothing."""

from datetime import UTC, datetime, timedelta

import pytest

from everyhour.domain.moments.models import Moment
from everyhour.domain.moments.signals import moments_changed
from everyhour.domain.nudges import actions, daily_plans, receivers, retention, sending
from everyhour.domain.nudges.models import Nudge, PlannedDay
from everyhour.domain.nudges.tests import home
from everyhour.domain.nudges.tests.home import BED, MORNING
from everyhour.foundation.notifications.models import Notification
from testing import make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("library")]
A = Nudge.Answer


@pytest.fixture
def handed():
    """A nudge that was handed over at half past seven, with its notification still waiting."""
    ada = home.caregiver()
    daily_plans.plan(MORNING)
    Nudge.objects.update(planned_at=BED - timedelta(minutes=30))
    (nudge,) = home.nudges(ada)
    context = sending.SendContext(sending.due(nudge.planned_at)[0], nudge.planned_at)
    decision, made = sending.decisions.decide_to_send(
        nudge.child,
        f"nudge:{nudge.pk}",
        by=ada,
        situation="bedtime",
        availability=sending.send_context.availability_of(context),
        past=sending.send_context.past_of(context),
        zone=home.CHICAGO,
        at=nudge.planned_at,
    )
    decision.practice = made.slug or ""
    assert sending.record(
        nudge,
        sending.Verdict(sending.SENT, "", made.slug or "", decision),
        nudge.planned_at,
        context,
    )
    nudge.refresh_from_db()
    return nudge


def notifications() -> list[tuple[str, str]]:
    return list(Notification.objects.order_by("made_at").values_list("state", "reason"))


def test_later_sends_it_again_without_a_draw(handed):
    at = handed.planned_at + timedelta(minutes=1)

    assert actions.answer(handed, A.LATER, at=at) and actions.answer(
        handed, A.LATER, at=at + timedelta(minutes=1)
    )
    sending.decide_due(at + timedelta(minutes=10))

    first, second = home.nudges(handed.caregiver)
    assert (second.slot, second.state, second.practice, second.decision_id) == (
        1,
        "handed",
        first.practice,
        first.decision_id,
    )
    assert notifications() == [("cancelled", "later"), ("waiting", "")]
    assert not actions.answer(second, A.LATER, at=at + timedelta(minutes=11))


def test_later_is_refused_near_the_hard_part(handed):
    assert not actions.answer(handed, A.LATER, at=BED - timedelta(minutes=12))

    assert len(home.nudges(handed.caregiver)) == 1


@pytest.mark.parametrize(("what", "days"), [(A.NOT_TODAY, 1), (A.NOT_THIS_WEEK, 7)])
def test_mute_ends_after_its_days(handed, what, days):
    ada = handed.caregiver

    actions.answer(handed, what, at=handed.planned_at + timedelta(minutes=1))
    for day in range(1, days + 2):
        daily_plans.plan(MORNING + timedelta(days=day))

    assert notifications() == [("cancelled", what)]
    planned = [one.on - handed.on for one in home.nudges(ada) if one.state == "planned"]
    assert min(planned) == timedelta(days=days)


def test_not_now_is_kept_over_later_answers(handed):
    at = handed.planned_at + timedelta(minutes=1)

    actions.answer(handed, A.NOT_NOW, at=at)
    actions.answer(handed, A.OPENED, at=at + timedelta(minutes=2))

    handed.refresh_from_db()
    assert (handed.answer, handed.answered_at) == (A.NOT_NOW, at) and notifications() == [
        ("cancelled", "not_now")
    ]


def test_very_late_answer_changes_nothing(handed):
    assert not actions.answer(handed, A.NOT_THIS_WEEK, at=handed.planned_at + timedelta(days=2))

    assert home.settings(handed.caregiver).not_until is None and notifications() == [
        ("waiting", "")
    ]


def test_pause_cancels_queued_but_keeps_the_plan(handed):
    ada, at = handed.caregiver, handed.planned_at + timedelta(minutes=1)
    daily_plans.plan(MORNING + timedelta(days=1))

    actions.pause(by=ada, at=at)

    assert notifications() == [("cancelled", "paused")]
    actions.resume(by=ada, at=at + timedelta(minutes=1))
    (tomorrow,) = [one for one in home.nudges(ada) if one.state == "planned"]
    sending.decide_due(tomorrow.planned_at)
    tomorrow.refresh_from_db()
    assert tomorrow.reason in ("", "dice")


def test_pause_until_a_date_ends_by_itself():
    ada = home.caregiver()
    actions.pause(by=ada, at=MORNING, until=MORNING + timedelta(days=2))

    for day in range(4):
        daily_plans.plan(MORNING + timedelta(days=day))

    assert [row.reason for row in PlannedDay.objects.order_by("on")] == ["paused", "", "", ""] or [
        row.reason for row in PlannedDay.objects.order_by("on")
    ] == ["paused", "paused", "", ""]


def test_declining_cancels_all_and_agreeing_starts_again():
    ada = home.caregiver()
    daily_plans.plan(MORNING)

    actions.decline(by=ada, at=MORNING)

    assert home.reasons(home.nudges(ada)) == ["consent"]
    assert actions.agree(by=ada, at=MORNING + timedelta(days=1)).agreed_at == MORNING + timedelta(
        days=1
    )


def test_moment_from_a_nudge_answers_it(handed):
    at = handed.planned_at + timedelta(minutes=5)
    moment = make.moment(
        handed.caregiver,
        child=handed.child,
        at=at,
        practice=handed.practice,
        origin=Moment.Origin.NUDGE,
    )

    moments_changed.send(sender=Moment, family=handed.family_id, moments=[moment.pk])
    other = make.moment(
        handed.caregiver,
        child=handed.child,
        at=at,
        origin=Moment.Origin.NUDGE,
        decision=[{"nudge": handed.pk}],
    )
    moments_changed.send(sender=Moment, family=handed.family_id, moments=[other.pk])

    handed.refresh_from_db()
    assert (handed.answer, handed.answered_at) == (A.OPENED, at)


def test_right_now_cancels_the_waiting_notification(handed):
    at = handed.planned_at + timedelta(minutes=1)
    moment = make.moment(
        handed.caregiver, child=handed.child, at=at, origin=Moment.Origin.RIGHT_NOW
    )

    receivers.on_moments_changed(Moment, family=handed.family_id, moments=[moment.pk])

    assert notifications() == [("cancelled", "own_moment")]


def test_old_plans_and_decisions_are_deleted_unless_acted_on(handed):
    daily_plans.plan(MORNING + timedelta(days=1))
    far = datetime(2028, 6, 1, tzinfo=UTC)
    make.moment(
        handed.caregiver,
        child=handed.child,
        at=handed.planned_at + timedelta(minutes=5),
        practice=handed.practice,
        origin="nudge",
    )

    retention.delete_expired(far)

    handed.refresh_from_db()
    assert handed.decision_id and not PlannedDay.objects.exists()
    Moment.objects.all().delete()
    assert retention.delete_expired(far) == 1
