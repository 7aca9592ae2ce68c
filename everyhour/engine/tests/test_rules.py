"""Availability and the safety filter."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from everyhour.engine import availability, safety
from everyhour.engine.availability import unavailable_reason
from everyhour.engine.choosing import AGE_BOUND, PRESENCE_ONLY
from everyhour.engine.decisions import Decider
from everyhour.engine.safety import (
    ALWAYS_LEFT,
    DOMAIN_RUN,
    EFFORT_WHEN_LOW,
    ITEM_COOLDOWN,
    filter_candidates,
)
from everyhour.engine.tests.generated_posteriors import (
    ALLERGENS,
    AT,
    EASY,
    availabilities,
    histories,
    make_candidate,
    make_opportunity,
    make_posterior,
    opportunities,
)
from everyhour.engine.values import LOW_CAPACITY, Availability, History, ItemHistory, Limits, Wishes

anywhere = settings(deadline=None, max_examples=300)
STORM = ("alarm", "fear", "terror", "shutdown")


pytestmark = pytest.mark.slow


@anywhere
@given(st.data())
def test_kept_candidates_pass_all_gates(data):
    """State each rule a second time, independently of the code that enforces it."""
    o = data.draw(opportunities())
    kept, excluded = filter_candidates(o, data.draw(histories([c.slug for c in o.candidates])))

    for c in kept:
        assert o.state in c.states
        assert c.slug not in o.wishes.never
        assert c.presence or o.state not in PRESENCE_ONLY
        assert o.wishes.touch or c.touch != "needed"
        undressed = o.situation in ("bedtime", "bath")
        assert o.wishes.care_touch or c.touch != "needed" or not undressed
        assert o.wishes.bodies <= c.bodies
        if o.wishes.age is not None and o.wishes.months is not None and c.months:
            assert c.months[0] <= o.wishes.months <= c.months[1]
        elif o.wishes.age is not None:
            real = o.wishes.age if o.wishes.real_age is None else o.wishes.real_age
            assert c.age[0] <= o.wishes.age <= c.age[1]
            assert c.real_age[0] <= real <= c.real_age[1]
        elif o.wishes.gates == 2:
            assert c.age[0] <= 6 and c.age[1] >= 9 and c.months is None and c.real_age[0] == 0
        if o.wishes.gates == 2 and o.situation not in c.situations:
            assert not c.situations <= {"party", "being_hit"}
            assert c.presence or o.situation != "being_hit"
            assert not undressed or not (c.energy == "up" or "competition" in c.cautions)
        assert o.wishes.age is not None or not c.cautions & AGE_BOUND
        assert not c.contains & (o.wishes.allergies or set())
        assert o.wishes.allergies is not None or not (c.contains or "allergy" in c.cautions)
        assert not c.cautions & o.wishes.avoid
        assert o.state not in STORM or not (c.demanding or "competition" in c.cautions)
        assert o.caregiver not in LOW_CAPACITY or c.effort <= EFFORT_WHEN_LOW
    assert {c.slug for c in kept} | set(excluded) == {c.slug for c in o.candidates}
    assert not {c.slug for c in kept} & set(excluded)
    assert set(excluded.values()) <= set(safety.REASONS)


@anywhere
@given(st.data())
def test_cooldown_is_lifted_only_below_minimum(data):
    o = data.draw(opportunities())
    history = data.draw(histories([c.slug for c in o.candidates]))
    kept, _ = filter_candidates(o, history)

    resting = [
        c
        for c in kept
        if c.slug in history.items and AT - history.items[c.slug].last_at < ITEM_COOLDOWN
    ]
    resting += [
        c for c in kept if len(history.run) >= DOMAIN_RUN and set(history.run) == {c.domain}
    ]

    assert all(c.domain in ALWAYS_LEFT for c in resting)
    assert len([c for c in kept if c not in resting]) < 3 or not resting


@anywhere
@given(st.data())
def test_never_takes_effect_at_once(data):
    o = data.draw(opportunities())
    kept, _ = filter_candidates(o)
    if kept:
        no = data.draw(st.sampled_from(kept))
        refused = replace(o, wishes=replace(o.wishes, never=o.wishes.never | {no.slug}))

        assert no not in filter_candidates(refused)[0]


@anywhere
@given(st.data())
def test_filter_cache_is_correct(data):
    """Answers are kept for speed; another child's wishes must not meet them."""
    o, other = data.draw(opportunities()), data.draw(opportunities())
    first = filter_candidates(o)

    filter_candidates(replace(other, candidates=o.candidates))

    assert (
        filter_candidates(o) == first == filter_candidates(replace(o, candidates=(*o.candidates,)))
    )


