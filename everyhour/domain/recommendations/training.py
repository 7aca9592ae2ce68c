"""Learn each night from what was told, and keep what was learned under a version that can be taken back.

Reading and working out take no lock. What one night found is written in steps of milliseconds, and put in force by one more,
which changes one row: whoever dies before it leaves the night before in force. A fit that looks wrong is kept as rejected,
with the reason, and the one before stays in force; after three such nights, and without any, what the project ships is used.
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

AT_ONCE = 200  # rows in one short transaction


def learn(*, at: datetime) -> ModelVersion:
    """Fit the model to everything told so far; give the fit, used or rejected."""
    before, version = last_used(), _newest() + 1
    sums, found, reason = tonight(before)
    made = ModelVersion(
        version=version,
        learned_at=at,
        state=ModelVersion.State.USED if found else ModelVersion.State.REJECTED,
        reason=(reason or "")[:80],
        outcomes=sums.count,
        children=len({who.partition("/")[0] for who in sums.place}),
        engine=learned.VERSION,
        body=learned.pack(replace(found.population, version=version)) if found else b"",
    )
    kept = _kept(made, _beliefs(found, before, version) if found else [])
    if kept is made:
        _tell(made)
    return kept


def tonight(
    before: ModelVersion | None,
) -> tuple[learned.SufficientStats, learned.Posterior | None, str | None]:
    """Work out what a night finds, and write nothing: what it learns from, and the belief, or why that is put aside."""
    sums = observations.sums()
    population = everybody(before, ()) if before else None
    # A fit that was damaged does not stop the nights that follow: they begin where the first one did.
    usable = (
        learned.Posterior(population)
        if population and learned.find_defect(population) is None
        else None
    )
    return sums, *learned.fit_and_check(sums, learned.SHIPPED, usable, _unmoved)


def _newest() -> int:
    return ModelVersion.objects.aggregate(newest=Max("version"))["newest"] or 0


def _unmoved(found: learned.Posterior) -> float:
    """Say how much sends would change: who asks is always given something, so nothing does."""
    return 0.0


def _beliefs(
    found: learned.Posterior, before: ModelVersion | None, version: int
) -> list[ChildEstimate]:
    """Give a row for each child of whom something was told since; one of whom nothing is left begins anew."""
    rows = []
    changed = observations.changed_since(before.learned_at if before else None)
    unknown = {pair for pair in changed if observations.unit(*pair) not in found.families}
    begun = starting_points.of({child for child, _household in unknown})
    known_before = (
        set(ChildEstimate.objects.filter(child__in=begun).values_list("child_id", "household_id"))
        if before
        else set()
    )
    for child, household in sorted(changed):
        one = found.families.get(observations.unit(child, household))
        if one is None and (child, household) in known_before and child in begun:
            one = learned.new_family(found.population.spread, begun[child].start(household))
        if one is not None:
            rows.append(
                ChildEstimate(
                    child_id=child,
                    household_id=household,
                    body=learned.to_plain(replace(one, version=version)),
                )
            )
    return rows


def _kept(made: ModelVersion, rows: list[ChildEstimate]) -> ModelVersion:
    """Write down what a night found, in small steps that nobody has to wait for; the last one puts all of it in force at once.

    Of two workers in one night the first one counts. What a night that was cut short left behind goes.
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
    for some in batched(rows, AT_ONCE):
        _write(made, some)
    ModelVersion.objects.filter(pk=made.pk).update(state=state)
    made.state = state
    return made


@transaction.atomic
def _write(made: ModelVersion, rows: Iterable[ChildEstimate]) -> None:
    """Write some beliefs; of a child or a home that was erased meanwhile, none."""
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
        row.fit = made
    ChildEstimate.objects.bulk_create(alive)


def _tell(made: ModelVersion) -> None:
    if made.state == ModelVersion.State.USED:
        logger.info("%s", in_words())
    elif rejected_too_often():
        logger.critical("%s", in_words())
    else:
        logger.error("Tonight's fit was put aside: %s. The one before stays in force.", made.reason)


