"""`everyhour engine simulate`: policies beside one another in an invented world. Needs no database and no Django."""

import argparse
import json
import math
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

import numpy as np

from everyhour.analysis import plots
from everyhour.analysis.progress import Progress
from everyhour.analysis.studies import count, kindly, names
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

ALWAYS = (NEVER, SCHEDULE, BEST)  # the table is measured between these
SHORT = {
    "never": NEVER,
    "random": "random",
    "schedule": SCHEDULE,
    "alone": "Thompson, each family alone",
    "pooled": "Thompson, all pooled",
    "everyhour": "everyhour",
    "clairvoyant": BEST,
}
SMOOTH = 7  # days a point of the plot looks back on: children's weeks have a rhythm of their own
FEWEST_FAMILIES = 2  # an interval needs a difference between families
EPILOG = """
Every policy meets the same invented children in the same moods; how the world is made stands in docs/science/engine.md. It tells
which policy learns and at what price, not what will happen in a real family.

  everyhour engine simulate                                       60 families for four weeks, all policies
  everyhour engine simulate --families 300 --days 60 --policies everyhour,schedule
  everyhour engine simulate --days 56 --change 28 --svg weeks.svg a new school, a loss: what helped no longer does
  everyhour engine simulate --json > figures.json
"""


def add(what) -> None:
    """Add the command to those of `everyhour engine`."""
    command = what.add_parser(
        "simulate",
        help="policies beside one another in an invented world",
        description=_simulate.__doc__,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.add_argument(
        "--families", type=count, default=60, help="how many are invented (default: 60)"
    )
    command.add_argument("--days", type=count, default=28, help="how long they live (default: 28)")
    command.add_argument(
        "--seed",
        type=int,
        default=168,
        help="of the world; the same seed gives the same lives (default: 168)",
    )
    command.add_argument(
        "--policies",
        type=names,
        default=list(SHORT),
        metavar="A,B",
        help=f"which ones: {', '.join(SHORT)} (default: all); never, schedule and clairvoyant are lived in any case: they are the measure",
    )
    command.add_argument(
        "--change",
        type=count,
        metavar="DAY",
        help="on this day everything changes for every family, and all say so",
    )
    command.add_argument(
        "--json", action="store_true", help="figures for programs, in place of table and plot"
    )
    command.add_argument("--svg", type=Path, metavar="FILE", help="write the plot as a picture")
    command.set_defaults(run=kindly(_simulate))


def _simulate(options: argparse.Namespace) -> int:
    """Let policies choose for invented families and compare: helpful moments, the worst tenth, the first week, mutes, broken rules."""
    chosen = _policies(options)
    lived = _live(options, chosen)
    shown = {name: one for name, one in lived.items() if name in chosen}
    with np.errstate(
        divide="ignore", invalid="ignore"
    ):  # where nobody fared better than with nothing, no gap can be closed
        found = [line for line in lines(lived) if line.name in shown]
    weekly = {name: by_day(one) for name, one in shown.items()}
    if options.json:
        print(json.dumps(_for_programs(options, found, weekly), indent=1))
    else:
        print(_in_words(options))
        print("\n" + figures(found) + "\n")
        print(f"Helpful moments a week and family, over the last {SMOOTH} days")
        print(plots.lines(weekly, below="day"))
    if options.svg:
        title = f"{options.families} invented families, {options.days} days, seed {options.seed}"
        beside = f"Helpful moments a week and family, over the last {SMOOTH} days"
        options.svg.write_text(
            plots.svg(weekly, title=title, below="day", beside=beside), encoding="utf-8"
        )
        print("" if options.json else f"\nWritten: {options.svg}", end="" if options.json else "\n")
    return 1 if any(line.violations for line in found) else 0


def _policies(options: argparse.Namespace) -> list[str]:
    if options.families < FEWEST_FAMILIES:
        raise UnusableData("Two families at least: an interval needs a difference between them.")
    if options.change and options.change >= options.days:
        raise UnusableData(
            f"Day {options.change} is not within {options.days} days. Give --days more."
        )
    if unknown := [name for name in options.policies if name not in SHORT]:
        raise UnusableData(f"There is no policy {unknown[0]}. There are: {', '.join(SHORT)}.")
    return [SHORT[name] for name in SHORT if name in options.policies]


def _live(options: argparse.Namespace, chosen: list[str]) -> dict[str, SimulationResult]:
    wanted = [name for name in POLICIES if name in chosen or name in ALWAYS]
    lived: dict[str, SimulationResult] = {}
    with Progress("living", len(wanted) * options.days) as step:
        for name in wanted:
            world = _world(options)

            def tell(day: int, name: str = name) -> None:
                step(what=name)

            lived[name] = live(world, POLICIES[name](world), options.days, tell)
    return lived


def _world(options: argparse.Namespace) -> World:
    if not options.change:
        return World(options.families, options.seed)
    world = World(options.families, options.seed, Traits(share_changed=0.0))
    world.truth.changed_on[:] = options.change
    world.truth.reported[:] = True
    return world


def by_day(lived: SimulationResult) -> list[float]:
    """Give helpful moments a week and family for each day, as the mean of the last days up to it."""
    daily = 7 * lived.helpful.mean(axis=0)
    return [float(daily[max(0, day + 1 - SMOOTH) : day + 1].mean()) for day in range(len(daily))]


def _in_words(options: argparse.Namespace) -> str:
    change = (
        f" On day {options.change} everything changes for every family, and all of them say so."
        if options.change
        else ""
    )
    return f"{options.families} invented families, {options.days} days, seed {options.seed}.{change} Intervals are 95 %, family by family."


def figures(found: list[PolicySummary]) -> str:
    head = [
        "policy",
        "helpful a week",
        "beside the schedule",
        "gap closed",
        "first week",
        "worst tenth",
        "muted",
        "nudges",
        "broken rules",
    ]
    return table([head, *(_row(line) for line in found)])


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


def _for_programs(
    options: argparse.Namespace, found: list[PolicySummary], weekly: Mapping[str, list[float]]
) -> dict[str, object]:
    told = {name: getattr(options, name) for name in ("families", "days", "seed", "change")}
    policies = [
        {**asdict(line), "by_day": np.round(weekly[line.name], 4).tolist()} for line in found
    ]
    return {
        **told,
        "policies": [
            {**one, "closed": one["closed"] if math.isfinite(one["closed"]) else None}
            for one in policies
        ],
    }
