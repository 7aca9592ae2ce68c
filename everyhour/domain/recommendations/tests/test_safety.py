"""Our library against every safety gate, through the bundle and the draw."""

from dataclasses import replace
from itertools import product

import pytest

from everyhour.domain.practices.tests.libraries import real
from everyhour.domain.practices.vocabulary import BODIES, SITUATIONS, STATES
from everyhour.domain.recommendations import advisor, bundle, bundle_reader
from everyhour.domain.recommendations.advisor import AGE_BOUND, GATES, PRESENCE_ONLY, Wishes
from everyhour.domain.recommendations.context import UNKNOWN
from everyhour.engine.choosing import allowed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("library")]

FACTS = {
    slug: {**file.facts, "bodies": file.bodies}
    for (kind, slug), file in real().items.items()
    if kind == "activity"
}
UNDRESSED = ("dressing", "pyjamas", "bath", "bedtime", "night")
DANGERS = ("being_hit", "dying", "gone")
EVENTS = {
    *("sibling", "screens", "public", "party", "goodbye", "visit", "cancelled_visit"),
    *("school_refusal", "moving", "repair", *DANGERS),
}


def child(months: int | None = None, acts: int | None = None, **said) -> Wishes:
    """Return the wishes for a child of so many months who acts like so many years."""
    real = None if months is None else months // 12
    said = {"touch": True, "care_touch": False, "gates": GATES, **said}
    baby = months if months is not None and months < 36 else None
    return Wishes(age=real if acts is None else acts, real_age=real, months=baby, **said)


CHILDREN = (
    UNKNOWN,
    *(child(months) for months in (0, 4, 8, 14, 25, 35)),
    *(child(12 * years) for years in (3, 4, 5, 6, 7, 8, 10, 12, 13, 17)),
    *(child(12 * years, 3) for years in (7, 12, 13, 16)),
    child(None, 4),
)


def reasons_against(facts: dict, state: str, situation: str, wishes: Wishes) -> list[str]:
    """Return the reasons against offering a practice, independently of the engine."""
    age, real = wishes.age, wishes.age if wishes.real_age is None else wishes.real_age
    months, cautions = facts.get("months"), set(facts.get("cautions") or [])
    dignity = facts.get("real_age") or {"from": 0, "to": max(12, facts["age"]["to"])}
    by_months = age is not None and wishes.months is not None and months
    by_years = age is not None and not by_months
    elsewhere = situation not in facts["situations"]
    reasons = {
        "not for this state": state not in facts["states"],
        "only presence now": state in PRESENCE_ONLY and not facts["presence"],
        "touch is not wanted": facts["touch"] == "needed" and not wishes.touch,
        "touch, undressed or in bed": facts["touch"] == "needed"
        and situation in UNDRESSED
        and not wishes.care_touch,
        "no way for this body": not wishes.bodies <= set(facts["bodies"]),
        "a danger, and the age is unknown": age is None and bool(cautions & AGE_BOUND),
        "for some ages, and the age is unknown": age is None
        and not (facts["age"]["from"] <= 6 and facts["age"]["to"] >= 9),
        "for babies or teenagers, and the age is unknown": age is None
        and bool(months or dignity["from"]),
        "not for these months": by_months and not months["from"] <= wishes.months <= months["to"],
        "not for this age": by_years and not facts["age"]["from"] <= age <= facts["age"]["to"],
        "not for this dignity": by_years and not dignity["from"] <= real <= dignity["to"],
        "made for another event": elsewhere and set(facts["situations"]) <= EVENTS,
        "not presence, in danger": elsewhere and situation in DANGERS and not facts["presence"],
        "for somewhere else, in fear": elsewhere
        and state in PRESENCE_ONLY
        and "any" not in facts["situations"],
        "lively at bath or bed": elsewhere
        and situation in (*UNDRESSED, "waking")
        and (facts["energy"] == "up" or "competition" in cautions),
    }
    return [reason for reason, holds in reasons.items() if holds]


