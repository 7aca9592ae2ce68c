"""`everyhour engine fit` and `roll-back`: train, list and withdraw versions of the model."""

import argparse
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING

from everyhour.analysis import plots
from everyhour.analysis.arguments import add_command
from everyhour.analysis.output import on_this_server, table

if TYPE_CHECKING:
    from everyhour.domain.recommendations.advisor import learned
    from everyhour.domain.recommendations.models import ModelVersion

FIT = """
The timetable does the same each night. A version that fails its checks is rejected, and the one
before stays in force.

  everyhour engine fit --dry-run      what training would produce now; writes nothing
  everyhour engine fit                train now
  everyhour engine fit --list         list the versions, and which one is in force
"""
ROLL_BACK = """
Nothing is deleted: decisions made with the version can still be repeated. The next night trains
from all reports, as always.

  everyhour engine roll-back --reason "too certain of new practices"     the version in force
  everyhour engine roll-back 12 --reason "trained with test data" --yes
"""
MOST_ROWS = 12
UNCHANGED = "Nothing was written."


def add(commands) -> None:
    fit = add_command(
        commands, "fit", on_this_server(_fit), help="train now, or show the result", epilog=FIT
    )
    how = fit.add_mutually_exclusive_group()
    how.add_argument("--dry-run", action="store_true", help="show the result; write nothing")
    how.add_argument("--list", action="store_true", help="list the versions")
    fit.add_argument(
        "--all", action="store_true", help="every coefficient or version, not only some"
    )

    back = add_command(
        commands,
        "roll-back",
        on_this_server(_roll_back),
        help="take a version out of use",
        epilog=ROLL_BACK,
    )
    back.add_argument("version", type=int, nargs="?", help="default: the version in force")
    back.add_argument("--reason", required=True, help="stored with the version")
    back.add_argument("--yes", action="store_true", help="do not ask for confirmation")


def _fit(options: argparse.Namespace) -> int:
    """Train from all reports of families; print the result with its uncertainty."""
    from django.utils import timezone

    from everyhour.domain.recommendations import training

    if options.list:
        return _list(whole=options.all)
    before = training.last_used()
    if options.dry_run:
        return _dry_run(before, whole=options.all)
    made = training.learn(at=timezone.now())
    print(f"Version {made.version}, from {_tries(made.outcomes)} with {_children(made.children)}.")
    if made.state == made.State.REJECTED:
        print(f"Rejected: {made.reason}.\n{_in_force()}")
        return 1
    _print_model(training.load_population(made), before, whole=options.all)
    print(f"\n{_in_force()}")
    return 0


def _dry_run(before: "ModelVersion | None", *, whole: bool) -> int:
    from everyhour.domain.recommendations import training

    sums, found, reason = training.fit_tonight(before)
    children = {unit.partition("/")[0] for unit in sums.place}
    print(f"From {_tries(sums.count)} with {_children(len(children))}.")
    print(f"It would be rejected: {reason}." if found is None else "It would be used.")
    if found is not None:
        _print_model(found.population, before, whole=whole)
    print(f"\n{UNCHANGED}")
    return 1 if found is None else 0


def _tries(count: int) -> str:
    return "1 try" if count == 1 else f"{count:,} tries"


def _children(count: int) -> str:
    return "1 child" if count == 1 else f"{count:,} children"


def _in_force() -> str:
    from everyhour.domain.recommendations import training

    held = training.in_force()
    return f"In force now: {f'version {held.version}' if held else 'the shipped model'}."


