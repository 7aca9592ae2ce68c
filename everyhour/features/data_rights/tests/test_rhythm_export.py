"""Export, import and erasure of the days of a home."""

import json

import pytest

from everyhour.domain.rhythm import calendars
from everyhour.domain.rhythm.models import (
    Calendar,
    Custody,
    Feed,
    Occurrence,
    Part,
    Planned,
    Season,
)
from everyhour.domain.rhythm.tests.test_calendars import PIANO, SINCE, ical
from everyhour.features.data_rights import archive
from everyhour.foundation import data_rights
from testing import make

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
MODELS = (Part, Season, Custody, Planned, Calendar, Occurrence, Feed)


@pytest.fixture
def ada():
    family = make.family(households=2)
    here, there = family.households.all()
    wren = make.child(family)
    ada, otto = make.guardian(family, household=here), make.guardian(family, household=there)
    for by in (ada, otto):
        make.part(wren, household=by.household, name=f"piano {by.pk}")
        make.planned(wren, by=by)
        Custody.objects.create(
            family=family, child=wren, household=by.household, monday=SINCE, weeks=1, days=[1, 2]
        )
        calendars.add_file(ical(PIANO), name=f"club {by.pk}", means="appointments", by=by, at=SINCE)
        Feed.objects.create(family=family, caregiver=by, token_digest=by.pk, created_at=SINCE)
    Season.objects.create(family=family, child=wren, kind="term", first=SINCE, last=SINCE)
    return ada


def test_guardian_exports_days_of_own_home_only(ada):
    exported = data_rights.serialize(data_rights.export(ada.person)).decode()
    otto = ada.family.caregivers.exclude(pk=ada.pk).get()

    assert (
        f"piano {ada.pk}" in exported
        and f"club {ada.pk}" in exported
        and "SUMMARY:Piano" in exported
    )
    assert f"piano {otto.pk}" not in exported and f"club {otto.pk}" not in exported
    assert len(json.loads(exported)["seasons"]) == 1


def test_giver_exports_no_days(ada):
    nana = make.giver(ada.family, who=make.person(), may=["see_week"])

    exported = data_rights.export(nana.person)

    assert all(
        exported[name] == [] for name in ("parts", "seasons", "custodies", "planned", "calendars")
    )


def test_imported_days_are_identical(ada):
    otto = ada.family.caregivers.exclude(pk=ada.pk).get()
    before = data_rights.serialize(data_rights.export(ada.person))
    for one in (otto, ada):
        data_rights.erase(one.person, at=SINCE)
    assert not any(model.objects.exists() for model in MODELS)

    person = archive.load_into_new_account(json.loads(before), at=SINCE)

    assert data_rights.serialize(data_rights.export(person)) == before
    assert calendars.refresh_due(SINCE) == 1 and Occurrence.objects.exists()


@pytest.mark.parametrize("days", ["abc", 5, [9], [True], {"0": 1}, list(range(7)) * 2])
def test_invalid_days_are_rejected(ada, days):
    exported = json.loads(data_rights.serialize(data_rights.export(ada.person)))
    exported["parts"][0]["weekdays"] = days
    for one in ada.family.caregivers.all():
        data_rights.erase(one.person, at=SINCE)

    with pytest.raises(data_rights.ImportRejected):
        archive.load_into_new_account(exported, at=SINCE)


def test_erasure_deletes_own_calendar_and_feed(ada):
    eve = make.guardian(ada.family, household=ada.household)
    data_rights.erase(ada.person, at=SINCE)

    assert Part.objects.filter(household=eve.household).exists()
    assert not Calendar.objects.filter(household=eve.household).exists()
    assert not Feed.objects.filter(caregiver=ada).exists()


def test_deleted_home_deletes_its_days(ada):
    data_rights.erase(ada.person, at=SINCE)

    assert not Part.objects.filter(household=ada.household).exists() and Part.objects.exists()
