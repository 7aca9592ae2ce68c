"""Simulate a policy in a world and count help, nudges, mutes and violated rules."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from everyhour.engine.policy import Policy
from everyhour.engine.simulation.baselines import Clairvoyant
from everyhour.engine.simulation.rule_audit import Inspector
from everyhour.engine.simulation.world import World


@dataclass(frozen=True)
class SimulationResult:
    """Results of one policy. Axes: F families, days."""

    helpful: np.ndarray  # (F, days) helpful moments, reported or not
    nudges: np.ndarray  # (F, days)
    muted: np.ndarray  # (F,)
    violations: tuple[str, ...]

    def per_week(self, days: slice = slice(None)) -> np.ndarray:
        """Return helpful moments per week of each family."""
        lived = self.helpful[:, days]
        return 7 * lived.sum(axis=1) / lived.shape[1]

    @property
    def worst_tenth(self) -> float:
        """Return the mean of the tenth of families that fared worst."""
        order = np.sort(self.per_week())
        return float(order[: max(1, len(order) // 10)].mean())


def live(
    world: World, policy: Policy, days: int, tell: Callable[[int], None] | None = None
) -> SimulationResult:
    """Run a policy from the first day to the last."""
    helpful, nudges = np.zeros((world.families, days)), np.zeros((world.families, days))
    inspector = Inspector(world)
    for day in range(days):
        world.dawn(day)
        for family in world.changes_reported(day):
            if (changed := getattr(policy, "report_change", None)) is not None:
                changed(family, world.asked_again(family))
        for slot in world.slots_of(day):
            window = world.window(day, slot)
            if isinstance(policy, Clairvoyant):
                policy.window = window
            decisions = policy.decide(window.opportunities)
            inspector.look(window, decisions)
            outcomes, helped = world.live(window, decisions)
            policy.observe(outcomes)
            helpful[:, day] += helped
            nudges[:, day] += [d.sent for d in decisions]
        policy.end_of_day(day)
        if tell:
            tell(day)
    return SimulationResult(helpful, nudges, world.now.muted.copy(), tuple(inspector.found))
