"""`everyhour engine simulate`: compare policies in a simulated world. Needs no database."""

import argparse
import json
import math
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

import numpy as np

from everyhour.analysis import plots
from everyhour.analysis.arguments import add_command, count, names, reports_errors
from everyhour.analysis.progress import Progress
from everyhour.engine.evaluation.report import table
from everyhour.engine.evaluation.study import UnusableData
from everyhour.engine.simulation.comparison import (
    BEST,
    NEVER,
    POLICIES,
    SCHEDULE,
    PolicySummary,
    lines,
)
from everyhour.engine.simulation.ground_truth import Traits
from everyhour.engine.simulation.runner import SimulationResult, live
from everyhour.engine.simulation.world import World

REFERENCES = (NEVER, SCHEDULE, BEST)  # always simulated: the table compares with these
POLICY_NAMES = {
    "never": NEVER,
    "random": "random",
    "schedule": SCHEDULE,
    "alone": "Thompson, each family alone",
    "pooled": "Thompson, all pooled",
    "everyhour": "everyhour",
    "clairvoyant": BEST,
}
SMOOTHING = 7  # days: a week, because weekdays differ
FEWEST_FAMILIES = 2  # an interval needs a difference between families
HEADER = [
    *("policy", "helpful a week", "beside the schedule", "gap closed", "first week"),
    *("worst tenth", "muted", "nudges", "broken rules"),
]
EPILOG = """
Every policy gets the same simulated children in the same states; docs/science/engine.md describes
the world. It shows which policy learns and at what price, not what happens in real families.

  everyhour engine simulate                   60 families for four weeks, all policies
  everyhour engine simulate --families 300 --days 60 --policies everyhour,schedule
  everyhour engine simulate --days 56 --change 28 --svg weeks.svg
  everyhour engine simulate --json > figures.json
"""


def add(commands) -> None:
    add = add_command(
        commands,
        "simulate",
        reports_errors(_simulate),
        help="compare policies in a simulated world",
        epilog=EPILOG,
    ).add_argument
    references = "never, schedule and clairvoyant are always simulated, as references"
    add("--families", type=count, default=60, help="number of families (default: 60)")
    add("--days", type=count, default=28, help="number of days (default: 28)")
    add("--seed", type=int, default=168, help="seed of the world (default: 168)")
    add(
        "--policies",
        type=names,
        default=list(POLICY_NAMES),
        metavar="A,B",
        help=f"which ones: {', '.join(POLICY_NAMES)} (default: all); {references}",
    )
    add(
        "--change",
        type=count,
        metavar="DAY",
        help="on this day what helps changes in every family, and all report it",
    )
    add("--json", action="store_true", help="print JSON instead of table and plot")
    add("--svg", type=Path, metavar="FILE", help="write the plot to a file")


def _simulate(options: argparse.Namespace) -> int:
    """Compare policies on simulated families.

    By helpful moments, worst tenth, first week, mutes and broken rules. Exits with 1 when a policy
    broke a safety rule.
    """
    chosen = _policies(options)
    results = _run(options, chosen)
    shown = {name: result for name, result in results.items() if name in chosen}
    with np.errstate(divide="ignore", invalid="ignore"):  # "gap closed" is 0/0 if nothing helps
        summaries = [line for line in lines(results) if line.name in shown]
    weekly = {name: by_day(result) for name, result in shown.items()}
    caption = f"Helpful moments per week and family, over the last {SMOOTHING} days"
    if options.json:
        print(json.dumps(_as_json(options, summaries, weekly), indent=1))
    else:
        print(_describe(options))
        print("\n" + table([HEADER, *map(_row, summaries)]) + "\n")
        print(caption)
        print(plots.lines(weekly, below="day"))
    if options.svg:
        title = f"{options.families} simulated families, {options.days} days, seed {options.seed}"
        svg = plots.svg(weekly, title=title, below="day", beside=caption)
        options.svg.write_text(svg, encoding="utf-8")
        if not options.json:
            print(f"\nWritten: {options.svg}")
    return 1 if any(line.violations for line in summaries) else 0


def _policies(options: argparse.Namespace) -> list[str]:
    if options.families < FEWEST_FAMILIES:
        raise UnusableData("Use two families or more: an interval needs differences between them.")
    if options.change and options.change >= options.days:
        message = f"Day {options.change} is not within {options.days} days."
        raise UnusableData(f"{message} Use a larger --days or a smaller --change.")
    if unknown := [name for name in options.policies if name not in POLICY_NAMES]:
        known = ", ".join(POLICY_NAMES)
        raise UnusableData(f"There is no policy {unknown[0]}. There are: {known}.")
    return [POLICY_NAMES[name] for name in POLICY_NAMES if name in options.policies]


def _run(options: argparse.Namespace, chosen: list[str]) -> dict[str, SimulationResult]:
    wanted = [name for name in POLICIES if name in chosen or name in REFERENCES]
    results: dict[str, SimulationResult] = {}
    with Progress("simulating", len(wanted) * options.days) as step:
        for name in wanted:
            world = _world(options)

            def report(day: int, name: str = name) -> None:
                step(label=name)

            results[name] = live(world, POLICIES[name](world), options.days, report)
    return results


def _world(options: argparse.Namespace) -> World:
    if not options.change:
        return World(options.families, options.seed)
    world = World(options.families, options.seed, Traits(share_changed=0.0))
    world.truth.changed_on[:] = options.change
    world.truth.reported[:] = True
    return world


def by_day(result: SimulationResult) -> list[float]:
    """Return the helpful moments per week and family for each day, averaged over the last week."""
    daily = 7 * result.helpful.mean(axis=0)
    starts = [max(0, day + 1 - SMOOTHING) for day in range(len(daily))]
    return [float(daily[start : day + 1].mean()) for day, start in enumerate(starts)]


def _describe(options: argparse.Namespace) -> str:
    text = f"{options.families} simulated families, {options.days} days, seed {options.seed}."
    if options.change:
        text += f" On day {options.change} what helps changes in every family, and all report it."
    return f"{text} Intervals are 95 %, over families."


def _row(line: PolicySummary) -> list[str]:
    mean, low, high = line.beside_schedule
    return [
        line.name,
        f"{line.helpful:.2f}",
        f"{mean:+.2f} ({low:+.2f} to {high:+.2f})",
        f"{line.closed:.0%}" if math.isfinite(line.closed) else "-",
        f"{line.first_week:.2f}",
        f"{line.worst_tenth:.2f}",
        f"{line.muted:.1%}",
        f"{line.nudges:.1f}",
        str(line.violations),
    ]


def _as_json(
    options: argparse.Namespace, summaries: list[PolicySummary], weekly: Mapping[str, list[float]]
) -> dict[str, object]:
    figures: dict[str, object] = {
        name: getattr(options, name) for name in ("families", "days", "seed", "change")
    }
    policies = []
    for summary in summaries:
        row = {**asdict(summary), "by_day": np.round(weekly[summary.name], 4).tolist()}
        policies.append({**row, "closed": row["closed"] if math.isfinite(row["closed"]) else None})
    return {**figures, "policies": policies}
