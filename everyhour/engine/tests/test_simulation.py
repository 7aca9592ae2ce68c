"""The simulator: seeded, the same for every policy, and a place where good choices pay."""

from dataclasses import replace

import numpy as np
import pytest

from everyhour.engine.simulation import baselines
from everyhour.engine.simulation.comparison import BEST, NEVER, SCHEDULE, compare, table
from everyhour.engine.simulation.comparison import POLICIES as COMPARED
from everyhour.engine.simulation.ground_truth import Traits, draw
from everyhour.engine.simulation.runner import live
from everyhour.engine.simulation.world import World
from everyhour.engine.values import DOMAINS, Decision, Outcome

pytestmark = pytest.mark.slow

DAYS = 4


def lived(policy, families: int = 25, days: int = DAYS, seed: int = 3):
    world = World(families, seed)
    return live(world, policy(world), days)


def test_same_seed_gives_same_results():
    one, again = (lived(lambda w: baselines.everyhour(w.answers)) for _ in range(2))

    assert np.array_equal(one.helpful, again.helpful) and np.array_equal(one.nudges, again.nudges)
    assert not np.array_equal(
        one.helpful, lived(lambda w: baselines.everyhour(w.answers), seed=4).helpful
    )


POLICIES = {
    "never": lambda w: baselines.NeverSend(),
    "random": lambda w: baselines.at_random(),
    "schedule": lambda w: baselines.by_schedule(),
    "family": lambda w: baselines.FamilyThompson(),
    "pooled": lambda w: baselines.pooled_thompson(),
    "everyhour": lambda w: baselines.everyhour(w.answers),
    "clairvoyant": baselines.Clairvoyant,
}


@pytest.mark.parametrize("name", POLICIES)
def test_no_policy_violates_rules(name):
    assert lived(POLICIES[name]).violations == ()


def test_audit_finds_violations():
    class Reckless(baselines.NeverSend):
        def decide(self, opportunities):
            return [
                Decision(
                    o.key,
                    o.family,
                    o.at,
                    None,
                    {},
                    slug=o.candidates[0].slug,
                    domain="closeness",
                    sent=True,
                )
                for o in opportunities
            ]

    found = {line.split(": ")[1] for line in lived(lambda w: Reckless()).violations}

    assert {"rest", "day", "week", "hard day", "own moment", "effort"} <= found


def test_policies_face_the_same_moods():
    seen = []

    class Watching(baselines.NeverSend):
        def decide(self, opportunities):
            seen[-1].append([(o.key, o.state, o.caregiver, o.at) for o in opportunities])
            return super().decide(opportunities)

    def first_kept(opportunities, kept):
        return [slugs[0] for slugs in kept]

    for nudging in (False, True):
        seen.append([])
        watcher = Watching()
        if nudging:
            watcher.choose = first_kept  # type: ignore[method-assign]
        live(World(10, 5), watcher, 3)

    assert seen[0] == seen[1]


def test_clairvoyant_beats_never():
    never, ours, clairvoyant = (
        lived(POLICIES[name], families=60, days=7).per_week().mean()
        for name in ("never", "everyhour", "clairvoyant")
    )

    assert never < ours < clairvoyant


def test_storms_cluster():
    world, storms = World(400, 6), []
    for day in range(10):
        world.dawn(day)
        for slot in world.slots_of(day):
            world.window(day, slot)
            storms.append(world.now.mood == 2)
    table = np.array(storms)

    after_a_storm = table[1:][table[:-1]].mean()

    assert after_a_storm > 1.5 * table.mean()


def test_answers_are_missing_more_after_failures():
    world = World(500, 7)
    world.dawn(0)
    window = world.window(0, 4)
    decisions = baselines.NeverSend().decide(window.opportunities)

    outcomes, helped = world.live(window, decisions)

    reported = {o.family: o for o in outcomes}
    answered = np.array(
        [reported[name].reward is not None for name in world.names if name in reported]
    )
    whose = np.array([helped[world.row[name]] for name in world.names if name in reported])
    assert 0.5 < answered.mean() < 0.9
    assert all(isinstance(o, Outcome) and o.reward in (None, 0.0, 0.5, 1.0) for o in outcomes)
    assert answered[whose].mean() > answered[~whose].mean() - 0.05


def test_practices_wear_out_and_tastes_change():
    calm = Traits(wander=0.0, share_changed=1.0)
    world = World(50, 8, calm)
    world.dawn(0)
    window = world.window(0, 2)
    rows = np.arange(50)
    fresh = world.chance(window, rows)[1]

    world.now.recent_item += 2
    worn = world.chance(window, rows)[1]
    world.now.dose += 5
    burdened = world.chance(window, rows)[1]
    before = world.now.taste.copy()
    for day in range(15, 46):
        world.dawn(day)

    assert (worn <= fresh + 1e-12).all() and worn.mean() < fresh.mean()
    assert (burdened <= worn + 1e-12).all() and burdened.mean() < worn.mean()
    assert not np.allclose(before, world.now.taste)
    assert np.allclose(world.now.taste, world.truth.new_taste)


def test_zero_traits_make_families_equal():
    alike = draw(10, 1, replace(Traits(), taste=0, item_taste=0, nudge=0, slot=0, baseline=0))

    assert not alike.taste.any() and not alike.item_taste.any() and not alike.baseline.any()


def test_comparison_table():
    found = compare(families=12, days=2, seed=1)

    by_name = {line.name: line for line in found}
    assert (by_name[NEVER].closed, by_name[BEST].closed) == (0.0, 1.0)
    assert by_name[SCHEDULE].beside_schedule == (0.0, 0.0, 0.0)
    assert {line.violations for line in found} == {0}
    assert table(found).count("\n") == 1 + len(COMPARED)


def test_new_answers_take_effect_at_once():
    policy, world = baselines.everyhour(), World(3, 9)
    world.dawn(0)
    policy.decide(world.window(0, 1).opportunities)
    name = world.names[1]

    policy.report_change(name, {"movement": 1.0, "rhythm": 0.0})

    heard, others = (
        policy.posterior.for_family(name).mean,
        policy.posterior.for_family(world.names[0]).mean,
    )
    assert heard[DOMAINS.index("movement")] > 0.1 > -0.1 > heard[DOMAINS.index("rhythm")]
    assert not others.any() and policy.decider.posterior is policy.posterior
    assert world.asked_again(name) == World(3, 9).asked_again(name)
