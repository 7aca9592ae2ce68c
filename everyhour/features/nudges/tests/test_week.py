"""What may come this week, why, and what became of it; each line can be taken out."""

from datetime import timedelta

import pytest
import time_machine

from everyhour.domain.families.models import Caregiver
from everyhour.domain.moments.models import Moment
from everyhour.domain.nudges import actions, daily_plans
from everyhour.domain.nudges.models import Nudge, NudgeSettings, PlannedDay
from everyhour.domain.nudges.tests import home
from everyhour.domain.nudges.tests.home import BED, MORNING
from everyhour.domain.rhythm.models import Planned
from testing import make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("library")]


@pytest.fixture
def ada():
    return home.caregiver()


def page(client, at=MORNING, address="/en/nudges/") -> str:
    with time_machine.travel(at, tick=False):
        return client.get(address).content.decode()


def post(client, address, at=MORNING, follow=True, headers=None, **data):
    with time_machine.travel(at, tick=False):
        return client.post(address, data, follow=follow, headers=headers)


def test_page_explains_before_consent(as_):
    eve = make.guardian(make.family())

    text = page(as_(eve))

    assert (
        "Would that help?" in text
        and "We won’t send any unless you say yes." in text
        and not NudgeSettings.objects.exists()
    )


def test_agreement_can_be_given_and_withdrawn(as_):
    eve = make.guardian(make.family())

    said = post(as_(eve), "/en/nudges/agreement/").content.decode()

    assert "Thank you." in said and "No child lives in this home." in said
    assert "Would that help?" in post(as_(eve), "/en/nudges/agreement/", undo="1").content.decode()


def test_day_shows_hard_part_window_and_reason(as_, ada):
    for n in range(3):
        make.moment(
            ada,
            child=ada.family.children.get(),
            at=MORNING - timedelta(days=3 + n),
            practice="wall-push",
            situation="bedtime",
            outcome="settled" if n else "not_yet",
        )
    Planned.objects.create(
        family=ada.family,
        child=ada.family.children.get(),
        household=ada.household,
        transition="bed",
        practice="wall-push",
        since=MORNING - timedelta(days=1),
    )

    text = page(as_(ada))

    assert (
        text.count("Between 7:30 pm and 7:45 pm") == 7
        and text.count("Because bedtime is often hard.") == 1
    )
    assert "has helped 2 of 3 times." in text and "You planned “" in text


def test_exact_minute_is_not_shown(as_, ada):
    daily_plans.plan(MORNING)
    nudge = Nudge.objects.get()

    text = page(as_(ada))

    assert "You may get one today." in text
    wall = nudge.planned_at.astimezone(ada.person.zone_at(MORNING))
    assert f"{wall:%H:%M}" not in text and f"{wall.hour - 12}:{wall:%M}" not in text.replace(
        "7:30", ""
    ).replace("7:45", "")


def test_part_can_be_skipped_and_restored_before_planning(as_, ada):
    child = ada.family.children.get()
    data = {"child": child.pk, "rule": "bed", "on": "2026-11-26"}

    out = post(as_(ada), "/en/nudges/skipped/", **data).content.decode()
    daily_plans.plan(MORNING + timedelta(days=2))
    planned = PlannedDay.objects.get()

    assert (
        "Skipped." in out
        and planned.reason == "this_one"
        and not Nudge.objects.filter(state="planned").exists()
    )
    PlannedDay.objects.all().delete()
    assert (
        "Skipped." not in post(as_(ada), "/en/nudges/skipped/", undo="1", **data).content.decode()
    )
    assert (
        daily_plans.plan(MORNING + timedelta(days=2)) == 1
        and Nudge.objects.get().state == "planned"
    )


def test_restored_part_keeps_its_time(as_, ada):
    daily_plans.plan(MORNING)
    at = Nudge.objects.get().planned_at
    data = {"child": ada.family.children.get().pk, "rule": "bed", "on": "2026-11-24"}

    post(as_(ada), "/en/nudges/skipped/", **data)
    assert Nudge.objects.get().reason == "this_one"
    post(as_(ada), "/en/nudges/skipped/", undo="1", **data)

    assert (Nudge.objects.get().state, Nudge.objects.get().planned_at) == ("planned", at)


@pytest.mark.parametrize(
    "data", [{"on": "9999-12-31"}, {"on": "never"}, {"rule": "nothing"}, {"child": "nobody"}]
)
def test_unknown_part_cannot_be_skipped(as_, ada, data):
    sent = {"child": ada.family.children.get().pk, "rule": "bed", "on": "2026-11-26", **data}

    assert post(as_(ada), "/en/nudges/skipped/", **sent).status_code in (200, 404)
    assert not Nudge.objects.exists()


