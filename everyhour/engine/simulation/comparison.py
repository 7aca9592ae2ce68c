"""Comparison of policies in the same simulated world, with differences paired by family."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from everyhour.engine.policy import Policy
from everyhour.engine.simulation import baselines
from everyhour.engine.simulation.runner import SimulationResult, live
from everyhour.engine.simulation.world import World

NEVER, BEST, SCHEDULE = "never", "clairvoyant", "fixed schedule with a rota"
POLICIES: Mapping[str, Callable[[World], Policy]] = {
    NEVER: lambda world: baselines.NeverSend(),
    "random": lambda world: baselines.at_random(),
    SCHEDULE: lambda world: baselines.by_schedule(),
    "Thompson, each family alone": lambda world: baselines.FamilyThompson(),
    "Thompson, all pooled": lambda world: baselines.pooled_thompson(),
    "everyhour": lambda world: baselines.everyhour(world.answers),
    BEST: baselines.Clairvoyant,
}


@dataclass(frozen=True)
class PolicySummary:
    """Results of one policy. Helpful moments per family and week; intervals are 95 %, over
    families.
    """

    name: str
    helpful: float
    beside_schedule: tuple[float, float, float]  # difference, low, high
    closed: float  # share of the gap between never and the clairvoyant
    first_week: float
    worst_tenth: float
    muted: float
    nudges: float  # a week
    violations: int


def compare(
    families: int,
    days: int,
    seed: int,
    policies: Mapping[str, Callable[[World], Policy]] = POLICIES,
    tell: Callable[[str], None] | None = None,
) -> list[PolicySummary]:
    """Simulate each policy in the same world."""
    lived = {}
    for name, policy in policies.items():
        if tell:
            tell(name)
        world = World(families, seed)
        lived[name] = live(world, policy(world), days)
    return lines(lived)


def lines(lived: Mapping[str, SimulationResult]) -> list[PolicySummary]:
    """Summarize results; needs never, the schedule and the clairvoyant among them."""
    low, high = lived[NEVER].per_week().mean(), lived[BEST].per_week().mean()
    schedule = lived[SCHEDULE].per_week()
    return [
        PolicySummary(
            name=name,
            helpful=float(one.per_week().mean()),
            beside_schedule=_interval(one.per_week() - schedule),
            closed=float((one.per_week().mean() - low) / (high - low)),
            first_week=float(one.per_week(slice(0, 7)).mean()),
            worst_tenth=one.worst_tenth,
            muted=float(one.muted.mean()),
            nudges=float(7 * one.nudges.mean()),
            violations=len(one.violations),
        )
        for name, one in lived.items()
    ]


def _interval(differences: np.ndarray) -> tuple[float, float, float]:
    mean, half = (
        float(differences.mean()),
        1.96 * float(differences.std(ddof=1)) / np.sqrt(len(differences)),
    )
    return mean, float(mean - half), float(mean + half)


def table(found: Sequence[PolicySummary]) -> str:
    """Format summaries as a Markdown table."""
    head = (
        "| policy | helpful moments | beside the schedule (95 %) | gap closed "
        "| first week | worst tenth | muted | nudges | broken rules |"
    )
    rows = [
        f"| {f.name} | {f.helpful:.2f} | {_signed(*f.beside_schedule)} | {f.closed:.0%} "
        f"| {f.first_week:.2f} | {f.worst_tenth:.2f} | {f.muted:.1%} | {f.nudges:.1f} "
        f"| {f.violations} |"
        for f in found
    ]
    return "\n".join([head, "|---|" + "---:|" * 8, *rows])


def _signed(mean: float, low: float, high: float) -> str:
    return f"{mean:+.2f} ({low:+.2f} to {high:+.2f})"
