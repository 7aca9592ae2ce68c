"""Learn each night from what was told, and keep what was learned under a version that can be taken back.

Everything of one night is one transaction. A fit that looks wrong is kept as rejected, with the reason, and the one before
stays in force; without any, the belief the project ships is.
"""

import logging
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from functools import lru_cache

from django.db import transaction
from django.db.models import Max

from everyhour.domain.moments import tries
from everyhour.domain.moments.advisor import learned
from everyhour.domain.moments.models import Belief, Fit

logger = logging.getLogger("everyhour.learning")

KEPT = 400  # fits; older ones that no decision names are let go


@transaction.atomic
def learn(*, at: datetime) -> Fit:
    """Fit the model to everything told so far; give the fit, used or rejected."""
    before = Fit.objects.in_force().first()
    sums = tries.sums()
    found = learned.fit(sums, learned.SHIPPED, learned.Belief(population_of(before)) if before else None)
    version = (Fit.objects.aggregate(newest=Max("version"))["newest"] or 0) + 1
    population = replace(found.population, version=version)
    reason = learned.why_reject(found)
    state = Fit.State.REJECTED if reason else Fit.State.USED
    made = Fit.objects.create(
        version=version, learned_at=at, state=state, reason=reason or "", outcomes=sums.count, children=len(sums.place),
        engine=learned.VERSION, body=learned.pack(population),
    )  # fmt: skip
    if reason:
        logger.error("Tonight's fit was put aside: %s. The one before stays in force.", reason)
        return made
    changed = tries.changed_since(before.learned_at if before else None)
    known = ((child, household, found.tastes.get(tries.unit(child, household))) for child, household in sorted(changed))
    rows = [
        Belief(fit=made, child_id=child, household_id=household, body=learned.to_plain(replace(one, version=version)))
        for child, household, one in known
        if one is not None
    ]
    Belief.objects.bulk_create(rows, batch_size=500)
    return made


def roll_back(fit: Fit, *, reason: str) -> Fit | None:
    """Take a fit out of use; give the one that is in force now, or None when that is what the project ships."""
    if fit.state == Fit.State.USED:
        Fit.objects.filter(pk=fit.pk).update(state=Fit.State.ROLLED_BACK, reason=reason[:80])
    return Fit.objects.in_force().first()


def in_force() -> Fit | None:
    return Fit.objects.in_force().first()


def belief_row(child: str, household: str, fit: Fit | None) -> Belief | None:
    """Give what is believed of a child in a home under a fit: its own row, or the last one before it."""
    if fit is None:
        return None
    rows = Belief.objects.filter(child=child, household=household, fit__state=Fit.State.USED, fit__version__lte=fit.version)
    return rows.order_by("-fit__version").first()


class Rows(Mapping[str, learned.Tastes]):
    """What is believed of each child under a fit, read when it is asked for."""

    def __init__(self, fit: Fit | None):
        self.fit = fit

    def __getitem__(self, who: str) -> learned.Tastes:
        child, _, household = who.partition("/")
        if row := belief_row(child, household, self.fit):
            return tastes_in(row)
        raise KeyError(who)

    def __iter__(self) -> Iterator[str]:
        known = Belief.objects.filter(fit__version__lte=self.fit.version if self.fit else 0)
        return (tries.unit(*pair) for pair in known.values_list("child", "household").distinct())

    def __len__(self) -> int:
        return sum(1 for _ in self)


def decider(fit: Fit | None, slugs: tuple[str, ...]) -> learned.Decider:
    """Give a decider under a fit, made ready once in each process."""
    return _decider(fit.pk if fit else None, zlib.crc32(fit.body) if fit else 0, slugs)


@lru_cache(maxsize=4)
def _decider(pk: int | None, body: int, slugs: tuple[str, ...]) -> learned.Decider:
    fit = Fit.objects.get(pk=pk) if pk else None
    return learned.asked(learned.Belief(everybody(fit, slugs), Rows(fit)))


def everybody(fit: Fit | None, slugs: tuple[str, ...]) -> learned.Population:
    """Give what is believed of all, also of practices that came after the fit."""
    return learned.with_items(population_of(fit), slugs) if fit else learned.shipped(slugs)


def population_of(fit: Fit) -> learned.Population:
    return learned.unpack(bytes(fit.body))


def tastes_in(row: Belief) -> learned.Tastes:
    return learned.from_plain(learned.Tastes, row.body)


def prune() -> int:
    """Let go of old fits that no decision names."""
    old = list(Fit.objects.order_by("-version").values_list("pk", flat=True)[KEPT:])
    return Fit.objects.filter(pk__in=old, decisions=None).delete()[0]
