"""The origin of a moment: an offer with its decision, a plan, a line, or none."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from everyhour.domain.families.models import Caregiver
from everyhour.domain.moments.models import Moment
from everyhour.domain.recommendations import decisions, training
from everyhour.domain.recommendations.models import Decision
from everyhour.features.moments.tests.test_logging import log
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
    make.child(
        family,
        day={"dinner": 1095, "bed": 1200},
        hard=["mealtime"],
        functions_like_age=7,
        no_touch=True,
        never=["low-hum"],
    )
    ada = make.guardian(family)
    client.force_login(ada.person)
    return ada


def make_offer(client) -> str:
    return client.get("/en/today/").context["today"].next.practice


def test_moment_keeps_the_decision_that_led_to_it(client, ada, clock):
    practice = make_offer(client)
    clock.shift(timedelta(minutes=25))

    log(client, what=practice, outcome="settled")

    moment, kept = Moment.objects.get(), Decision.objects.get()
    (sent,) = moment.decision
    assert (moment.origin, sent["practice"], sent["decision"]) == ("plan", practice, kept.pk)
    assert (sent["rule"], sent["probability"]) == ("learned-1", decisions.decode(kept).probability)
    assert (sent["state"], sent["situation"], sent["offered_at"]) == (
        "calm",
        "mealtime",
        "2026-11-19T23:40:00+00:00",
    )


def test_decision_can_be_replayed_from_its_row(client, ada):
    log(client, what=make_offer(client))
    (sent,) = Moment.objects.get().decision

    assert decisions.replays_same(Decision.objects.get(pk=sent["decision"]))


def test_outcome_is_used_in_nightly_training(client, ada, clock):
    practice = make_offer(client)
    log(client, what=practice, outcome="settled", state_before="calm")

    assert training.learn(at=THURSDAY + timedelta(hours=9)).outcomes == 1


def test_coparents_offer_counts_as_origin(client, ada):
    practice = make_offer(client)
    otto = make.guardian(ada.family, name="Otto")
    client.force_login(otto.person)

    log(client, what=practice)

    assert Moment.objects.get().decision[0]["decision"] == Decision.objects.get().pk


def test_caregiver_without_offers_has_no_decision(client, ada):
    practice = make_offer(client)
    nana = make.giver(ada.family, who=make.person(), may=[Caregiver.LOG])
    client.force_login(nana.person)

    log(client, what=practice)

    assert Moment.objects.get().decision == []


def test_moment_for_grown_up_is_spontaneous(client, ada):
    log(client, what=make_offer(client), kind="got")

    assert Moment.objects.get().decision == []


def test_moment_without_earlier_offer_is_spontaneous(client, ada, clock):
    practice = make_offer(client)
    other = next(slug for slug in ("i-am-here", "walk-side-by-side") if slug != practice)

    log(client, what=other)
    log(client, what=practice, day="2026-11-18")
    clock.shift(timedelta(hours=13))
    log(client, what=practice)

    assert [(moment.origin, moment.decision) for moment in Moment.objects.all()] == [
        ("spontaneous", [])
    ] * 3


def test_planned_practice_has_origin_plan(client, ada):
    wren = ada.family.children.get()
    make.planned(wren, by=ada, practice="walk-side-by-side", at=THURSDAY - timedelta(days=2))

    log(client, what="walk-side-by-side")
    log(client, what="i-am-here")

    assert {moment.practice: moment.origin for moment in Moment.objects.all()} == {
        "walk-side-by-side": "plan",
        "i-am-here": "spontaneous",
    }
