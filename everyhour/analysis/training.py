"""`everyhour engine fit` and `roll-back`: what this server learned from its families, looked at, learned now, taken back."""

import argparse
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING

from everyhour.analysis import plots
from everyhour.analysis.output import about_this_server, table

if TYPE_CHECKING:
    from everyhour.domain.recommendations.advisor import learned
    from everyhour.domain.recommendations.models import ModelVersion

FIT = """
The same is done each night by the timetable. A fit that looks wrong is put aside, and the one before stays in force.

  everyhour engine fit --dry-run      what tonight's fit would come to; writes nothing
  everyhour engine fit                learn now
  everyhour engine fit --list         all versions, and which one is in force
"""
ROLL_BACK = """
Nothing is erased: decisions made under it can still be decided again. The next night learns from everything told, as always.

  everyhour engine roll-back --reason "far too sure of the new ones"     the version in force
  everyhour engine roll-back 12 --reason "spoiled by a test" --yes
"""
MOST = 12  # lines where there could be a hundred
NOTHING = "Nothing was written."


def add(what) -> None:
    """Add both commands to those of `everyhour engine`."""
    shape = argparse.RawDescriptionHelpFormatter
    fit = what.add_parser(
        "fit",
        help="learn now, or see what learning would come to",
        description=_fit.__doc__,
        epilog=FIT,
        formatter_class=shape,
    )
    how = fit.add_mutually_exclusive_group()
    how.add_argument(
        "--dry-run", action="store_true", help="tell what the fit would be, and write nothing"
    )
    how.add_argument("--list", action="store_true", help="tell which versions there are")
    fit.add_argument(
        "--all",
        action="store_true",
        help="every coefficient and version, not only those that weigh most",
    )
    fit.set_defaults(run=about_this_server(_fit))

    back = what.add_parser(
        "roll-back",
        help="take what was learned out of use",
        description=_roll_back.__doc__,
        epilog=ROLL_BACK,
        formatter_class=shape,
    )
    back.add_argument("version", type=int, nargs="?", help="which one (default: the one in force)")
    back.add_argument(
        "--reason", required=True, help="why, in a few words; it is kept with the version"
    )
    back.add_argument("--yes", action="store_true", help="do not ask")
    back.set_defaults(run=about_this_server(_roll_back))


def _fit(options: argparse.Namespace) -> int:
    """Learn from everything families told so far; tell what came of it, with its doubt."""
    from django.utils import timezone

    from everyhour.domain.recommendations import training

    if options.list:
        return _list(whole=options.all)
    before = training.last_used()
    if options.dry_run:
        sums, found, reason = training.fit_tonight(before)
        print(
            f"From {_tries(sums.count)} with {_children(len({who.partition('/')[0] for who in sums.place}))}."
        )
        print(f"It would be put aside: {reason}." if found is None else "It would be used.")
        if found is not None:
            _tell(found.population, before, whole=options.all)
        print(f"\n{NOTHING}")
        return 1 if found is None else 0
    made = training.learn(at=timezone.now())
    print(f"Version {made.version}, from {_tries(made.outcomes)} with {_children(made.children)}.")
    if made.state == made.State.REJECTED:
        print(f"Put aside: {made.reason}.\n{_in_force()}")
        return 1
    _tell(training.load_population(made), before, whole=options.all)
    print(f"\n{_in_force()}")
    return 0


def _tries(count: int) -> str:
    return "1 try" if count == 1 else f"{count:,} tries"


def _children(count: int) -> str:
    return "1 child" if count == 1 else f"{count:,} children"


def _in_force() -> str:
    from everyhour.domain.recommendations import training

    held = training.in_force()
    return (
        f"In force now: version {held.version}."
        if held
        else "In force now: what the project ships."
    )


