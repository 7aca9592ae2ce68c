"""Commands of a statistician: `everyhour engine analyse FILE` and `everyhour engine plan-study`."""

import argparse
import math
from collections.abc import Callable
from pathlib import Path

import numpy as np

from everyhour.engine.evaluation import planning, power_curve, report
from everyhour.engine.evaluation.study import UnusableData
from everyhour.engine.evaluation.table import ROLES, read

ANALYSE = """
One row for each decision point. Columns: family, sent (1 or 0), probability (known, of sending), available (1 or 0; without it,
always), the outcome, and what else you name. Other names: --called sent=A.

  everyhour engine analyse study.csv --outcome moment --controls wobbly,lowcap,each:slot
  everyhour engine analyse study.csv --outcome score --moderators lowcap,day --at lowcap=1,day=20 --day day
"""
PLAN = """
  everyhour engine plan-study --days 42 --ratio 1.2 --rate 0.2        a chance of 20 % that becomes 24 %
  everyhour engine plan-study --days 42 --effect 0.08 --families 30   standardised effect; what 30 families could see
  everyhour engine plan-study --days 56 --effect 0.05 --shape linear --initial 0.1 --svg power.svg
"""
CURVE_POINTS = 60
MOST_EFFECT = 2.0  # standard deviations; nobody looks for more


def add(what) -> None:
    """Add both commands to those of `everyhour engine`."""
    shape = argparse.RawDescriptionHelpFormatter
    analyse = what.add_parser(
        "analyse",
        help="the effect of sending, from a file",
        description=_analyse.__doc__,
        epilog=ANALYSE,
        formatter_class=shape,
    )
    analyse.add_argument("file", type=Path, help="a CSV file")
    analyse.add_argument(
        "--outcome", help="the column of the outcome; 0 and 1 give a relative risk too"
    )
    analyse.add_argument(
        "--controls",
        type=names,
        default=[],
        metavar="A,B",
        help="columns that foretell the outcome; each:C for its values",
    )
    analyse.add_argument(
        "--moderators",
        type=names,
        default=[],
        metavar="A,B",
        help="columns the effect may depend on",
    )
    analyse.add_argument(
        "--at",
        type=_values,
        action="append",
        default=[],
        metavar="A=1,B=20",
        help="the effect at these values; may be repeated",
    )
    analyse.add_argument(
        "--day", help="a column that orders the rows; adds the estimate from the design alone"
    )
    analyse.add_argument(
        "--called",
        type=_called,
        default={},
        metavar="PART=COLUMN",
        help=f"which column is which part: {', '.join(ROLES)}",
    )
    analyse.add_argument(
        "--numerator", type=float, default=0.5, help="the numerator probability (default: 0.5)"
    )
    analyse.add_argument(
        "--level", type=_share, default=0.95, help="of the intervals (default: 0.95)"
    )
    analyse.add_argument(
        "--bounds",
        type=float,
        nargs=2,
        default=(0.0, 1.0),
        metavar=("LOW", "HIGH"),
        help="bounds the probabilities had to keep",
    )
    analyse.set_defaults(run=kindly(_analyse))

    plan = what.add_parser(
        "plan-study",
        help="how many families a study needs",
        description=_plan_study.__doc__,
        epilog=PLAN,
        formatter_class=shape,
    )
    plan.add_argument("--days", type=count, required=True, help="how long it lasts")
    plan.add_argument("--points", type=count, default=4, help="decision points a day (default: 4)")
    plan.add_argument(
        "--available",
        type=_share,
        default=0.7,
        help="share of them at which sending is possible (default: 0.7)",
    )
    plan.add_argument("--probability", type=_share, default=0.5, help="of sending (default: 0.5)")
    size = plan.add_mutually_exclusive_group(required=True)
    size.add_argument(
        "--effect",
        type=float,
        help="standardised effect: difference of means over the standard deviation",
    )
    size.add_argument(
        "--ratio", type=float, help="relative risk of an outcome that is 0 or 1; needs --rate"
    )
    plan.add_argument("--rate", type=_share, help="the chance of that outcome when nothing is sent")
    plan.add_argument(
        "--shape",
        choices=planning.SHAPES,
        default="constant",
        help="of the standardised effect over the days (default: constant)",
    )
    plan.add_argument(
        "--initial", type=float, help="the effect on the first day, when it is not constant"
    )
    plan.add_argument("--peak", type=count, help="the day on which a quadratic effect turns")
    plan.add_argument("--families", type=count, help="how many there are: what could they see?")
    plan.add_argument("--power", type=_share, default=0.8, help="(default: 0.8)")
    plan.add_argument("--alpha", type=_share, default=0.05, help="(default: 0.05)")
    plan.add_argument("--svg", type=Path, metavar="FILE", help="write the power curve as a picture")
    plan.set_defaults(run=kindly(_plan_study))


