"""Sentences that explain a suggestion and its alternatives, from a decision's stored reasons."""

from datetime import UTC, datetime

import pytest
import time_machine

from everyhour.domain.families.models import Caregiver
from everyhour.domain.recommendations.models import Decision
from everyhour.features.home import reasons
from testing import make

TITLES = {
    "wall-push": "Push the wall together",
    "low-hum": "One low hum",
    "warm-nest": "A warm nest",
}
WREN = ("Wren", "Wren")
LIKES = {"code": "likes", "about": "heavy_work", "strength": "a_little"}
HELPED = {"code": "helped_before", "about": "wall-push", "strength": "mostly"}
EFFORT = {"code": "effort", "about": "heavy_work", "strength": "mostly"}


def explain(
    *codes: dict, counts: bool = True, situation: str = "bedtime", child=WREN, **stored
) -> reasons.Why:
    body = {
        "among": 12,
        "reasons": list(codes),
        "sureness": "sure",
        "helped": 7,
        "tried": 9,
        "others": [],
        "probability": 0.2,
        **stored,
    }
    why = reasons.explain(body, titles=TITLES, child=child, situation=situation, counts=counts)
    assert why is not None
    return why


def test_two_reasons_form_one_sentence_by_strength():
    assert explain(HELPED, LIKES, here={"helped": 7, "tried": 9}).because == (
        "Mostly because it helped 7 of 9 times at bedtime; "
        "a little because Wren seems to like heavy work.",
        "We’re fairly sure.",
        "Picked from 12 that fit now.",
    )


def test_success_elsewhere_counts_without_this_part_of_the_day():
    why = explain(HELPED, here={"helped": 0, "tried": 1})

    assert why.because[0] == "Mostly because it helped 7 of 9 times."


def test_count_follows_other_reasons():
    assert explain(EFFORT).because[:2] == (
        "Mostly because it doesn’t ask much of you.",
        "So far it helped 7 of 9 times.",
    )


def test_unnamed_child_is_called_your_child():
    why = explain({**LIKES, "strength": "mostly"}, child=("your child", "Your child"))

    assert why.because[0] == "Mostly because your child seems to like heavy work."


@pytest.mark.parametrize(
    ("stored", "sentence"),
    [
        ({"tried": 0, "helped": 0}, "This is still a guess: you haven’t tried it yet."),
        ({"tried": 2, "helped": 2}, "This is still a guess."),
        ({"sureness": "a_guess"}, "This is still a guess."),
        ({"sureness": "fairly"}, "We’re fairly sure."),
        ({"sureness": "even", "reasons": []}, "This is still a guess."),
    ],
)
def test_certainty_depends_on_the_number_of_tries(stored, sentence):
    assert sentence in explain(EFFORT, **stored).because


def test_without_access_to_helps_no_count_or_learned_reason_is_named():
    why = explain(HELPED, LIKES, EFFORT, counts=False, here={"helped": 7, "tried": 9})

    assert why.because == (
        "Mostly because it doesn’t ask much of you.",
        "This is still a guess.",
        "Picked from 12 that fit now.",
    )


@pytest.mark.parametrize(
    ("other", "reason"),
    [
        ({"slug": "low-hum", "rule": "never", "probability": 0.0}, "You said never."),
        ({"slug": "low-hum", "rule": "touch", "probability": 0.0}, "It needs touch."),
        ({"slug": "low-hum", "rule": "age", "probability": 0.0}, "It’s not for Wren’s age."),
        (
            {"slug": "low-hum", "rule": "", "probability": 0.3},
            "It was likelier, but we mix things up.",
        ),
        ({"slug": "low-hum", "rule": "", "probability": 0.1}, "Either could have come up."),
    ],
)
def test_other_candidates_name_a_rule_or_the_draw(other, reason):
    assert explain(EFFORT, others=[other]).others == (reasons.Other("One low hum", reason),)


def test_unknown_practices_and_rules_are_left_out():
    assert (
        explain(
            EFFORT, others=[{"slug": "gone", "rule": ""}, {"slug": "low-hum", "rule": "kind"}]
        ).others
        == ()
    )


@pytest.mark.parametrize("stored", [None, {}, {"among": "many"}, [1], {"reasons": []}])
def test_unreadable_reasons_return_none(stored):
    assert reasons.explain(stored, titles=TITLES, child=WREN, situation="any", counts=True) is None


NOW = datetime(2026, 11, 19, 23, 40, tzinfo=UTC)


@pytest.mark.django_db
@pytest.mark.usefixtures("library")
@time_machine.travel(NOW, tick=False)
def test_giver_without_access_to_helps_reads_no_count_on_today(client):
    family = make.family()
    make.child(family, day={"dinner": 1095}, hard=["mealtime"], functions_like_age=7)
    ada = make.guardian(family)
    nana = make.giver(family, who=make.person(), may=[Caregiver.LOG, Caregiver.SEE_WEEK])
    client.force_login(ada.person)
    client.get("/en/today/")
    kept = Decision.objects.get()
    why = {
        "among": 3,
        "reasons": [HELPED, EFFORT],
        "sureness": "sure",
        "helped": 9,
        "tried": 9,
        "others": [],
    }
    Decision.objects.update(body={**kept.body, "why": why})

    counted = client.get("/en/today/").text
    client.force_login(nana.person)
    plain = client.get("/en/today/").text

    assert "it helped 9 of 9 times" in counted and "Never suggest this" in counted
    assert "helped 9" not in plain and "it doesn’t ask much of you" in plain
    assert "Never suggest this" not in plain and kept.practice in plain
