"""A moment told after Today offered it carries the offer: with what probability, from which pocket, for whom, and when."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from everyhour.domain.moments import pocket, pocket_reader
from everyhour.domain.moments.advisor import Wishes
from everyhour.domain.moments.models import Moment
from everyhour.features.moments.tests.test_telling_by_hand import log
from testing import make

pytestmark = pytest.mark.django_db
THURSDAY = datetime(2026, 11, 19, 23, 40, tzinfo=UTC)  # twenty to six in Chicago, before dinner


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(THURSDAY, tick=False) as moved:
        yield moved


@pytest.fixture
def ada(client):
    family = make.family()
    make.child(family, day={"dinner": 1095, "bed": 1200}, hard=["mealtime"], functions_like_age=7, no_touch=True, never=["low-hum"])
    ada = make.guardian(family)
    client.force_login(ada.person)
    return ada


def offered(client) -> str:
    return client.get("/en/today/").context["today"].next.practice


def test_the_moment_it_leads_to_keeps_the_draw(client, ada, clock):
    practice = offered(client)
    clock.shift(timedelta(minutes=25))

    log(client, what=practice, outcome="settled")

    moment = Moment.objects.get()
    (offer,) = moment.decision
    assert (moment.origin, offer["practice"], offer["edition"]) == ("plan", practice, moment.edition.number)
    assert (offer["state"], offer["situation"], offer["part"], offer["offered_at"]) == (
        "calm", "mealtime", "dinner", "2026-11-19T23:40:00+00:00",
    )  # fmt: skip


def test_from_what_is_kept_the_draw_can_be_made_again(client, ada, clock):
    log(client, what=offered(client))
    (offer,) = Moment.objects.get().decision

    wishes = Wishes(age=offer["age"], touch=offer["touch"], never=frozenset(offer["never"].split()))
    again = pocket_reader.offer(
        pocket.current("en"), state=offer["state"], situation=offer["situation"], seen=[], wishes=wishes, draw=offer["draw"]
    )

    assert offer["pocket"] == pocket.current("en")["version"]
    assert (again.slug, again.probability, again.among) == (offer["practice"], offer["probability"], offer["among"])


def test_what_was_not_offered_or_was_before_the_offer_came_by_itself(client, ada, clock):
    practice = offered(client)
    other = next(slug for slug in ("i-am-here", "walk-side-by-side") if slug != practice)

    log(client, what=other)
    log(client, what=practice, day="2026-11-18")
    clock.shift(timedelta(hours=13))
    log(client, what=practice)

    assert [(moment.origin, moment.decision) for moment in Moment.objects.all()] == [("spontaneous", [])] * 3
