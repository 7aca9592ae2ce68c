"""Cards for the caregiver are for this child's age and for who they are to the child."""

import json
import subprocess

import pytest

from everyhour.domain.families.models import Caregiver
from everyhour.domain.practices.vocabulary import CAREGIVER_STATES, RELATIONS
from everyhour.domain.recommendations import bundle, bundle_reader
from everyhour.domain.recommendations.advisor import GATES, Wishes
from testing.test_javascript import FOLDER, node

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("library")]

BABY, KIN = "afraid-of-hurting-a-baby", "my-own-childs-child"


def slugs(state: str, age: int | None = None, relation: str = "") -> set[str]:
    wishes = Wishes(age=age, real_age=age, gates=GATES)
    cards = bundle_reader.cards_for(bundle.current("en"), state, wishes, relation)
    return {card["slug"] for card in cards}


def test_card_about_a_baby_is_not_for_a_teenagers_caregiver():
    assert BABY in slugs("flooded", 1)
    assert BABY in slugs("flooded")
    assert BABY not in slugs("flooded", 15)


def test_card_for_grandparents_is_not_for_a_foster_carer():
    assert KIN in slugs("steady", relation="grandparent")
    assert KIN in slugs("steady")
    assert KIN not in slugs("steady", relation="foster_carer")


def test_every_caregiver_has_a_card_in_every_state():
    for state in CAREGIVER_STATES:
        for relation in RELATIONS:
            assert slugs(state, 15, relation), (state, relation)


def test_relations_are_those_of_the_families():
    assert set(RELATIONS) == {str(value) for value in Caregiver.Relation.values}


def test_phone_and_server_have_the_same_cards():
    asked = [
        {"state": state, "age": age, "relation": relation}
        for state in CAREGIVER_STATES
        for age in (None, 1, 15)
        for relation in ("", *RELATIONS)
    ]
    done = subprocess.run(
        [node(), FOLDER / "cards.mjs"],
        input=json.dumps({"bundle": bundle.current("en"), "cases": asked}),
        capture_output=True,
        text=True,
    )

    assert done.returncode == 0, done.stderr
    assert [set(found) for found in json.loads(done.stdout)] == [
        slugs(case["state"], case["age"], case["relation"]) for case in asked
    ]
