"""Our library against every safety gate, through the bundle and the draw."""

from itertools import product

import pytest

from everyhour.domain.practices.tests.libraries import real
from everyhour.domain.practices.vocabulary import SITUATIONS, STATES
from everyhour.domain.recommendations import advisor, bundle, bundle_reader
from everyhour.domain.recommendations.advisor import AGE_BOUND, PRESENCE_ONLY, Wishes
from everyhour.engine.choosing import allowed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("library")]

FACTS = {slug: file.facts for (kind, slug), file in real().items.items() if kind == "activity"}
AGES = (None, 0, 2, 3, 4, 5, 6, 7, 8, 12, 17)


def reasons_against(facts: dict, state: str, wishes: Wishes) -> list[str]:
    """Return the reasons against offering a practice, independently of the engine."""
    reasons = {
        "not for this state": state not in facts["states"],
        "only presence now": state in PRESENCE_ONLY and not facts["presence"],
        "touch is not wanted": facts["touch"] == "needed" and not wishes.touch,
        "a danger, and the age is unknown": wishes.age is None
        and bool(set(facts["cautions"]) & AGE_BOUND),
        "not for this age": wishes.age is not None
        and not facts["age"]["from"] <= wishes.age <= facts["age"]["to"],
    }
    return [reason for reason, holds in reasons.items() if holds]


@pytest.mark.parametrize("slug", FACTS)
def test_rule_agrees_with_the_facts_for_every_state_age_and_touch(slug):
    candidate = advisor.build_candidate(slug, FACTS[slug])

    for state, age, touch in product(STATES, AGES, (True, False)):
        wishes = Wishes(age=age, touch=touch)
        assert allowed(candidate, state, wishes) is (
            not reasons_against(FACTS[slug], state, wishes)
        ), (state, wishes)
        assert not allowed(candidate, state, Wishes(age=age, touch=touch, never=frozenset({slug})))


def test_library_has_88_practices_and_some_for_each_gate():
    cautions = [set(facts["cautions"]) for facts in FACTS.values()]

    assert len(FACTS) == 88
    assert all(any(danger in found for found in cautions) for danger in AGE_BOUND)
    assert {facts["touch"] for facts in FACTS.values()} == {"none", "optional", "needed"}
    assert any(facts["presence"] for facts in FACTS.values())


@pytest.mark.parametrize("touch", [True, False], ids=["touch wanted", "no touch"])
@pytest.mark.parametrize("state", STATES)
def test_every_drawn_practice_is_allowed(state, touch):
    current = bundle.current("en")

    for situation, age, draw in product((*SITUATIONS, "any"), AGES, (0.0, 0.4, 0.8, 1 - 2**-53)):
        wishes = Wishes(age=age, touch=touch)
        choice = bundle_reader.offer(
            current, state=state, situation=situation, seen=[], wishes=wishes, draw=draw
        )
        assert choice is None or reasons_against(FACTS[choice.slug], state, wishes) == [], (
            situation,
            wishes,
            choice,
        )


@pytest.mark.parametrize("state", STATES)
def test_guest_without_limits_always_gets_an_offer(state):
    current = bundle.current("en")

    offers = [
        bundle_reader.offer(current, state=state, situation=s, seen=[], wishes=Wishes(), draw=0.5)
        for s in (*SITUATIONS, "any")
    ]

    assert None not in offers


def test_offers_do_not_repeat_and_then_end():
    current, seen = bundle.current("en"), []

    while choice := bundle_reader.offer(
        current, state="alarm", situation="homework", seen=seen, wishes=Wishes(), draw=0.99
    ):
        assert choice.slug not in seen
        seen.append(choice.slug)

    assert len(seen) >= 3
    shown = bundle_reader.shown(current, None, state="alarm", situation="homework")
    assert (shown["practice"], shown["cautions"]) == (None, [])
    assert shown["new"] and shown["say"] == shown["other_words"][0]


def test_offer_record_has_its_probability_and_version():
    current = bundle.current("en")
    choice = bundle_reader.offer(
        current, state="fear", situation="any", seen=[], wishes=Wishes(), draw=0.168
    )

    record = bundle_reader.offer_record(current, choice)

    assert record == {
        "practice": choice.slug,
        "edition": 1,
        "pocket": current["version"],
        "rule": advisor.RULE,
        "probability": choice.probability,
        "among": choice.among,
        "draw": 0.168,
    }


def test_words_fit_the_state_and_driver_caution_shows_in_the_car():
    current = bundle.current("en")

    at_fear = bundle_reader.shown(current, "i-am-here", state="fear", situation="bedtime")
    at_home = bundle_reader.shown(current, "presence-space-exits", state="fear", situation="any")
    in_the_car = bundle_reader.shown(current, "presence-space-exits", state="fear", situation="car")

    assert at_fear["say"] == "I am here."
    driver = current["cautions"]["driver"]
    assert driver in in_the_car["cautions"]
    assert driver not in at_home["cautions"]


def test_items_for_the_situation_come_before_those_for_any():
    items = [{"states": ["alarm"], "situations": s} for s in ([], ["homework"], ["car"])] + [
        {"states": ["calm"], "situations": []}
    ]

    assert bundle_reader.items_for(items, "alarm", "homework") == [items[1], items[0]]
