"""`everyhour engine analyse FILE` and `everyhour engine plan-study`."""

import argparse
import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from everyhour.analysis.arguments import (
    add_command,
    count,
    names,
    number_pairs,
    pairs,
    proportion,
    reports_errors,
)
from everyhour.engine.evaluation import planning, power_curve, report
from everyhour.engine.evaluation.study import UnusableData
from everyhour.engine.evaluation.table import ROLES, read

ANALYSE = """
The file has one row per decision point. Its columns: family, sent (1 or 0), probability (the known
probability of sending), available (1 or 0; optional), the outcome, and others that you name. If a
column has another name, say so: --called sent=A.

  everyhour engine analyse study.csv --outcome moment --controls wobbly,lowcap,each:slot
  everyhour engine analyse study.csv --outcome score --moderators lowcap,day --at lowcap=1,day=20 \\
    --day day
"""
PLAN = """
  everyhour engine plan-study --days 42 --ratio 1.2 --rate 0.2
      from a probability of 20 % to 24 %
  everyhour engine plan-study --days 42 --effect 0.08 --families 30
      a standardised effect, and the smallest effect that 30 families can detect
  everyhour engine plan-study --days 56 --effect 0.05 --shape linear --initial 0.1 --svg power.svg
"""
CURVE_POINTS = 60
LARGEST_EFFECT = 2.0  # standard deviations


@dataclass(frozen=True)
class Size:
    """The effect size of a study; a relative risk as its logarithm."""

    value: float
    largest: float
    text: str
    plan: Callable[[float], planning.Plan]


def add(commands) -> None:
    _add_analyse(commands)
    _add_plan_study(commands)


def _add_analyse(commands) -> None:
    add = add_command(
        commands,
        "analyse",
        reports_errors(_analyse),
        help="estimate the effect of sending from a file",
        epilog=ANALYSE,
    ).add_argument
    lists = {"type": names, "default": [], "metavar": "A,B"}
    add("file", type=Path, help="a CSV file")
    add("--outcome", help="column of the outcome; for 0 and 1 the relative risk is estimated too")
    add("--controls", **lists, help="columns that predict the outcome; each:C for C's categories")
    add("--moderators", **lists, help="columns the effect may depend on")
    add(
        "--at",
        type=number_pairs,
        action="append",
        default=[],
        metavar="A=1,B=20",
        help="the effect at these values of the moderators; may be repeated",
    )
    add("--day", help="column that orders the rows; adds the design-based estimate")
    add(
        "--called",
        type=pairs,
        default={},
        metavar="ROLE=COLUMN",
        help=f"column of a role: {', '.join(ROLES)}",
    )
    add("--numerator", type=float, default=0.5, help="numerator probability (default: 0.5)")
    add("--level", type=proportion, default=0.95, help="confidence level (default: 0.95)")
    add(
        "--bounds",
        type=float,
        nargs=2,
        default=(0.0, 1.0),
        metavar=("LOW", "HIGH"),
        help="bounds of the sending probabilities in the design",
    )


def _add_plan_study(commands) -> None:
    parser = add_command(
        commands,
        "plan-study",
        reports_errors(_plan_study),
        help="compute how many families a study needs",
        epilog=PLAN,
    )
    add, size = parser.add_argument, parser.add_mutually_exclusive_group(required=True)
    add("--days", type=count, required=True, help="length of the study")
    add("--points", type=count, default=4, help="decision points per day (default: 4)")
    add("--available", type=proportion, default=0.7, help="share available (default: 0.7)")
    add("--probability", type=proportion, default=0.5, help="of sending (default: 0.5)")
    size.add_argument("--effect", type=float, help="standardised mean difference")
    size.add_argument("--ratio", type=float, help="relative risk of a 0/1 outcome; needs --rate")
    add("--rate", type=proportion, help="probability of that outcome without sending")
    add(
        "--shape",
        choices=planning.SHAPES,
        default="constant",
        help="of the standardised effect over the days (default: constant)",
    )
    add("--initial", type=float, help="effect on the first day, unless the shape is constant")
    add("--peak", type=count, help="day on which a quadratic effect is largest")
    add("--families", type=count, help="number of families, to compute what they can detect")
    add("--power", type=proportion, default=0.8, help="(default: 0.8)")
    add("--alpha", type=proportion, default=0.05, help="(default: 0.05)")
    add("--svg", type=Path, metavar="FILE", help="write the power curve to a file")


