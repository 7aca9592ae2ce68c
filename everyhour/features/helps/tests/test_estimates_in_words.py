"""Sentences of the page about current estimates, and when they were learned."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from everyhour.domain.families.models import Caregiver, Level
from everyhour.domain.recommendations import bundle, child_bundle, estimates, training
from everyhour.features.helps.tests.test_helps_pages import create_tries, see
from testing import make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("library")]

NIGHT = datetime(2026, 11, 19, 9, 30, tzinfo=UTC)  # half past three in Chicago
EVENING = datetime(2026, 11, 19, 23, 40, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(EVENING, tick=False) as moved:
        yield moved


@pytest.fixture
def ada():
    family = make.family()
    make.child(family, functions_like_age=7)
    return make.guardian(family, name="Ada")


def sentence_for(answer, practice: str) -> str:
    rows = [pair for card in answer.context["cards"] for pair in card.rows]
    rows += [pair for card in answer.context["folded"] for pair in card.rows]
    return next(said.suggestion for row, said in rows if row.practice == practice)


def before_the_night(ada, outcomes: str, **more) -> None:
    create_tries(ada, outcomes, changed_at=NIGHT - timedelta(days=1), **more)


def test_page_says_which_practices_come_up_more_and_less(client, ada):
    before_the_night(ada, "s" * 14)
    before_the_night(ada, "n" * 14, practice="low-hum")
    training.learn(at=NIGHT)

    answer = see(client, ada)

    assert (
        sentence_for(answer, "wall-push")
        == "We suggest this more often at bedtime than at the start."
    )
    assert sentence_for(answer, "low-hum").startswith(
        ("We suggest this less often at bedtime", "We suggest this at bedtime about as often")
    )
    assert "We learned this last night from 28 tries." in answer.text


def test_page_before_first_training_says_tomorrow(client, ada):
    create_tries(ada, "s")

    assert "From tomorrow, ideas will take these tries into account." in see(client, ada).text


def test_tries_after_training_are_not_counted_as_learned(client, ada, clock):
    before_the_night(ada, "ss")
    training.learn(at=NIGHT)
    create_tries(ada, "s", changed_at=EVENING)

    assert "We learned this last night from 2 tries." in see(client, ada).text

    clock.shift(timedelta(days=3))
    assert "We learned this on Nov 19 from 2 tries." in see(client, ada).text


def test_never_applies_at_once(client, ada):
    before_the_night(ada, "sss")
    ada.family.children.update(never=["wall-push"])

    assert sentence_for(see(client, ada), "wall-push") == "Not suggested: You said never."


def test_page_without_tries_says_nothing(client, ada):
    answer = see(client, ada)

    assert answer.context["learned"] == ""
    assert not any(card.rows for card in answer.context["cards"])


def test_shared_tries_of_other_home_are_counted_not_learned(client):
    family = make.family(households=2)
    here, there = family.households.all()
    child = make.child(family)
    ada, otto = (
        make.guardian(family, household=here),
        make.guardian(family, household=there, name="Otto"),
    )
    make.household_share(there, here, child, Level.MOMENTS)
    before_the_night(otto, "s" * 9)
    training.learn(at=NIGHT)

    answer = see(client, ada)

    assert answer.context["learned"] == "" and "Learned" not in answer.text
    assert sentence_for(answer, "wall-push") == ""


def test_others_private_tries_are_not_in_the_learned_count(client, ada):
    otto = make.guardian(ada.family, name="Otto")
    before_the_night(otto, "sssss", private=True)
    before_the_night(ada, "s")
    training.learn(at=NIGHT)

    assert "We learned this last night from 1 try." in see(client, ada).text


def test_only_guardians_see_the_never_link(client, ada):
    before_the_night(ada, "sss")
    teacher = make.giver(
        ada.family, who=make.person(), name="Ms. Lee", may=[Caregiver.LOG, Caregiver.SEE_HELPS]
    )

    assert "Never suggest this" in see(client, ada).text
    assert "Never suggest this" not in see(client, teacher).text


def test_damaged_model_still_shows_counts(client, ada):
    before_the_night(ada, "sss")
    model_version = training.learn(at=NIGHT)
    type(model_version).objects.filter(pk=model_version.pk).update(body=b"damaged")

    answer = see(client, ada)

    assert "Helped 3 of 3 times, at bedtime" in answer.text


def test_page_agrees_with_the_phones_probabilities(client, ada):
    child, zone = ada.family.children.get(), "America/Chicago"
    places = {p["slug"]: n for n, p in enumerate(bundle.current("en")["practices"])}

    def on_the_phone() -> float:
        composed = child_bundle.compose(
            child, ada.household, bundle.current("en"), zone=zone, at=EVENING
        )
        return dict(map(tuple, composed["chances"]["alarm"]["bedtime"]))[places["wall-push"]]

    start = on_the_phone()
    before_the_night(ada, "s" * 14)
    training.learn(at=NIGHT)

    summary = estimates.summarize(
        child, ada.household, [("wall-push", "bedtime")], state="alarm", zone=zone, at=EVENING
    )
    assert summary.says["wall-push", "bedtime"] == estimates.MORE
    assert on_the_phone() > start * 1.5