def _analyse(options: argparse.Namespace) -> int:
    """Tell whether sending something helped: weighted and centred least squares, the relative risk, and the estimate from the design."""
    with options.file.open(newline="", encoding="utf-8-sig") as file:
        table = read(file)
    if not options.outcome:
        raise UnusableData(
            f"Which column is the outcome? --outcome with one of: {', '.join(table.columns)}."
        )
    study = table.study(
        options.outcome,
        controls=options.controls,
        moderators=options.moderators,
        numerator=options.numerator,
        called=options.called,
    )
    day = table.numbers(options.day) if options.day else None
    print(
        report.analysis(
            study,
            outcome=options.outcome,
            day=day,
            at=options.at,
            level=options.level,
            bounds=tuple(options.bounds),
        )
    )
    return 0


def _plan_study(options: argparse.Namespace) -> int:
    """Tell how many families a study needs before it can see an effect, and what the families there are could see."""
    if options.ratio is not None and options.rate is None:
        raise UnusableData(
            "A relative risk needs --rate: the chance of the outcome when nothing is sent."
        )
    size, most_effect, words, of = (_standardised if options.effect is not None else _relative)(
        options
    )
    plan = of(size)
    needed = plan.families(options.power)
    most = max(needed * 2, options.families or 0, 20)
    smallest = (
        planning.detectable(of, options.families, power=options.power, most=most_effect)
        if options.families
        else None
    )
    if smallest is not None and options.ratio is not None:
        smallest = math.exp(smallest)
    families = np.unique(np.linspace(plan.fewest, most, CURVE_POINTS).round().astype(int))
    points = planning.curve(plan, families.tolist())
    print(
        report.plan(
            plan,
            power=options.power,
            families=options.families,
            smallest=smallest,
            effect=words,
            points=families[:: CURVE_POINTS // 8],
        )
    )
    print("\n" + power_curve.text(points, wanted=options.power))
    if options.svg:
        title = f"{words}: {options.days} days, {options.points} decision points a day"
        options.svg.write_text(
            power_curve.svg(
                points, title=title[0].upper() + title[1:], needed=needed, wanted=options.power
            ),
            encoding="utf-8",
        )
        print(f"\nWritten: {options.svg}")
    return 0


def _standardised(
    options: argparse.Namespace,
) -> tuple[float, float, str, Callable[[float], planning.Plan]]:
    shape = planning.powers(planning.SHAPES.index(options.shape), options.days, options.points)
    trend = planning.trend(
        options.shape, options.days, options.effect, initial=options.initial, peak=options.peak
    )
    form = (
        planning.by_point(trend, options.points) / options.effect
        if options.effect
        else np.zeros(len(shape))
    )

    def of(effect: float) -> planning.Plan:
        return planning.continuous(
            effect * form,
            shape=shape,
            available=options.available,
            probability=options.probability,
            alpha=options.alpha,
        )

    return options.effect, MOST_EFFECT, f"a standardised effect of {options.effect:g}", of


def _relative(
    options: argparse.Namespace,
) -> tuple[float, float, str, Callable[[float], planning.Plan]]:
    if options.ratio <= 0:
        raise UnusableData("A relative risk is above 0; 1.2 is a fifth more.")
    one = np.ones((options.days * options.points, 1))

    def of(log_ratio: float) -> planning.Plan:
        return planning.binary(
            one,
            one,
            [log_ratio],
            [math.log(options.rate)],
            available=options.available,
            probability=options.probability,
            alpha=options.alpha,
        )

    return (
        math.log(options.ratio),
        -0.999 * math.log(options.rate),
        f"a relative risk of {options.ratio:g} over a chance of {options.rate:g}",
        of,
    )


def kindly(work: Callable[[argparse.Namespace], int]) -> Callable[[argparse.Namespace], int]:
    """Say in a sentence what stands in the way, instead of a trace."""

    def run(options: argparse.Namespace) -> int:
        try:
            return work(options)
        except UnusableData as reason:
            print(reason)
        except UnicodeDecodeError:
            print("This is not a file of text in UTF-8. Save it as CSV.")
        except OSError as error:
            print(f"{error.filename}: {error.strerror}.")
        return 1

    return run


def names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]


def _values(text: str) -> dict[str, float]:
    try:
        return {
            name.strip(): float(value) for name, value in (pair.split("=") for pair in names(text))
        }
    except ValueError:
        raise argparse.ArgumentTypeError(f"“{text}” is not of the form lowcap=1,day=20") from None


def _called(text: str) -> dict[str, str]:
    try:
        return {
            part.strip(): column.strip()
            for part, column in (pair.split("=") for pair in names(text))
        }
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"“{text}” is not of the form family=home,sent=A"
        ) from None


def _share(text: str) -> float:
    value = _float(text)
    if not 0 < value < 1:
        raise argparse.ArgumentTypeError(f"{text} does not lie between 0 and 1")
    return value


def count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a number from 1 on")
    return int(text)


def _float(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text} is not a number") from None
