"""What was about somebody leaves with them, comes back the same, and goes when they go."""

from datetime import timedelta

import pytest

from everyhour.domain.nudges import actions, daily_plans, sending
from everyhour.domain.nudges.models import Nudge, NudgeSettings, PlannedDay
from everyhour.domain.nudges.tests import home
from everyhour.domain.nudges.tests.home import MORNING
from everyhour.foundation import data_rights
from testing import make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("library")]


@pytest.fixture
def ada():
    ada = home.caregiver()
    for day in range(3):
        daily_plans.plan(MORNING + timedelta(days=day))
        sending.decide_due(Nudge.objects.latest("planned_at").planned_at)
    actions.pause(by=ada, at=MORNING + timedelta(days=3))
    return ada


def test_export_imports_identically(ada):
    exported = data_rights.export(ada.person)
    assert (
        len(exported["nudges"]) == len(exported["planned_days"]) == 3
        and len(exported["reaches"]) == 1
    )
    data_rights.erase(ada.person, at=MORNING + timedelta(days=4))
    assert (
        not Nudge.objects.exists()
        and not PlannedDay.objects.exists()
        and not NudgeSettings.objects.exists()
    )

    person = make.person()
    data_rights.load(exported, person=person)

    again = data_rights.export(person)
    assert all(again[name] == exported[name] for name in ("nudges", "planned_days", "reaches"))


def test_invalid_plan_is_rejected(ada):
    exported = data_rights.export(ada.person)
    data_rights.erase(ada.person, at=MORNING + timedelta(days=4))
    exported["planned_days"][0]["body"] = {"among": [{"rule": 3}]}

    with pytest.raises(data_rights.ImportRejected):
        data_rights.load(exported, person=make.person())


def test_leaving_removes_only_own_rows(ada):
    cleo = make.guardian(ada.family, who=make.person(zone=home.CHICAGO))
    actions.agree(by=cleo, at=MORNING)
    for day in range(4, 8):
        daily_plans.plan(MORNING + timedelta(days=day))

    data_rights.erase(ada.person, at=MORNING + timedelta(days=9))

    assert (
        set(Nudge.objects.values_list("caregiver", flat=True)) <= {cleo.pk}
        and NudgeSettings.objects.get().caregiver_id == cleo.pk
    )
