"""Who hears of what: those who may see it, and nobody else, not even that there was something."""

import asyncio

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection

from everyhour.config import announcements
from everyhour.domain.families.models import Caregiver, Level
from everyhour.domain.moments.models import Moment
from everyhour.domain.moments.signals import moments_changed
from everyhour.foundation.accounts.signals import signed_out_everywhere
from everyhour.foundation.live import announcing
from everyhour.foundation.live.hub import Hub, hub
from everyhour.foundation.ui.tests import served
from testing import make

announcements.connect()


@pytest.fixture(autouse=True)
def heard(monkeypatch, settings):
    """What the hub would say, with everybody listening."""
    said: list = []
    monkeypatch.setattr(announcing, "several", lambda: False)
    monkeypatch.setattr(hub, "heard", lambda channel: True)
    monkeypatch.setattr(
        hub, "publish", lambda channel, kind, ids=(): said.append((channel, kind, ids))
    )
    monkeypatch.setattr(hub, "close", lambda person=None: said.append(("close", person)))
    return said


@pytest.fixture
def homes(db):
    family = make.family(households=2)
    here, there = family.households.all()
    child = make.child(family)
    return (
        family,
        child,
        make.guardian(family, household=here, name="Ada"),
        make.guardian(family, household=there, name="Otto"),
    )


def told(*moments: Moment) -> None:
    moments_changed.send(
        sender=Moment, family=moments[0].family_id, moments=[moment.pk for moment in moments]
    )


@pytest.mark.django_db(transaction=True)
def test_the_other_home_hears_only_when_it_may_see(homes, heard):
    _family, child, ada, otto = homes
    moment = make.moment(ada, child=child)

    told(moment)
    assert heard == [(f"caregiver:{ada.pk}", "moments", (moment.pk,))]

    heard.clear()
    make.household_share(ada.household, otto.household, child, Level.HOURS)
    told(moment)
    assert {channel for channel, _kind, _ids in heard} == {
        f"caregiver:{ada.pk}",
        f"caregiver:{otto.pk}",
    }


@pytest.mark.django_db(transaction=True)
def test_what_is_private_and_what_a_giver_may_not_see_is_not_even_hinted_at(homes, heard):
    family, child, ada, _otto = homes
    beside = make.guardian(family, name="Bea")
    make.giver(family, who=make.person())

    told(make.moment(ada, child=child, private=True))
    assert [channel for channel, *_ in heard] == [f"caregiver:{ada.pk}"]

    heard.clear()
    told(make.moment(ada, child=child))
    assert {channel for channel, *_ in heard} == {f"caregiver:{ada.pk}", f"caregiver:{beside.pk}"}


@pytest.mark.django_db(transaction=True)
def test_a_moment_that_was_taken_out_is_told_of_too(homes, heard):
    _family, child, ada, _otto = homes

    told(make.moment(ada, child=child, deleted=True))

    assert len(heard) == 1


@pytest.mark.django_db(transaction=True)
def test_leaving_a_family_closes_the_pages(homes, heard):
    _family, _child, _ada, otto = homes

    otto.until = make.MONDAY
    otto.save()

    assert heard == [("close", otto.person_id)]


@pytest.mark.django_db(transaction=True)
def test_showing_less_or_more_is_seen_at_once_in_the_other_home(homes, heard):
    _family, child, ada, otto = homes

    make.household_share(ada.household, otto.household, child, Level.MOMENTS)

    assert heard == [(f"caregiver:{otto.pk}", "refresh", ())]


@pytest.mark.django_db(transaction=True)
def test_signing_out_everywhere_closes_the_pages(homes, heard):
    _family, _child, ada, _otto = homes

    signed_out_everywhere.send(sender=None, person=ada.person, kept="")

    assert heard == [("close", ada.person_id)]


@pytest.mark.django_db(transaction=True)
def test_the_end_of_a_session_closes_the_pages(homes, heard):
    _family, _child, ada, _otto = homes
    session = SessionStore()
    session["_auth_user_id"] = ada.person_id
    session.save()

    session.delete()

    assert heard == [("close", ada.person_id)]


@pytest.mark.django_db(transaction=True)
def test_nobody_works_out_what_nobody_hears(homes, heard, monkeypatch, django_assert_num_queries):
    _family, child, ada, _otto = homes
    moment = make.moment(ada, child=child)
    monkeypatch.setattr(hub, "heard", lambda channel: False)

    with django_assert_num_queries(2):  # who could hear; and whether a nudge led to it
        told(moment)

    assert heard == []


def test_the_door_is_told_who_this_is_and_what_they_may_hear(client, homes, settings):
    settings.STATIC_ROOT = served.assets()
    _family, _child, ada, _otto = homes

    assert client.get("/live/", headers={"Accept": "application/json"}).status_code == 401
    client.force_login(ada.person)
    assert client.get("/live/").json() == {
        "person": ada.person_id,
        "channels": [f"caregiver:{ada.pk}"],
    }

    Caregiver.objects.update(until=make.MONDAY)
    assert client.get("/live/").status_code == 404


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one web process")
def test_every_process_hears_through_postgresql(monkeypatch):
    monkeypatch.setattr(announcing, "several", lambda: True)
    here = Hub()

    async def story():
        with here.subscribe(["caregiver:x"], person="x") as listening:
            line = await asyncio.to_thread(apart, announcing.bridge, here)
            assert (await listening.next(5)).kind == "refresh"
            await asyncio.to_thread(apart, announcing.announce, "caregiver:x", "moments", ("m1",))
            event = await listening.next(5)
            assert (event.kind, event.ids) == ("moments", ("m1",))
            await asyncio.to_thread(apart, announcing.close, "x")
            assert (await listening.next(5)).kind == "bye"
            await asyncio.to_thread(line.stop)

    asyncio.run(story())


def apart(act, *values):
    """Act as another process would, and leave no connection behind."""
    try:
        return act(*values)
    finally:
        connection.close()
