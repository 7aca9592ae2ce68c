"""A number nobody looked at for a month is named every day, two weeks before the build refuses it."""

import logging
from datetime import timedelta

import pytest

from everyhour.domain.practices import actions, tasks
from everyhour.domain.practices.crisis_lines import WARN_DAYS
from everyhour.domain.practices.files import Library
from everyhour.domain.practices.tests.shelves import MONDAY

pytestmark = pytest.mark.django_db


def test_lines_checked_a_month_ago_are_quiet_and_older_ones_are_named(root, caplog):
    actions.load(Library(root), at=MONDAY)

    assert tasks.crisis_line_ages(MONDAY + timedelta(days=WARN_DAYS)) == []
    with caplog.at_level(logging.WARNING, logger="everyhour.practices"):
        named = tasks.crisis_line_ages(MONDAY + timedelta(days=WARN_DAYS + 1))

    assert named == ["us-988 (31 days)", "us-unverified (31 days)"]
    assert "us-988 (31 days)" in caplog.text


def test_no_lines_are_no_reason_to_warn():
    assert tasks.crisis_line_ages(MONDAY) == []
