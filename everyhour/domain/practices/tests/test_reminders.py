"""The running site reminds its operators of crisis lines from day 30, and never stops for it."""

import logging
from datetime import timedelta

import pytest

from everyhour.domain.practices import actions, reminders, tasks
from everyhour.domain.practices.crisis_lines import WARN_DAYS
from everyhour.domain.practices.files import Library
from everyhour.domain.practices.tests.libraries import MONDAY
from everyhour.foundation.notifications.models import Notification
from testing import make

pytestmark = pytest.mark.django_db
DUE = MONDAY + timedelta(days=WARN_DAYS)
IDS = ["us-988", "us-emergency", "us-unverified"]


@pytest.fixture
def operator(settings):
    settings.OPERATORS = ["host@example.org", "no-account@example.org"]
    return make.person("host@example.org")


def test_lines_are_named_from_day_30(root, caplog):
    actions.load(Library(root), at=MONDAY)

    assert tasks.crisis_line_ages(DUE - timedelta(days=1)) == []
    with caplog.at_level(logging.WARNING, logger="everyhour.practices"):
        assert tasks.crisis_line_ages(DUE) == IDS
    assert "us-988 (30 days)" in caplog.text


def test_operator_gets_one_message_a_week(root, operator):
    actions.load(Library(root), at=MONDAY)

    for day in range(8):
        tasks.crisis_line_ages(DUE + timedelta(days=day))

    sent = Notification.objects.filter(person=operator)
    assert sent.count() == 2
    assert all("us-988" in message.body and message.purpose == "operator" for message in sent)
    assert Notification.objects.count() == 2


def test_operators_page_names_the_lines(root):
    actions.load(Library(root), at=MONDAY)

    assert reminders.notices(DUE - timedelta(days=1)) == []
    assert all(name in reminders.notices(DUE)[0] for name in IDS)


def test_no_lines_are_no_reason_to_warn():
    assert tasks.crisis_line_ages(MONDAY) == []