def _analyse(options: argparse.Namespace) -> int:
    """Estimate whether sending helped.

    By weighted and centred least squares; with --day also from the design alone, and for an outcome
    of 0 and 1 also as a relative risk.
    """
    with options.file.open(newline="", encoding="utf-8-sig") as file:
        table = read(file)
    if not options.outcome:
        columns = ", ".join(table.columns)
        raise UnusableData(f"Which column is the outcome? Add --outcome with one of: {columns}.")
    study = table.study(
        options.outcome,
        controls=options.controls,
        moderators=options.moderators,
        numerator=options.numerator,
        called=options.called,
    )
    text = report.analysis(
        study,
        outcome=options.outcome,
        day=table.numbers(options.day) if options.day else None,
        at=options.at,
        level=options.level,
        bounds=tuple(options.bounds),
    )
    print(text)
    return 0


def _plan_study(options: argparse.Namespace) -> int:
    """Compute how many families a study needs to detect an effect, and what given families can."""
    if options.ratio is not None and options.rate is None:
        raise UnusableData(
            "A relative risk needs --rate: the outcome's probability when nothing is sent."
        )
    size = _standardised(options) if options.effect is not None else _relative(options)
    plan = size.plan(size.value)
    needed = plan.families(options.power)
    smallest = _smallest_effect(size, options) if options.families else None
    most = max(needed * 2, options.families or 0, 20)
    families = np.unique(np.linspace(plan.fewest, most, CURVE_POINTS).round().astype(int))
    points = planning.curve(plan, families.tolist())
    text = report.plan(
        plan,
        power=options.power,
        families=options.families,
        smallest=smallest,
        effect=size.text,
        points=families[:: CURVE_POINTS // 8],
    )
    print(text)
    print("\n" + power_curve.text(points, wanted=options.power))
    if options.svg:
        title = f"{size.text}: {options.days} days, {options.points} decision points a day"
        title = title[0].upper() + title[1:]
        svg = power_curve.svg(points, title=title, needed=needed, wanted=options.power)
        options.svg.write_text(svg, encoding="utf-8")
        print(f"\nWritten: {options.svg}")
    return 0


def _smallest_effect(size: Size, options: argparse.Namespace) -> float | None:
    smallest = planning.detectable(
        size.plan, options.families, power=options.power, most=size.largest
    )
    return math.exp(smallest) if smallest is not None and options.ratio is not None else smallest


def _standardised(options: argparse.Namespace) -> Size:
    shape = planning.powers(planning.SHAPES.index(options.shape), options.days, options.points)
    trend = planning.trend(
        options.shape, options.days, options.effect, initial=options.initial, peak=options.peak
    )
    form = np.zeros(len(shape))
    if options.effect:
        form = planning.by_point(trend, options.points) / options.effect

    def plan(effect: float) -> planning.Plan:
        return planning.continuous(
            effect * form,
            shape=shape,
            available=options.available,
            probability=options.probability,
            alpha=options.alpha,
        )

    text = f"a standardised effect of {options.effect:g}"
    return Size(options.effect, LARGEST_EFFECT, text, plan)


def _relative(options: argparse.Namespace) -> Size:
    if options.ratio <= 0:
        raise UnusableData("--ratio must be above 0; 1.2 means a fifth more.")
    ones, log_rate = np.ones((options.days * options.points, 1)), math.log(options.rate)

    def plan(log_ratio: float) -> planning.Plan:
        return planning.binary(
            ones,
            ones,
            [log_ratio],
            [log_rate],
            available=options.available,
            probability=options.probability,
            alpha=options.alpha,
        )

    text = f"a relative risk of {options.ratio:g} over a chance of {options.rate:g}"
    return Size(math.log(options.ratio), -0.999 * log_rate, text, plan)
