"""Several workers at once, each with its own connection, settle every nudge once."""

import threading
from datetime import timedelta

import pytest
from django.db import connection

from everyhour.domain.nudges import daily_plans, sending
from everyhour.domain.nudges.models import Nudge, PlannedDay
from everyhour.domain.nudges.tests import home
from everyhour.domain.nudges.tests.home import BED, MORNING
from everyhour.domain.practices import actions
from everyhour.domain.practices.tests import libraries
from everyhour.domain.recommendations import bundle
from everyhour.domain.recommendations.models import Decision
from everyhour.foundation.notifications.models import Notification

HOMES, WORKERS = 12, 4


def at_once(work, *, workers: int = WORKERS) -> list[BaseException]:
    trouble: list[BaseException] = []

    def one() -> None:
        try:
            work()
        except BaseException as error:
            trouble.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=one) for _ in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return trouble


@pytest.mark.django_db(transaction=True)
def test_concurrent_workers_do_nothing_twice():
    actions.load(libraries.real(), at=libraries.MONDAY)
    bundle.build(at=libraries.MONDAY)
    for _ in range(HOMES):
        home.caregiver()

    assert at_once(lambda: daily_plans.plan(MORNING)) == []
    Nudge.objects.update(planned_at=BED - timedelta(minutes=20))
    assert at_once(lambda: sending.decide_due(BED - timedelta(minutes=20))) == []

    assert PlannedDay.objects.count() == Nudge.objects.count() == HOMES == Decision.objects.count()
    handed = set(Nudge.objects.filter(state="handed").values_list("pk", flat=True))
    assert (
        handed
        and {notification.key.removeprefix("nudge:") for notification in Notification.objects.all()}
        == handed
    )
    assert (
        Notification.objects.count() == len(handed)
        and not Nudge.objects.filter(state="planned").exists()
    )
