"""Policies in one simulated world: ours, baselines, and libraries.

Results are stored in bench/results/lives.tmp as they finish, so that an interrupted run continues.
Results of another engine version are discarded; remove the folder to start again.
"""

import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bench.rivals import LIBRARIES, missing, policy, version_of
from bench.table import Table, Value
from everyhour.engine import VERSION
from everyhour.engine.policy import Policy
from everyhour.engine.simulation import baselines
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

LIVES = Path(__file__).with_name("results") / "lives.tmp"
OURS = "everyhour"
SEED, CHANGE_SEED, SMALL_SEEDS = (
    4168,
    5168,
    range(6168, 6178),
)  # never looked at while anything was tuned
CHANGE_ON = 21  # the day on which everything changes for everyone


@dataclass(frozen=True)
class Size:
    families: int
    days: int
    changed: int  # families of the hard change
    worlds: int  # of thirty families


SIZES = {
    "full": Size(1000, 60, 150, 10),
    "middle": Size(300, 60, 150, 10),
    "quick": Size(30, 4, 20, 2),
}
Maker = Callable[[World], Policy]


def measure() -> list[Table]:
    size = SIZES[os.environ.get("EVERYHOUR_BENCH_SIZE", "full")]
    return [beside_one_another(size), thirty_families(size), after_a_change(size)]


def beside_one_another(size: Size) -> Table:
    """Compare all policies: many families, two months."""
    made, notes = dict(POLICIES), []
    for name in LIBRARIES:
        if why := missing(name):
            notes.append(f"{name}: not taken. {why}.")
        else:
            made[name] = policy(name)
    lived = {
        name: lived_by(name, maker, size.families, size.days, SEED) for name, maker in made.items()
    }
    found = sorted(lines(lived), key=lambda line: line.helpful)
    notes += [
        (
            f"{size.families:,} invented families, {size.days} days, seed {SEED}; all policies "
            "meet the same children in the same moods."
        ),
        (
            "Helpful moments are a week and family, reported or not. Intervals are 95 %, of "
            "differences family by family; families of one policy learn from one another, so they "
            "describe this world, not all worlds."
        ),
        (
            "“first week” is the cold start; “worst tenth” the mean of the tenth that fared "
            "worst; “muted” for good by the last day."
        ),
        *_how(),
    ]
    return Table("Policies in one invented world", [_row(line) for line in found], notes)


def _row(line: PolicySummary) -> dict[str, Value]:
    mean, low, high = line.beside_schedule
    return {
        "policy": line.name,
        "helpful moments": f"{line.helpful:.2f}",
        "beside the schedule (95 %)": f"{mean:+.2f} ({low:+.2f} to {high:+.2f})",
        "gap closed": f"{line.closed:.0%}",
        "first week": f"{line.first_week:.2f}",
        "worst tenth": f"{line.worst_tenth:.2f}",
        "muted": f"{line.muted:.1%}",
        "nudges a week": f"{line.nudges:.1f}",
        "broken rules": line.violations,
    }


def _how() -> list[str]:
    libraries = ", ".join(f"{LIBRARIES[name][1]} {version_of(name)}" for name in LIBRARIES)
    return [
        f"Libraries: {libraries}. Before each stand our rules and limits; each gets our "
        "columns and what the family said helps its child; “nothing” is one of its arms, and "
        "what it sends counts .08 less than what it brings, which is our price of a nudge. "
        "Libraries with a model for each arm take the six kinds as arms, and within a kind "
        "the practice that rested longest. Widths were tuned on another seed "
        "(bench/rivals/tuning.py). None has a shipped prior: that part of our lead is the "
        "prior's, not the algorithm's."
    ]


