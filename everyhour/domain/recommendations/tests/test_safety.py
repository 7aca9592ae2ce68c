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


def why_not(facts: dict, state: str, wishes: Wishes) -> list[str]:
    """Read a file's facts as a clinician would, and give the reasons against offering it."""
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
def test_the_rule_agrees_with_the_file_on_every_state_age_and_touch(slug):
    candidate = advisor.candidate(slug, FACTS[slug])

    for state, age, touch in product(STATES, AGES, (True, False)):
        wishes = Wishes(age=age, touch=touch)
        assert allowed(candidate, state, wishes) is (not why_not(FACTS[slug], state, wishes)), (
            state,
            wishes,
        )
        assert not allowed(candidate, state, Wishes(age=age, touch=touch, never=frozenset({slug})))


def test_there_are_88_and_some_of_each_kind_a_gate_is_for():
    cautions = [set(facts["cautions"]) for facts in FACTS.values()]

    assert len(FACTS) == 88
    assert all(any(danger in told for told in cautions) for danger in AGE_BOUND)
    assert {facts["touch"] for facts in FACTS.values()} == {"none", "optional", "needed"}
    assert any(facts["presence"] for facts in FACTS.values())


@pytest.mark.parametrize("touch", [True, False], ids=["touch wanted", "no touch"])
@pytest.mark.parametrize("state", STATES)
def test_whatever_is_drawn_from_the_pocket_may_be_offered(state, touch):
    carried = bundle.current("en")

    for situation, age, draw in product((*SITUATIONS, "any"), AGES, (0.0, 0.4, 0.8, 1 - 2**-53)):
        wishes = Wishes(age=age, touch=touch)
        choice = bundle_reader.offer(
            carried, state=state, situation=situation, seen=[], wishes=wishes, draw=draw
        )
        assert choice is None or why_not(FACTS[choice.slug], state, wishes) == [], (
            situation,
            wishes,
            choice,
        )


@pytest.mark.parametrize("state", STATES)
def test_a_guest_who_told_nothing_is_always_offered_something(state):
    carried = bundle.current("en")

    offers = [
        bundle_reader.offer(carried, state=state, situation=s, seen=[], wishes=Wishes(), draw=0.5)
        for s in (*SITUATIONS, "any")
    ]

    assert None not in offers


def test_something_else_goes_through_everything_once_and_then_says_so():
    carried, seen = bundle.current("en"), []

    while choice := bundle_reader.offer(
        carried, state="alarm", situation="homework", seen=seen, wishes=Wishes(), draw=0.99
    ):
        assert choice.slug not in seen
        seen.append(choice.slug)

    assert len(seen) >= 3
    shown = bundle_reader.shown(carried, None, state="alarm", situation="homework")
    assert (shown["practice"], shown["cautions"]) == (None, [])
    assert shown["new"] and shown["say"] == shown["other_words"][0]


def test_an_offer_is_written_down_so_that_it_can_be_judged_later():
    carried = bundle.current("en")
    choice = bundle_reader.offer(
        carried, state="fear", situation="any", seen=[], wishes=Wishes(), draw=0.168
    )

    record = bundle_reader.record(carried, choice)

    assert record == {
        "practice": choice.slug,
        "edition": 1,
        "pocket": carried["version"],
        "rule": advisor.RULE,
        "probability": choice.probability,
        "among": choice.among,
        "draw": 0.168,
    }


def test_what_is_said_fits_the_state_and_the_drivers_caution_shows_only_in_the_car():
    carried = bundle.current("en")

    at_fear = bundle_reader.shown(carried, "i-am-here", state="fear", situation="bedtime")
    at_home = bundle_reader.shown(carried, "presence-space-exits", state="fear", situation="any")
    in_the_car = bundle_reader.shown(carried, "presence-space-exits", state="fear", situation="car")

    assert at_fear["say"] == "I am here."
    driver = carried["cautions"]["driver"]
    assert driver in in_the_car["cautions"]
    assert driver not in at_home["cautions"]


def test_new_eyes_for_this_situation_come_before_those_for_any():
    items = [{"states": ["alarm"], "situations": s} for s in ([], ["homework"], ["car"])] + [
        {"states": ["calm"], "situations": []}
    ]

    assert bundle_reader.matching(items, "alarm", "homework") == [items[1], items[0]]