@pytest.mark.parametrize("slug", FACTS)
def test_rule_agrees_with_the_facts_for_every_state_child_and_touch(slug):
    candidate = advisor.build_candidate(slug, FACTS[slug])

    for state, situation, wishes in product(STATES, (*SITUATIONS, "any"), CHILDREN):
        for said in (wishes, replace(wishes, touch=False), replace(wishes, care_touch=True)):
            against = reasons_against(FACTS[slug], state, situation, said)
            assert allowed(candidate, state, said, situation) is (not against), (against, said)
    assert not allowed(candidate, "calm", child(96, never=frozenset({slug})))


@pytest.mark.parametrize("slug", FACTS)
def test_rule_agrees_with_the_facts_for_every_body(slug):
    candidate = advisor.build_candidate(slug, FACTS[slug])

    for state, pair in product(STATES, product(BODIES, BODIES)):
        said = child(96, bodies=frozenset(pair))
        assert allowed(candidate, state, said) is (
            not reasons_against(FACTS[slug], state, "any", said)
        ), said


def test_library_has_practices_for_each_gate():
    cautions = [set(facts.get("cautions") or []) for facts in FACTS.values()]

    assert len(FACTS) >= 108
    assert all(any(danger in found for found in cautions) for danger in AGE_BOUND)
    assert {facts["touch"] for facts in FACTS.values()} == {"none", "optional", "needed"}
    assert any(facts["presence"] for facts in FACTS.values())
    assert any("months" in facts for facts in FACTS.values())
    assert any(facts.get("real_age", {}).get("from") == 12 for facts in FACTS.values())
    assert any(set(BODIES) - set(facts["bodies"]) for facts in FACTS.values())


@pytest.mark.parametrize("touch", [True, False], ids=["touch wanted", "no touch"])
@pytest.mark.parametrize("state", STATES)
def test_every_drawn_practice_is_allowed(state, touch):
    current = bundle.current("en")
    children = [replace(wishes, touch=touch and wishes.touch) for wishes in CHILDREN]
    children += [child(96, touch=touch, bodies=frozenset({body})) for body in BODIES]

    for situation, wishes, draw in product((*SITUATIONS, "any"), children, (0.0, 0.5, 1 - 2**-53)):
        choice = bundle_reader.offer(
            current, state=state, situation=situation, seen=[], wishes=wishes, draw=draw
        )
        assert (
            choice is None or reasons_against(FACTS[choice.slug], state, situation, wishes) == []
        ), (situation, wishes, choice)


@pytest.mark.parametrize("state", STATES)
def test_guest_who_said_nothing_always_gets_an_offer(state):
    current = bundle.current("en")

    offers = {
        situation: bundle_reader.offer(
            current, state=state, situation=situation, seen=[], wishes=UNKNOWN, draw=0.5
        )
        for situation in (*SITUATIONS, "any")
    }

    assert [situation for situation, offer in offers.items() if offer is None] == []


def test_offers_do_not_repeat_and_then_end():
    current, seen = bundle.current("en"), []

    while choice := bundle_reader.offer(
        current, state="alarm", situation="homework", seen=seen, wishes=UNKNOWN, draw=0.99
    ):
        assert choice.slug not in seen
        seen.append(choice.slug)

    assert len(seen) >= 3
    shown = bundle_reader.shown(current, None, state="alarm", situation="homework")
    assert (shown["practice"], shown["cautions"]) == (None, [])
    assert shown["new"] and shown["say"]


def test_offer_record_has_its_probability_and_version():
    current = bundle.current("en")
    choice = bundle_reader.offer(
        current, state="fear", situation="any", seen=[], wishes=UNKNOWN, draw=0.168
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

    assert at_fear["say"] == "I'm here."
    driver = current["cautions"]["driver"]
    assert driver in in_the_car["cautions"]
    assert driver not in at_home["cautions"]


def test_items_for_the_situation_come_before_those_for_any():
    items = [{"states": ["alarm"], "situations": s} for s in ([], ["homework"], ["car"])] + [
        {"states": ["calm"], "situations": []}
    ]

    assert bundle_reader.items_for(items, "alarm", "homework") == [items[1], items[0]]
