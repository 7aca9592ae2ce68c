"""Open pages are updated for those who may see a change; others get no event at all."""

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
def events(monkeypatch, settings):
    """What the hub publishes and closes, as if every channel had a listener."""
    events: list = []
    monkeypatch.setattr(announcing, "several", lambda: False)
    monkeypatch.setattr(hub, "heard", lambda channel: True)
    monkeypatch.setattr(
        hub, "publish", lambda channel, kind, ids=(): events.append((channel, kind, ids))
    )
    monkeypatch.setattr(hub, "close", lambda person=None: events.append(("close", person)))
    return events


@pytest.fixture
def homes(db):
    family = make.family(households=2)
    first, second = family.households.all()
    child = make.child(family)
    return (
        family,
        child,
        make.guardian(family, household=first, name="Ada"),
        make.guardian(family, household=second, name="Otto"),
    )


def announce(*moments: Moment) -> None:
    moments_changed.send(
        sender=Moment, family=moments[0].family_id, moments=[moment.pk for moment in moments]
    )


@pytest.mark.django_db(transaction=True)
def test_other_household_gets_events_only_of_shared_moments(homes, events):
    _family, child, ada, otto = homes
    moment = make.moment(ada, child=child)

    announce(moment)
    assert events == [(f"caregiver:{ada.pk}", "moments", (moment.pk,))]

    events.clear()
    make.household_share(ada.household, otto.household, child, Level.HOURS)
    announce(moment)
    assert {channel for channel, _kind, _ids in events} == {
        f"caregiver:{ada.pk}",
        f"caregiver:{otto.pk}",
    }


@pytest.mark.django_db(transaction=True)
def test_private_moments_and_givers_get_no_event(homes, events):
    family, child, ada, _otto = homes
    beside = make.guardian(family, name="Bea")
    make.giver(family, who=make.person())

    announce(make.moment(ada, child=child, private=True))
    assert [channel for channel, *_ in events] == [f"caregiver:{ada.pk}"]

    events.clear()
    announce(make.moment(ada, child=child))
    assert {channel for channel, *_ in events} == {f"caregiver:{ada.pk}", f"caregiver:{beside.pk}"}


@pytest.mark.django_db(transaction=True)
def test_deleted_moment_is_announced(homes, events):
    _family, child, ada, _otto = homes

    announce(make.moment(ada, child=child, deleted=True))

    assert len(events) == 1


@pytest.mark.django_db(transaction=True)
def test_leaving_a_family_closes_open_pages(homes, events):
    _family, _child, _ada, otto = homes

    otto.until = make.MONDAY
    otto.save()

    assert events == [("close", otto.person_id)]


@pytest.mark.django_db(transaction=True)
def test_changed_share_refreshes_the_other_household(homes, events):
    _family, child, ada, otto = homes

    make.household_share(ada.household, otto.household, child, Level.MOMENTS)

    assert events == [(f"caregiver:{otto.pk}", "refresh", ())]


@pytest.mark.django_db(transaction=True)
def test_signing_out_everywhere_closes_open_pages(homes, events):
    _family, _child, ada, _otto = homes

    signed_out_everywhere.send(sender=None, person=ada.person, kept="")

    assert events == [("close", ada.person_id)]


@pytest.mark.django_db(transaction=True)
def test_ending_a_session_closes_open_pages(homes, events):
    _family, _child, ada, _otto = homes
    session = SessionStore()
    session["_auth_user_id"] = ada.person_id
    session.save()

    session.delete()

    assert events == [("close", ada.person_id)]


@pytest.mark.django_db(transaction=True)
def test_no_permissions_are_queried_without_listeners(
    homes, events, monkeypatch, django_assert_num_queries
):
    _family, child, ada, _otto = homes
    moment = make.moment(ada, child=child)
    monkeypatch.setattr(hub, "heard", lambda channel: False)

    with django_assert_num_queries(2):  # the caregivers; and whether a nudge led to it
        announce(moment)

    assert events == []


def test_live_view_returns_person_and_channels(client, homes, settings):
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
def test_events_reach_other_processes_through_postgresql(monkeypatch):
    monkeypatch.setattr(announcing, "several", lambda: True)
    local = Hub()

    async def scenario():
        with local.subscribe(["caregiver:x"], person="x") as listening:
            line = await asyncio.to_thread(in_own_connection, announcing.bridge, local)
            assert (await listening.next(5)).kind == "refresh"
            await asyncio.to_thread(
                in_own_connection, announcing.announce, "caregiver:x", "moments", ("m1",)
            )
            event = await listening.next(5)
            assert (event.kind, event.ids) == ("moments", ("m1",))
            await asyncio.to_thread(in_own_connection, announcing.close, "x")
            assert (await listening.next(5)).kind == "bye"
            await asyncio.to_thread(line.stop)

    asyncio.run(scenario())


def in_own_connection(act, *values):
    """Act as another process would: with a connection of its own, closed afterwards."""
    try:
        return act(*values)
    finally:
        connection.close()
