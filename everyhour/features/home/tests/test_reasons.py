"""Why this, and why not another: plain sentences from what a decision kept, counts only for who may see them, never more than is held."""

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


def said(
    *codes: dict, counts: bool = True, situation: str = "bedtime", child=WREN, **told
) -> reasons.Why:
    held = {
        "among": 12,
        "reasons": list(codes),
        "sureness": "sure",
        "helped": 7,
        "tried": 9,
        "others": [],
        "probability": 0.2,
        **told,
    }
    why = reasons.reasons_in_words(
        held, titles=TITLES, child=child, situation=situation, counts=counts
    )
    assert why is not None
    return why


def test_mostly_because_it_helped_and_a_little_because_of_a_liking():
    assert said(HELPED, LIKES, here={"helped": 7, "tried": 9}).because == (
        "Mostly because it helped 7 of 9 times at bedtime; a little because Wren seems to like heavy work.",
        "We’re fairly sure.",
        "Picked from 12 that fit now.",
    )


def test_tried_in_other_hours_counts_without_naming_this_one():
    assert (
        said(HELPED, here={"helped": 0, "tried": 1}).because[0]
        == "Mostly because it helped 7 of 9 times."
    )


def test_the_count_is_said_beside_other_reasons():
    assert said(EFFORT).because[:2] == (
        "Mostly because it doesn’t ask much of you.",
        "So far it helped 7 of 9 times.",
    )


def test_a_child_without_a_name_is_no_he_and_no_she():
    assert said({**LIKES, "strength": "mostly"}, child=("your child", "Your child")).because[0] == (
        "Mostly because your child seems to like heavy work."
    )


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ({"tried": 0, "helped": 0}, "This is still a guess: you haven’t tried it yet."),
        ({"tried": 2, "helped": 2}, "This is still a guess."),
        ({"sureness": "a_guess"}, "This is still a guess."),
        ({"sureness": "fairly"}, "We’re fairly sure."),
        ({"sureness": "even", "reasons": []}, "This is still a guess."),
    ],
)
def test_how_sure_is_said_honestly(told, sentence):
    assert sentence in said(EFFORT, **told).because


def test_who_may_not_see_what_helps_reads_no_count_and_nothing_that_was_learned():
    told = said(HELPED, LIKES, EFFORT, counts=False, here={"helped": 7, "tried": 9})

    assert told.because == (
        "Mostly because it doesn’t ask much of you.",
        "This is still a guess.",
        "Picked from 12 that fit now.",
    )


@pytest.mark.parametrize(
    ("other", "reason"),
    [
        ({"slug": "low-hum", "rule": "never", "probability": 0.0}, "You said never."),
        ({"slug": "low-hum", "rule": "touch", "probability": 0.0}, "It asks for touch."),
        ({"slug": "low-hum", "rule": "age", "probability": 0.0}, "It is not for Wren’s age."),
        (
            {"slug": "low-hum", "rule": "", "probability": 0.3},
            "It was likelier, but we mix things up.",
        ),
        ({"slug": "low-hum", "rule": "", "probability": 0.1}, "Either could have come up."),
    ],
)
def test_why_not_another_is_a_rule_or_the_draw(other, reason):
    assert said(EFFORT, others=[other]).others == (reasons.Other("One low hum", reason),)


def test_what_left_the_library_and_rules_nobody_words_are_left_out():
    assert (
        said(
            EFFORT, others=[{"slug": "gone", "rule": ""}, {"slug": "low-hum", "rule": "kind"}]
        ).others
        == ()
    )


@pytest.mark.parametrize("told", [None, {}, {"among": "many"}, [1], {"reasons": []}])
def test_a_row_that_holds_no_reason_says_nothing(told):
    assert (
        reasons.reasons_in_words(told, titles=TITLES, child=WREN, situation="any", counts=True)
        is None
    )


NOW = datetime(2026, 11, 19, 23, 40, tzinfo=UTC)


@pytest.mark.django_db
@pytest.mark.usefixtures("library")
@time_machine.travel(NOW, tick=False)
def test_a_giver_who_sees_the_week_and_not_what_helps_reads_no_count_on_the_page(client):
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
