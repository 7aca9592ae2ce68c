"""Changing days and plans, with undo and an audit entry for each."""

from datetime import date, timedelta

import pytest

from everyhour.domain.families.actions import ActionRefused
from everyhour.domain.rhythm import actions, planned
from everyhour.domain.rhythm.models import Custody, Part, Season
from everyhour.foundation.audit.models import Entry
from testing import make

pytestmark = pytest.mark.django_db
AT = make.MONDAY


@pytest.fixture
def ada():
    family = make.family()
    make.child(family)
    return make.guardian(family)


@pytest.fixture
def wren(ada):
    return ada.family.children.get()


def part_columns(**columns):
    return {"kind": "chores", "name": "piano", "begins": 960, "weekdays": [1], **columns}


def test_deleted_part_is_restored_unchanged(ada, wren):
    part = actions.add_part(
        wren, by=ada, at=AT, **part_columns(every_weeks=2, anchor=date(2026, 11, 16))
    )
    before = Part.objects.values().get()

    kept = actions.delete(part, by=ada, at=AT)
    assert not Part.objects.exists()
    actions.restore(Part, kept, by=ada, at=AT)

    assert Part.objects.values().get() == before
    assert actions.restore(Part, kept, by=ada, at=AT) is None
    assert [entry.act for entry in Entry.objects.order_by("number")][-3:] == [
        "part of the day added",
        "part deleted",
        "part restored",
    ]


def test_deleted_season_is_restored(ada, wren):
    season = actions.add_season(
        wren,
        kind="holidays",
        first=date(2026, 12, 21),
        last=date(2027, 1, 1),
        name="",
        by=ada,
        at=AT,
    )
    kept = actions.delete(season, by=ada, at=AT)

    actions.restore(Season, kept, by=ada, at=AT)

    assert Season.objects.get().last == date(2027, 1, 1)


def test_restore_is_refused_for_another_home(ada, wren):
    kept = actions.delete(actions.add_part(wren, by=ada, at=AT, **part_columns()), by=ada, at=AT)
    stranger = make.guardian(make.family())

    assert actions.restore(Part, kept, by=stranger, at=AT) is None and not Part.objects.exists()


def test_custody_of_every_day_deletes_the_row(ada, wren):
    actions.set_custody(wren, monday=date(2026, 11, 18), weeks=1, days=[0, 1, 9], by=ada, at=AT)
    custody = Custody.objects.get()
    assert (custody.monday, custody.days) == (date(2026, 11, 16), [0, 1])

    actions.set_custody(wren, monday=date(2026, 11, 18), weeks=1, days=range(7), by=ada, at=AT)
    assert not Custody.objects.exists()


def test_plan_is_idempotent_and_can_be_undone(ada, wren):
    first = actions.plan(wren, transition="bed", practice="low-hum", by=ada, at=AT)
    assert actions.plan(wren, transition="bed", practice="low-hum", by=ada, at=AT) == first

    actions.end(first, by=ada, at=AT)
    assert planned.for_child(wren, ada.household, AT + timedelta(hours=1)) == []
    actions.reopen(first, by=ada, at=AT)
    assert planned.for_child(wren, ada.household, AT + timedelta(hours=1)) == [first]


def test_number_of_parts_is_limited(ada, wren):
    for n in range(actions.MOST):
        make.part(wren, begins=n)

    with pytest.raises(ActionRefused, match="list is full"):
        actions.add_part(wren, by=ada, at=AT, **part_columns())
