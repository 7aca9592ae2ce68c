"""Nightly training, under versions that can be rolled back.

Reading and computing take no lock. Estimates are written in short transactions; the last one puts
the version in force by changing one row, so a crash leaves the previous version in force. A version
that fails a check is stored as rejected, with the reason. After three rejected nights in a row, and
before the first night, the shipped prior is used.
"""

import logging
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from itertools import batched

import numpy as np
from django.db import IntegrityError, transaction
from django.db.models import Max

from everyhour.domain.families.models import Child, Household
from everyhour.domain.recommendations import observations, starting_points
from everyhour.domain.recommendations.advisor import learned
from everyhour.domain.recommendations.models import ChildEstimate, ModelVersion

logger = logging.getLogger("everyhour.learning")

BATCH = 200  # rows in one short transaction


def learn(*, at: datetime) -> ModelVersion:
    """Fit the model to all outcomes and store the version, used or rejected."""
    before, version = last_used(), _newest() + 1
    stats, found, reason = fit_tonight(before)
    made = ModelVersion(
        version=version,
        learned_at=at,
        state=ModelVersion.State.USED if found else ModelVersion.State.REJECTED,
        reason=(reason or "")[:80],
        outcomes=stats.count,
        children=len({unit.partition("/")[0] for unit in stats.place}),
        engine=learned.VERSION,
        body=learned.pack(replace(found.population, version=version)) if found else b"",
    )
    kept = _store(made, _changed_estimates(found, before, version) if found else [])
    if kept is made:
        _log(made)
    return kept


def fit_tonight(
    before: ModelVersion | None,
) -> tuple[learned.SufficientStats, learned.Posterior | None, str | None]:
    """Return the statistics, and the posterior or the reason it is rejected. Writes nothing."""
    stats = observations.build_stats()
    population = population_for(before, ()) if before else None
    # After a damaged version, fitting starts from the shipped prior.
    usable = (
        learned.Posterior(population)
        if population and learned.find_defect(population) is None
        else None
    )
    return stats, *learned.fit_and_check(stats, learned.SHIPPED, usable, _no_change_of_sends)


def _newest() -> int:
    return ModelVersion.objects.aggregate(newest=Max("version"))["newest"] or 0


def _no_change_of_sends(found: learned.Posterior) -> float:
    """Return 0, which turns off the engine's check of how much sends would change."""
    return 0.0


def _changed_estimates(
    found: learned.Posterior, before: ModelVersion | None, version: int
) -> list[ChildEstimate]:
    """Build an estimate for each child with something new since the version before.

    A child all of whose outcomes were deleted starts from the prior again.
    """
    rows = []
    changed = observations.changed_since(before.learned_at if before else None)
    unknown = {pair for pair in changed if observations.unit_id(*pair) not in found.families}
    starts = starting_points.by_child({child for child, _household in unknown})
    known_before = (
        set(ChildEstimate.objects.filter(child__in=starts).values_list("child_id", "household_id"))
        if before
        else set()
    )
    for child, household in sorted(changed):
        one = found.families.get(observations.unit_id(child, household))
        if one is None and (child, household) in known_before and child in starts:
            one = learned.new_family(found.population.spread, starts[child].prior_mean(household))
        if one is not None:
            rows.append(
                ChildEstimate(
                    child_id=child,
                    household_id=household,
                    body=learned.to_plain(replace(one, version=version)),
                )
            )
    return rows


def _store(made: ModelVersion, rows: list[ChildEstimate]) -> ModelVersion:
    """Store a version and its estimates in short transactions; the last one puts it in force.

    Of two workers in one night the first wins, and the second returns the first's version. Deletes
    versions that an interrupted night left unfinished.
    """
    state, made.state = made.state, ModelVersion.State.BEGUN
    try:
        with transaction.atomic():
            ModelVersion.objects.filter(
                state=ModelVersion.State.BEGUN, learned_at__lt=made.learned_at
            ).delete()
            made.save(force_insert=True)
    except IntegrityError:
        return ModelVersion.objects.get(version=made.version)
    for some in batched(rows, BATCH):
        _write_estimates(made, some)
    ModelVersion.objects.filter(pk=made.pk).update(state=state)
    made.state = state
    return made


@transaction.atomic
def _write_estimates(made: ModelVersion, rows: Iterable[ChildEstimate]) -> None:
    """Write some estimates, skipping children and households erased meanwhile."""
    children = set(
        Child.objects.filter(pk__in=[row.child_id for row in rows]).values_list("pk", flat=True)
    )
    homes = set(
        Household.objects.filter(pk__in=[row.household_id for row in rows]).values_list(
            "pk", flat=True
        )
    )
    alive = [row for row in rows if row.child_id in children and row.household_id in homes]
    for row in alive:
        row.model_version = made
    ChildEstimate.objects.bulk_create(alive)