def test_turns_are_shown_when_two_share(as_, ada):
    cleo = make.guardian(ada.family, who=make.person(zone=home.CHICAGO), name="Cleo")
    actions.agree(by=cleo, at=MORNING)

    text = page(as_(ada))

    assert (
        text.count("Your turn.") + text.count("Cleo’s turn.") == 7
        and abs(text.count("Your turn.") - text.count("Cleo’s turn.")) == 1
    )


def test_past_nudges_show_their_reason(as_, ada):
    daily_plans.plan(MORNING)
    Nudge.objects.update(state="not_sent", reason="own_moment")

    assert "Rest after a small moment." in page(as_(ada), BED + timedelta(hours=1))


def test_pause_and_undo(as_, ada):
    paused = post(as_(ada), "/en/nudges/pause/").content.decode()

    assert (
        "Paused until you turn reminders back on." in paused
        and home.settings(ada).paused_at == MORNING
    )
    assert "Pause everything" in post(as_(ada), "/en/nudges/pause/", undo="1").content.decode()
    until = post(as_(ada), "/en/nudges/pause/", until="2026-11-27").content.decode()
    assert "Paused until Friday, Nov 27." in until
    assert "Paused until" not in page(as_(ada), MORNING + timedelta(days=3))


def test_settings_are_validated_and_saved(as_, ada):
    good = {"a_day": "2", "a_week": "10", "quiet_from": "12:00", "quiet_until": "14:00"}

    assert post(as_(ada), "/en/nudges/settings/", follow=False, **good).status_code == 302
    for wrong in (
        {"a_day": "9"},
        {"a_week": "99"},
        {"a_week": "0"},
        {"quiet_until": ""},
        {"quiet_from": "noon"},
    ):
        assert post(as_(ada), "/en/nudges/settings/", **{**good, **wrong}).status_code == 422

    settings = home.settings(ada)
    assert (settings.a_day, settings.a_week, settings.quiet_from, settings.quiet_until) == (
        2,
        10,
        720,
        840,
    )


def create_sent_nudge(ada: Caregiver) -> Nudge:
    daily_plans.plan(MORNING)
    Nudge.objects.update(
        state="handed",
        handed_at=BED - timedelta(minutes=30),
        planned_at=BED - timedelta(minutes=30),
        practice="wall-push",
    )
    return Nudge.objects.get()


OURS = {"Sec-Fetch-Site": "same-origin"}


def test_answer_from_page_and_notification(as_, ada):
    nudge = create_sent_nudge(ada)
    at = BED - timedelta(minutes=28)
    address = f"/en/nudges/{nudge.pk}/answer/"

    assert "A small reminder" in page(as_(ada), at)
    data = post(as_(ada), address, at, headers={**OURS, "Accept": "application/json"}, what="later")

    assert (
        data.json() == {"said": "OK. We’ll remind you once more in ten minutes."}
        and Nudge.objects.filter(slot=1).count() == 1
    )
    assert "A small reminder" not in page(as_(ada), at)
    late = post(as_(ada), address, BED + timedelta(days=2), headers=OURS, what="not_this_week")
    assert "That one is over." in late.content.decode() and home.settings(ada).not_until is None


def test_answer_by_others_or_other_origins_returns_404(as_, ada):
    nudge = create_sent_nudge(ada)
    cleo = make.guardian(ada.family)
    address = f"/en/nudges/{nudge.pk}/answer/"

    assert post(as_(cleo), address, headers=OURS, what="not_today").status_code == 404
    assert (
        post(
            as_(ada), address, headers={"Sec-Fetch-Site": "cross-site"}, what="not_today"
        ).status_code
        == 404
    )
    assert (
        post(
            as_(ada), address, headers={**OURS, "Accept": "application/json"}, what="whatever"
        ).status_code
        == 400
    )
    assert Nudge.objects.get().answer == ""


def test_page_uses_a_constant_number_of_queries(as_, ada, django_assert_max_num_queries):
    client = as_(ada)
    page(client)
    with django_assert_max_num_queries(60) as few:
        page(client)
    for _ in range(2):
        child = home.child(ada.family)
        make.moment(
            ada,
            child=child,
            at=MORNING - timedelta(days=1),
            practice="wall-push",
            situation="bedtime",
            outcome="settled",
        )

    with django_assert_max_num_queries(len(few)):
        page(client)


def test_page_returns_404_without_permission(as_, ada):
    nana = make.giver(ada.family, who=make.person(), may=[Caregiver.LOG])

    assert as_(nana).get("/en/nudges/").status_code == 404
    assert Moment.objects.count() == 0
