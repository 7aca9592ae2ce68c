"""The phone, the pages and the engine choose the same practice with the same probability."""

import random

import pytest

from everyhour.domain.recommendations import advisor, bundle_reader
from everyhour.engine import choosing
from everyhour.engine.choosing import STATES, Tally, Wishes
from journeys.steps import fetch_bundle

CASES, SEED, NEAR = 500, 168, 1e-12
OFFER = """async ([pocket, cases]) => {
  const { offer } = await import('/static/now/choosing.js');
  return cases.map(asked => offer(pocket, asked));
}"""


def draw_case(carried: dict, rng: random.Random, *, history: bool, own: dict | None = None) -> dict:
    """Draw a random case: state, situation, wishes, ideas already shown, tallies."""
    state = rng.choice(STATES)
    situation = rng.choice([*carried["chances"][state]])
    slugs = [
        carried["practices"][index]["slug"] for index, _p in carried["chances"][state][situation]
    ]
    tried = (
        {slug: rng.randint(1, 9) for slug in rng.sample(slugs, rng.randint(0, min(12, len(slugs))))}
        if history
        else {}
    )
    return {
        "state": state,
        "situation": situation,
        "seen": rng.sample(slugs, rng.choice([0, 0, 1, 3, len(slugs) // 2, len(slugs)]))
        if len(slugs) > 3
        else [],
        "wishes": {
            "age": rng.choice([None, *range(1, 19)]),
            "real_age": rng.choice([None, *range(1, 19)]),
            "months": rng.choice([None, None, *range(0, 36, 5)]),
            "touch": rng.random() < 0.5,
            "care_touch": rng.random() < 0.5,
            "bodies": rng.sample(choosing.BODIES, rng.choice([0, 0, 1, 2])),
            "never": rng.sample(slugs, rng.randint(0, len(slugs) // 3)),
            "avoid": rng.sample(["allergy", "noise", "water", "dark"], rng.choice([0, 0, 1, 2])),
        },
        "own": own,
        "tries": {
            slug: {"tried": count, "helped": rng.randint(0, count)} for slug, count in tried.items()
        },
        "draw": rng.choice([rng.random(), rng.random(), 0.0, 1 - 2**-53]),
    }


def choose_with_engine(carried: dict, asked: dict) -> choosing.Choice | None:
    """Choose with the engine, with the tallies."""
    wishes = parse_wishes(asked["wishes"])
    practices = [
        (carried["practices"][index], p)
        for index, p in carried["chances"][asked["state"]][asked["situation"]]
    ]
    fitting = {
        practice["slug"]: p
        for practice, p in practices
        if choosing.allowed(
            build_candidate(practice, asked["state"], asked["situation"]),
            asked["state"],
            wishes,
            asked["situation"],
        )
    }
    tries = {slug: Tally(**counts) for slug, counts in asked["tries"].items()}
    return choosing.pick(
        choosing.without(choosing.chances(fitting, tries), asked["seen"]), asked["draw"]
    )


def build_candidate(practice: dict, state: str, situation: str) -> choosing.Candidate:
    return choosing.Candidate(
        slug=practice["slug"],
        states=frozenset({state}),
        situations=frozenset({situation}),
        age=tuple(practice["age"]),
        touch=practice["touch"],
        presence=True,
        cautions=frozenset(practice["cautions"]),
        real_age=tuple(practice["real_age"]),
        months=tuple(practice["months"]) if "months" in practice else None,
        bodies=frozenset(practice["bodies"]),
    )


def parse_wishes(wishes: dict) -> Wishes:
    lists = {name: frozenset(wishes[name]) for name in ("never", "avoid", "bodies")}
    return Wishes(**wishes | lists, gates=choosing.GATES)


def draw_child_bundle(carried: dict, rng: random.Random, *, version: str) -> dict:
    """Return a random child bundle: other probabilities, some cells empty."""
    chances = {}
    for state, cells in carried["chances"].items():
        chances[state] = {}
        for situation, cell in cells.items():
            some = rng.sample(cell, rng.randint(0, len(cell)))
            weights = [rng.random() ** 8 for _pair in some]
            chances[state][situation] = [
                [n, round(w / sum(weights), 6)] for (n, _p), w in zip(some, weights, strict=True)
            ]
    return {
        "pocket": version,
        "rule": "learned-1",
        "belief": 7,
        "version": "b" * 16,
        "chances": chances,
    }


def choose_as_page(carried: dict, case: dict) -> choosing.Choice | None:
    """Choose as pages without scripts do."""
    return bundle_reader.offer(
        carried,
        state=case["state"],
        situation=case["situation"],
        seen=case["seen"],
        wishes=parse_wishes(case["wishes"]),
        draw=case["draw"],
        child_bundle=case["own"],
    )


def alike(one: choosing.Choice | None, other: dict | None) -> bool:
    if one is None or other is None:
        return one is None and other is None
    same = (one.slug, one.among, one.draw) == (other["slug"], other["among"], other["draw"])
    return same and abs(one.probability - other["probability"]) <= NEAR


@pytest.fixture
def asking(visit, server):
    """The offline bundle, and a function that runs the phone's rule in a browser on many cases."""
    page = visit.page(service_workers="block")
    page.goto("/en/about/")
    carried = fetch_bundle(server)
    return carried, lambda cases: page.evaluate(OFFER, [carried, cases])


def test_phone_and_engine_choose_alike(asking):
    carried, offers = asking
    rng = random.Random(SEED)
    cases = [draw_case(carried, rng, history=True) for _case in range(CASES)]

    offered = offers(cases)

    assert [
        case
        for case, other in zip(cases, offered, strict=True)
        if not alike(choose_with_engine(carried, case), other)
    ] == []
    assert (
        sum(other is None for other in offered) < CASES / 2
        and len({other["slug"] for other in offered if other}) > 50
    )


def test_phone_and_pages_without_scripts_choose_alike(asking):
    carried, offers = asking
    rng = random.Random(SEED + 1)
    cases = [draw_case(carried, rng, history=False) for _case in range(CASES)]

    offered = offers(cases)

    assert [
        case
        for case, other in zip(cases, offered, strict=True)
        if not alike(choose_as_page(carried, case), other)
    ] == []


def test_phone_and_pages_choose_alike_from_a_child_bundle(asking):
    carried, offers = asking
    rng = random.Random(SEED + 2)
    current, outdated = (
        draw_child_bundle(carried, rng, version=carried["version"]),
        draw_child_bundle(carried, rng, version="0" * 16),
    )
    cases = [
        draw_case(carried, rng, history=False, own=rng.choice([current, current, outdated]))
        for _case in range(CASES)
    ]

    offered = offers(cases)

    assert [
        case
        for case, other in zip(cases, offered, strict=True)
        if not alike(choose_as_page(carried, case), other)
    ] == []
    rules = [
        (other.get("rule"), case["own"] is current)
        for case, other in zip(cases, offered, strict=True)
        if other
    ]
    assert ("learned-1", True) in rules and ("learned-1", False) not in rules


def test_slightly_different_rule_is_detected(asking):
    carried, offers = asking
    rng = random.Random(SEED)
    cases = [draw_case(carried, rng, history=True) for _case in range(CASES)]

    forgetful = offers([{**case, "tries": {}} for case in cases])

    assert not all(
        alike(choose_with_engine(carried, case), other)
        for case, other in zip(cases, forgetful, strict=True)
    )


def test_rule_has_one_name_on_phone_and_server(asking):
    carried, _offers = asking

    assert carried["rule"] == advisor.RULE == choosing.RULE