REASONS = [
    ("kind", {}, {"domain": "no such kind"}),
    ("never", {"wishes": Wishes(never=frozenset({"practice-00"}))}, {}),
    ("state", {"state": "calm"}, {"states": frozenset({"alarm"})}),
    ("presence", {"state": "fear"}, {"presence": False}),
    ("demand", {"state": "alarm"}, {"demanding": True}),
    ("touch", {"wishes": Wishes(touch=False)}, {"touch": "needed"}),
    ("touch", {"wishes": Wishes(care_touch=False), "situation": "bath"}, {"touch": "needed"}),
    ("body", {"wishes": Wishes(bodies=frozenset({"deaf"}))}, {"bodies": frozenset({"blind"})}),
    ("age", {"wishes": Wishes(age=3)}, {"age": (5, 9)}),
    ("age", {"wishes": Wishes(age=3, real_age=14)}, {"real_age": (0, 12)}),
    ("age", {"wishes": Wishes(age=0, real_age=0, months=2)}, {"months": (3, 9)}),
    ("age_unknown", {}, {"cautions": frozenset({"choking"})}),
    ("age_unknown", {"wishes": Wishes(gates=2)}, {"age": (10, 18)}),
    ("elsewhere", {"wishes": Wishes(gates=2)}, {"situations": frozenset({"party"})}),
    (
        "allergy",
        {"wishes": Wishes(allergies=frozenset({"nuts"}))},
        {"contains": frozenset({"nuts"})},
    ),
    (
        "allergy",
        {"wishes": Wishes(allergies=frozenset({"nuts"}))},
        {"cautions": frozenset({"allergy"})},
    ),
    ("allergy_unknown", {}, {"contains": frozenset({"milk"})}),
    ("avoid", {"wishes": Wishes(avoid=frozenset({"noise"}))}, {"cautions": frozenset({"noise"})}),
    ("place", {"situation": "car"}, {}),
    ("effort", {"caregiver": "numb"}, {"effort": 0.5}),
]


@pytest.mark.parametrize(("reason", "context", "facts"), REASONS)
def test_each_gate_has_its_reason(reason, context, facts):
    _, excluded = filter_candidates(
        make_opportunity(candidates=(make_candidate(0, **facts), *EASY[1:]), **context)
    )

    assert excluded["practice-00"] == reason


@pytest.mark.parametrize(
    ("contains", "allergies", "kept"),
    [({"milk"}, {"nuts"}, True), ({"milk"}, set(), True), ({"milk"}, set(ALLERGENS), False)],
)
def test_allergen_gate_matches_allergies(contains, allergies, kept):
    o = make_opportunity(
        candidates=(make_candidate(0, contains=frozenset(contains)),),
        wishes=Wishes(allergies=frozenset(allergies)),
    )

    assert bool(filter_candidates(o)[0]) == kept


def test_cooldown_returns_closeness_and_own_calm():
    history = History(items={c.slug: ItemHistory(AT - 5) for c in EASY})

    kept, excluded = filter_candidates(make_opportunity(), history)

    assert {c.domain for c in kept} == set(ALWAYS_LEFT)
    assert set(excluded.values()) == {"item_cooldown"}


HOURS = [
    ("consent", Availability(consent=False), History()),
    ("paused", Availability(paused=True), History()),
    ("muted", Availability(muted=True), History()),
    ("quiet", Availability(clock=20.5), History()),
    ("quiet", Availability(clock=6.99), History()),
    ("hard_day", Availability(hours_since_sos=23.9), History()),
    ("rest", Availability(), History(sent_at=(AT - 2.4,))),
    ("day_full", Availability(clock=19), History(sent_at=(AT - 11, AT - 8, AT - 4))),
    ("week_full", Availability(), History(sent_at=tuple(AT - 14 - 10 * n for n in range(14)))),
    ("own_moment", Availability(hours_since_own_moment=1.4), History()),
    ("busy", Availability(busy_twice_today=True), History()),
]


@pytest.mark.parametrize(("reason", "standing", "history"), HOURS)
def test_each_unavailability_has_its_reason(reason, standing, history):
    decision = Decider(make_posterior()).decide([make_opportunity(standing=standing)], [history])[0]

    assert decision.reason == reason
    assert reason in availability.REASONS
    assert not decision.sent and decision.slug is None and decision.send_probability == 0


@pytest.mark.parametrize(
    ("standing", "history"),
    [
        (Availability(clock=7.0), History()),
        (Availability(clock=20.49), History()),
        (Availability(hours_since_sos=24), History()),
        (Availability(), History(sent_at=(AT - 2.5,))),
        (
            Availability(clock=3, limits=Limits(quiet_from=1, quiet_until=2)),
            History(sent_at=(AT - 4, AT - 5, AT - 6)),
        ),
        (Availability(), History(sent_at=tuple(AT - 168 - n for n in range(14, 0, -1)))),
    ],
)
def test_family_is_available_after_rest(standing, history):
    assert unavailable_reason(make_opportunity(standing=standing), history) is None


@anywhere
@given(availabilities(), st.lists(st.floats(0, 200), max_size=20))
def test_unavailable_family_gets_nothing(standing, ago):
    history = History(sent_at=tuple(sorted(AT - hours for hours in ago)))
    decision = Decider(make_posterior()).decide([make_opportunity(standing=standing)], [history])[0]

    assert (
        not decision.sent
        or unavailable_reason(make_opportunity(standing=standing), history) is None
    )


def test_family_limits_apply():
    limits = Limits(a_day=1)

    assert (
        unavailable_reason(
            make_opportunity(standing=Availability(clock=19, limits=limits)),
            History(sent_at=(AT - 11,)),
        )
        == "day_full"
    )