def in_words() -> str:
    """Tell an operator how the last night went, and what is in force."""
    last, held = ModelVersion.objects.whole().defer("body").first(), in_force()
    if last is None:
        return "nothing yet; the shipped belief is in force"
    force = f"in force: version {held.version}" if held else "in force: the shipped belief"
    if last.state == ModelVersion.State.REJECTED:
        often = (
            f", as each of the last {learned.NIGHTS_UNTIL_MRT} nights"
            if rejected_too_often()
            else ""
        )
        return f"put aside on {last.learned_at:%Y-%m-%d}{often}: {last.reason}; {force}"
    whom = "1 child" if last.children == 1 else f"{last.children} children"
    return f"on {last.learned_at:%Y-%m-%d} from {last.outcomes} tries of {whom}; {force}"


def roll_back(fit: ModelVersion, *, reason: str) -> ModelVersion | None:
    """Take a fit out of use; give the one that is in force now, or None when that is what the project ships."""
    if fit.state == ModelVersion.State.USED:
        ModelVersion.objects.filter(pk=fit.pk).update(
            state=ModelVersion.State.ROLLED_BACK, reason=reason[:80]
        )
    return in_force()


def in_force() -> ModelVersion | None:
    """Give the fit to decide with; None: what the project ships, before any night and after three rejected ones in a row."""
    return None if rejected_too_often() else last_used()


def last_used() -> ModelVersion | None:
    return ModelVersion.objects.in_force().first()


def rejected_too_often() -> bool:
    nights = learned.NIGHTS_UNTIL_MRT
    return (
        list(ModelVersion.objects.whole().values_list("state", flat=True)[:nights])
        == [ModelVersion.State.REJECTED] * nights
    )


def belief_row(child: str, household: str, fit: ModelVersion | None) -> ChildEstimate | None:
    """Give what is believed of a child in a home under a fit: its own row, or the last one before it."""
    if fit is None:
        return None
    rows = ChildEstimate.objects.filter(
        child=child,
        household=household,
        fit__state=ModelVersion.State.USED,
        fit__version__lte=fit.version,
    )
    # Its body is read where one that cannot be read is expected: in `_decider` of decisions.py, and by the engine.
    return rows.defer("body").order_by("-fit__version").first()


class Rows(Mapping[str, learned.FamilyPosterior]):
    """What is believed of each child under a fit, read when it is asked for; of whom nothing is, what the family said helps."""

    def __init__(self, fit: ModelVersion | None, spread: np.ndarray):
        self.fit, self.spread = fit, spread

    def __getitem__(self, who: str) -> learned.FamilyPosterior:
        child, _, household = who.partition("/")
        if row := belief_row(child, household, self.fit):
            return tastes_in(row)
        if begun := starting_points.of([child]).get(child):
            return learned.new_family(self.spread, begun.start(household))
        raise KeyError(who)

    def __iter__(self) -> Iterator[str]:
        known = ChildEstimate.objects.filter(fit__version__lte=self.fit.version if self.fit else 0)
        return (
            observations.unit(*pair) for pair in known.values_list("child", "household").distinct()
        )

    def __len__(self) -> int:
        return sum(1 for _ in self)


def decider(fit: ModelVersion | None, slugs: tuple[str, ...]) -> learned.Decider:
    """Give a decider under a fit, made ready once in each process."""
    return _decider(fit.pk if fit else None, zlib.crc32(fit.body) if fit else 0, slugs)


@lru_cache(maxsize=4)
def _decider(pk: int | None, body: int, slugs: tuple[str, ...]) -> learned.Decider:
    fit = ModelVersion.objects.get(pk=pk) if pk else None
    population = everybody(fit, slugs)
    return learned.asked(
        learned.Posterior(population, Rows(fit, population.spread)) if population else None
    )


def everybody(
    fit: ModelVersion | None, slugs: tuple[str, ...]
) -> learned.PopulationPosterior | None:
    """Give what is believed of all, also of practices that came after the fit; None when it cannot be read: then nothing is believed."""
    if fit is None:
        return learned.shipped(slugs)
    try:
        return learned.with_items(population_of(fit), slugs)
    except Exception:  # a row from anywhere; whatever is in it, families get the safe answer, and each decision says so
        logger.exception(
            "Fit %s cannot be read. Until the next one each practice that may be offered is as likely.",
            fit,
        )
        return None


def population_of(fit: ModelVersion) -> learned.PopulationPosterior:
    return learned.unpack(bytes(fit.body))


def tastes_in(row: ChildEstimate) -> learned.FamilyPosterior:
    return learned.from_plain(learned.FamilyPosterior, row.body)