def _log(made: ModelVersion) -> None:
    if made.state == ModelVersion.State.USED:
        logger.info("%s", describe_status())
    elif rejected_too_often():
        logger.critical("%s", describe_status())
    else:
        logger.error(
            "The new model version was rejected: %s. The one before stays in force.", made.reason
        )


def describe_status() -> str:
    """Return a sentence for operators: how the last night went, and which version is in force."""
    last, current = ModelVersion.objects.whole().defer("body").first(), in_force()
    if last is None:
        return "no version yet; the shipped model is in force"
    force = f"in force: version {current.version}" if current else "in force: the shipped model"
    if last.state == ModelVersion.State.REJECTED:
        often = ""
        if rejected_too_often():
            often = f", as each of the last {learned.NIGHTS_UNTIL_MRT} nights"
        return f"rejected on {last.learned_at:%Y-%m-%d}{often}: {last.reason}; {force}"
    children = "1 child" if last.children == 1 else f"{last.children} children"
    return f"on {last.learned_at:%Y-%m-%d} from {last.outcomes} tries of {children}; {force}"


def roll_back(model_version: ModelVersion, *, reason: str) -> ModelVersion | None:
    """Take a version out of use; return the one now in force, None for the shipped prior."""
    if model_version.state == ModelVersion.State.USED:
        ModelVersion.objects.filter(pk=model_version.pk).update(
            state=ModelVersion.State.ROLLED_BACK, reason=reason[:80]
        )
    return in_force()


def in_force() -> ModelVersion | None:
    """Return the version to decide with.

    None, the shipped prior, before the first night and after several rejected nights in a row.
    """
    return None if rejected_too_often() else last_used()


def last_used() -> ModelVersion | None:
    return ModelVersion.objects.in_force().first()


def rejected_too_often() -> bool:
    nights = learned.NIGHTS_UNTIL_MRT
    return (
        list(ModelVersion.objects.whole().values_list("state", flat=True)[:nights])
        == [ModelVersion.State.REJECTED] * nights
    )


def find_estimate(
    child: str, household: str, model_version: ModelVersion | None
) -> ChildEstimate | None:
    """Return a child's newest estimate at or before a version, without its body."""
    if model_version is None:
        return None
    rows = ChildEstimate.objects.filter(
        child=child,
        household=household,
        model_version__state=ModelVersion.State.USED,
        model_version__version__lte=model_version.version,
    )
    # The body is read where errors are handled: in decisions._decider and in the engine.
    return rows.defer("body").order_by("-model_version__version").first()


class StoredPosteriors(Mapping[str, learned.FamilyPosterior]):
    """Posteriors of children, read on access; for a new child, the prior from its answers."""

    def __init__(self, model_version: ModelVersion | None, spread: np.ndarray):
        self.model_version, self.spread = model_version, spread

    def __getitem__(self, unit: str) -> learned.FamilyPosterior:
        child, _, household = unit.partition("/")
        if row := find_estimate(child, household, self.model_version):
            return load_posterior(row)
        if start := starting_points.by_child([child]).get(child):
            return learned.new_family(self.spread, start.prior_mean(household))
        raise KeyError(unit)

    def __iter__(self) -> Iterator[str]:
        known = ChildEstimate.objects.filter(
            model_version__version__lte=self.model_version.version if self.model_version else 0
        )
        return (
            observations.unit_id(*pair)
            for pair in known.values_list("child", "household").distinct()
        )

    def __len__(self) -> int:
        return sum(1 for _ in self)


def decider(model_version: ModelVersion | None, slugs: tuple[str, ...]) -> learned.Decider:
    """Return the decider of a version, cached per process."""
    return _decider(
        model_version.pk if model_version else None,
        zlib.crc32(model_version.body) if model_version else 0,
        slugs,
    )


@lru_cache(maxsize=4)
def _decider(pk: int | None, body: int, slugs: tuple[str, ...]) -> learned.Decider:
    model_version = ModelVersion.objects.get(pk=pk) if pk else None
    population = population_for(model_version, slugs)
    return learned.build_decider(
        learned.Posterior(population, StoredPosteriors(model_version, population.spread))
        if population
        else None
    )


def population_for(
    model_version: ModelVersion | None, slugs: tuple[str, ...]
) -> learned.PopulationPosterior | None:
    """Return the population's posterior, extended to these practices; None if it cannot be read."""
    if model_version is None:
        return learned.shipped_population(slugs)
    try:
        return learned.with_items(load_population(model_version), slugs)
    except Exception:  # a row from anywhere
        logger.exception(
            "Model version %s cannot be read. Until the next one, all allowed practices are equally"
            " likely.",
            model_version,
        )
        return None


def load_population(model_version: ModelVersion) -> learned.PopulationPosterior:
    return learned.unpack(bytes(model_version.body))


def load_posterior(row: ChildEstimate) -> learned.FamilyPosterior:
    return learned.from_plain(learned.FamilyPosterior, row.body)