def _print_model(
    found: "learned.PopulationPosterior", before: "ModelVersion | None", *, whole: bool
) -> None:
    """Print the effect of each kind of practice in each state, and what changed most.

    `whole` prints every coefficient instead of the most changed ones.
    """
    from everyhour.domain.recommendations import training

    earlier_model = training.population_for(before, found.items) if before else None
    earlier_model = earlier_model or training.population_for(None, found.items)
    assert earlier_model is not None
    now, earlier = coefficients(found), coefficients(earlier_model)
    print("\nEstimated effect of each kind of practice, over all families")
    print("(1: it always helps where nothing else would have)")
    kinds = _kinds()
    effects = {name: value for name, (value, _sd) in now.items() if ":" in name}
    print(plots.bars({n: value for n, value in effects.items() if n.partition(":")[0] in kinds}))
    shown = list(now)
    if whole:
        print("\nEvery coefficient")
    else:
        other = f"version {before.version}" if before else "the shipped model"
        print(f"\nWhat changed most, compared with {other}")
        shown.sort(key=lambda name: -abs(now[name][0] - earlier.get(name, (0.0, 0.0))[0]))
        del shown[MOST_ROWS:]
    rows = [["coefficient", "estimate", "sd", "before"]]
    print(table([*rows, *(_row(name, now[name], earlier.get(name)) for name in shown)]))


def _row(name: str, now: tuple[float, float], earlier: tuple[float, float] | None) -> list[str]:
    kind, _, rest = name.partition(":")
    labels = {
        "item": f"practice {rest}",
        "g": "without it, in general" if rest == "one" else f"without it: {rest}",
    }
    return [
        labels.get(kind, name),
        f"{now[0]:+.4f}",
        f"{now[1]:.4f}",
        f"{earlier[0]:+.4f}" if earlier else "new",
    ]


def _kinds() -> frozenset[str]:
    from everyhour.domain.practices.vocabulary import WHAT_HELPS

    return frozenset(WHAT_HELPS) | {"own_calm"}


def coefficients(population: "learned.PopulationPosterior") -> Mapping[str, tuple[float, float]]:
    """Return each coefficient by name, with its standard deviation."""
    deviations = ((population.factor**2).sum(axis=1)) ** 0.5
    values = zip(population.mean.tolist(), deviations.tolist(), strict=True)
    return dict(zip(population.columns, values, strict=True))


def _list(*, whole: bool) -> int:
    from everyhour.domain.recommendations import training
    from everyhour.domain.recommendations.models import ModelVersion

    held, count = training.in_force(), ModelVersion.objects.count()
    versions = ModelVersion.objects.defer("body").order_by("-version")
    rows = [_version(version, held) for version in versions[: None if whole else MOST_ROWS]]
    if rows:
        header = ["version", "trained", "state", "tries", "children", "engine", "reason"]
        print(table([header, *rows]))
        print(f"\n{len(rows)} of {count} versions; --all lists all." if count > len(rows) else "")
    else:
        print("There is no version yet: this server has not trained.")
    print(_in_force())
    return 0


def _version(version: "ModelVersion", held: "ModelVersion | None") -> list[str]:
    state = "in force" if held and version.pk == held.pk else version.state.replace("_", " ")
    return [
        str(version.version),
        f"{version.learned_at:%Y-%m-%d %H:%M}",
        state,
        f"{version.outcomes:,}",
        f"{version.children:,}",
        version.engine,
        version.reason or "-",
    ]


def _roll_back(options: argparse.Namespace) -> int:
    """Take a version out of use; the version before it, or the shipped model, is in force again."""
    from everyhour.domain.recommendations import training
    from everyhour.domain.recommendations.models import ModelVersion

    if options.version is None:
        version, missing = training.in_force(), "No version is in force."
    else:
        version = ModelVersion.objects.filter(version=options.version).first()
        missing = f"There is no version {options.version}."
    if version is None:
        print(missing, _in_force())
        return 1
    if version.state != ModelVersion.State.USED:
        reason = f": {version.reason}" if version.reason else ""
        state = version.state.replace("_", " ")
        print(f"Version {version.version} is not in use ({state}{reason}). {_in_force()}")
        return 1
    if not options.yes and not _confirm(version):
        print(UNCHANGED, _in_force())
        return 1
    training.roll_back(version, reason=options.reason)
    print(f"Version {version.version} is out of use. {_in_force()}")
    return 0


def _confirm(version: "ModelVersion") -> bool:
    if not sys.stdin.isatty():
        print("This is not a terminal, so it cannot ask for confirmation. Add --yes.")
        return False
    question = (
        f"Take version {version.version}, from {_tries(version.outcomes)}, out of use? [y/N] "
    )
    return input(question).strip().lower() in ("y", "yes")