def thirty_families(size: Size) -> Table:
    """Compare the shipped prior with the fixed schedule in a small organization."""
    rows: list[dict[str, Value]] = []
    made = {name: POLICIES[name] for name in (SCHEDULE, OURS)}
    for seed in SMALL_SEEDS[: size.worlds]:
        lived = {name: lived_by(name, maker, 30, size.days, seed) for name, maker in made.items()}
        schedule, ours = lived[SCHEDULE].per_week(), lived[OURS].per_week()
        rows.append(
            {
                "world": seed,
                SCHEDULE: f"{schedule.mean():.2f}",
                OURS: f"{ours.mean():.2f}",
                "difference": f"{(ours - schedule).mean():+.2f}",
                "broken rules": len(lived[OURS].violations),
            }
        )
    differences = np.array([float(str(row["difference"])) for row in rows])
    error = differences.std(ddof=1) / np.sqrt(len(rows))
    notes = [
        f"Helpful moments a week and family over {size.days} days. Mean difference "
        f"{differences.mean():+.2f} (standard error of worlds {error:.2f}); below the schedule "
        f"in {(differences < 0).sum()} of {len(rows)} worlds."
    ]
    return Table("Thirty families and the shipped prior", rows, notes)


def after_a_change(size: Size) -> Table:
    """Compare policies when everything changes for every family on one day and all report it."""
    days = CHANGE_ON + 21 if size.days > CHANGE_ON + 21 else size.days
    traits = Traits(share_changed=0.0)
    made = {name: POLICIES[name] for name in (NEVER, SCHEDULE, OURS, BEST)}
    made["everyhour, not asked again"] = lambda world: baselines.not_asked_again(world.answers)
    lived = {
        name: lived_by(name, maker, size.changed, days, CHANGE_SEED, traits, changes=True)
        for name, maker in made.items()
    }
    weeks = {f"days {d} to {d + 6}": slice(d, d + 7) for d in range(CHANGE_ON - 14, days - 6, 7)}
    rows: list[dict[str, Value]] = []
    for name in (SCHEDULE, "everyhour, not asked again", OURS, BEST):
        gained = {
            label: lived[name].per_week(week) - lived[NEVER].per_week(week)
            for label, week in weeks.items()
        }
        rows.append(
            {"policy": name, **{label: _with_error(value) for label, value in gained.items()}}
        )
    notes = [
        f"{size.changed} invented families; on day {CHANGE_ON} each one's likings are drawn "
        "anew and the family says that something big changed, and is asked once more what "
        "helps (the same noise as when it came). What nudges add, helpful moments a week "
        "beside never, with its standard error. What is left to gain falls for everyone as "
        "nudges wear out: the clairvoyant's row shows by how much."
    ]
    return Table("After a hard change", rows, notes)


def _with_error(values: np.ndarray) -> str:
    return f"{values.mean():.2f} ± {values.std(ddof=1) / np.sqrt(len(values)):.2f}"


def lived_by(
    name: str,
    maker: Maker,
    families: int,
    days: int,
    seed: int,
    traits: Traits = Traits(),
    changes: bool = False,
) -> SimulationResult:
    """Simulate, or load the stored result."""
    kept = (
        LIVES / f"{''.join(c if c.isalnum() else '-' for c in name)}-{families}-{days}-{seed}.npz"
    )
    if (found := _read(kept)) is not None:
        return found
    began = time.perf_counter()
    world = World(families, seed, traits)
    if changes:
        world.truth.changed_on[:] = CHANGE_ON
        world.truth.reported[:] = True
    lived = live(world, maker(world), days)
    LIVES.mkdir(parents=True, exist_ok=True)
    violations = np.array(lived.violations, dtype=str)
    np.savez(
        kept,
        helpful=lived.helpful,
        nudges=lived.nudges,
        muted=lived.muted,
        violations=violations,
        engine=VERSION,
    )
    print(
        f"  {name}: {families} families, {days} days, seed {seed}; "
        f"{time.perf_counter() - began:.0f} s",
        file=sys.stderr,
        flush=True,
    )
    return lived


def _read(kept: Path) -> SimulationResult | None:
    if not kept.exists():
        return None
    with np.load(kept) as libraries:
        same = str(libraries["engine"]) == VERSION
        return (
            SimulationResult(
                libraries["helpful"],
                libraries["nudges"],
                libraries["muted"],
                tuple(libraries["violations"].tolist()),
            )
            if same
            else None
        )
