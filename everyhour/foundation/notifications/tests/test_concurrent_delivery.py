"""Several workers at once, each in a thread with its own connection."""

from collections import Counter
from threading import Thread

import pytest
from django.db import connections

from everyhour.foundation.notifications import actions
from everyhour.foundation.notifications.models import DeliveryAttempt, Notification
from everyhour.foundation.notifications.tests.conftest import NOW

pytestmark = pytest.mark.django_db(transaction=True)


def test_each_notification_is_delivered_by_one_worker(write, phone, service):
    phone()
    for number in range(60):
        write(f"{number}")

    def work():
        actions.deliver_due(NOW, clock=lambda: NOW)
        connections.close_all()

    workers = [Thread(target=work) for _worker in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)

    assert Counter(Notification.objects.values_list("state", flat=True)) == {
        Notification.State.SENT: 60
    }
    assert (DeliveryAttempt.objects.count(), len(service.taken)) == (60, 60)