def _tell(
    found: "learned.PopulationPosterior", before: "ModelVersion | None", *, whole: bool
) -> None:
    """Tell what is believed of everyone: what a practice of each kind adds in each mood, and what moved most."""
    from everyhour.domain.recommendations import training

    then = training.population_for(before, found.items) if before else None
    then = then or training.population_for(None, found.items)
    assert then is not None
    now, earlier = coefficients(found), coefficients(then)
    kinds = {
        name: value
        for name, (value, _doubt) in now.items()
        if ":" in name and name.partition(":")[0] in _kinds()
    }
    print(
        "\nWhat a practice of each kind is believed to add, for all families (1: it always helps where nothing would have)"
    )
    print(plots.bars(kinds))
    moved = sorted(now, key=lambda name: -abs(now[name][0] - earlier.get(name, (0.0, 0.0))[0]))
    shown = list(now) if whole else moved[:MOST]
    print(
        "\nEvery coefficient"
        if whole
        else f"\nWhat moved most, beside {f'version {before.version}' if before else 'what the project ships'}"
    )
    rows = [["coefficient", "belief", "doubt (sd)", "before"]]
    print(table([*rows, *(_row(name, now[name], earlier.get(name)) for name in shown)]))


def _row(name: str, now: tuple[float, float], earlier: tuple[float, float] | None) -> list[str]:
    kind, _, rest = name.partition(":")
    words = {
        "item": f"practice {rest}",
        "g": "without it, in general" if rest == "one" else f"without it: {rest}",
    }.get(kind, name)
    return [words, f"{now[0]:+.4f}", f"{now[1]:.4f}", f"{earlier[0]:+.4f}" if earlier else "new"]


def _kinds() -> frozenset[str]:
    from everyhour.domain.practices.vocabulary import WHAT_HELPS

    return frozenset(WHAT_HELPS) | {"own_calm"}


def coefficients(population: "learned.PopulationPosterior") -> Mapping[str, tuple[float, float]]:
    """Give each coefficient by name, with its standard deviation."""
    doubt = ((population.factor**2).sum(axis=1)) ** 0.5
    return dict(
        zip(
            population.columns,
            zip(population.mean.tolist(), doubt.tolist(), strict=True),
            strict=True,
        )
    )


def _list(*, whole: bool) -> int:
    from everyhour.domain.recommendations import training
    from everyhour.domain.recommendations.models import ModelVersion

    held = training.in_force()
    fits = list(ModelVersion.objects.defer("body").order_by("-version")[: None if whole else MOST])
    if not fits:
        print("There is no version yet: nothing was learned here.")
    else:
        rows = [["version", "learned", "state", "tries", "children", "engine", "reason"]]
        print(table([*rows, *(_version(fit, held) for fit in fits)]))
        count = ModelVersion.objects.count()
        print(
            f"\n{len(fits)} of {count} versions; --all shows the others."
            if count > len(fits)
            else ""
        )
    print(_in_force())
    return 0


def _version(fit: "ModelVersion", held: "ModelVersion | None") -> list[str]:
    state = "in force" if held and fit.pk == held.pk else fit.state.replace("_", " ")
    return [
        str(fit.version),
        f"{fit.learned_at:%Y-%m-%d %H:%M}",
        state,
        f"{fit.outcomes:,}",
        f"{fit.children:,}",
        fit.engine,
        fit.reason or "-",
    ]


def _roll_back(options: argparse.Namespace) -> int:
    """Take one version of what was learned out of use; the version before it is in force again, or what the project ships."""
    from everyhour.domain.recommendations import training
    from everyhour.domain.recommendations.models import ModelVersion

    fit = (
        training.in_force()
        if options.version is None
        else ModelVersion.objects.filter(version=options.version).first()
    )
    if fit is None:
        print(
            "Nothing learned is in force."
            if options.version is None
            else f"There is no version {options.version}.",
            _in_force(),
        )
        return 1
    if fit.state != ModelVersion.State.USED:
        why = f": {fit.reason}" if fit.reason else ""
        print(
            f"Version {fit.version} is not in use ({fit.state.replace('_', ' ')}{why}). {_in_force()}"
        )
        return 1
    if not options.yes and not _sure(fit):
        print(NOTHING, _in_force())
        return 1
    training.roll_back(fit, reason=options.reason)
    print(f"Version {fit.version} is out of use. {_in_force()}")
    return 0


def _sure(fit: "ModelVersion") -> bool:
    if not sys.stdin.isatty():
        print("Nobody is there to ask. Say --yes.")
        return False
    return input(
        f"Take version {fit.version} out of use, learned from {_tries(fit.outcomes)}? [y/N] "
    ).strip().lower() in ("y", "yes")
