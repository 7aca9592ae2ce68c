"""Summaries of what was learned of a child: practices offered more or less often than at the start.

The phone draws from the same probabilities (child_bundle.py).
"""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from everyhour.domain.families.models import Child, Household
from everyhour.domain.recommendations import candidate_sets, context, observations, training
from everyhour.domain.recommendations.advisor import learned, reasons
from everyhour.domain.recommendations.models import ModelVersion

logger = logging.getLogger("everyhour.decisions")

Asked = tuple[str, str]  # practice, situation
MORE, LESS, ALIKE = "more", "less", "alike"
UNKNOWN = "unknown"  # a child without an estimate
CLEARLY = 1.5  # times as likely; less can be chance
SMALLEST = 0.02  # difference of probabilities; less can be chance: five of 256 draws


@dataclass(frozen=True)
class Summary:
    """Numbers of tries learned from and reported, when the model was trained, and a comparison.

    `says` is more, less, alike, or the rule that excludes the practice.
    """

    learned_from: int = 0
    reported: int = 0
    at: datetime | None = None
    says: Mapping[Asked, str] = field(default_factory=dict)


def summarize(
    child: Child,
    household: Household,
    asked: Iterable[Asked],
    *,
    state: str,
    zone: str,
    at: datetime,
) -> Summary:
    """Compare each practice in its situation, in one state, in a constant number of queries.

    Empty when that fails: then a page shows counts only.
    """
    try:
        return _summarize(child, household, sorted(set(asked)), state=state, zone=zone, at=at)
    except Exception:
        logger.exception(
            "The estimates of a child could not be summarized; pages show counts only."
        )
        return Summary()


def _summarize(
    child: Child, household: Household, asked: list[Asked], *, state: str, zone: str, at: datetime
) -> Summary:
    tries = observations.with_outcome().filter(child=child, household=household)
    counts, times = observations.TryCounts(), []
    for practice, outcome, changed_at in tries.values_list("practice", "outcome", "changed_at"):
        counts.add(practice, outcome)
        times.append(changed_at)
    model_version = training.in_force()
    learned_at = model_version.learned_at if model_version else None
    says = (
        _compare(
            child, household, asked, counts.history(), model_version, state=state, zone=zone, at=at
        )
        if asked and times
        else {}
    )
    return Summary(
        sum(learned_at is not None and changed_at <= learned_at for changed_at in times),
        len(times),
        learned_at,
        says,
    )


def _compare(
    child: Child,
    household: Household,
    asked: list[Asked],
    past: learned.History,
    model_version: ModelVersion | None,
    *,
    state: str,
    zone: str,
    at: datetime,
) -> dict[Asked, str]:
    """Compare the probabilities for this child with those for an unknown child."""
    candidates, unit = candidate_sets.current(), observations.unit_id(child.pk, household.pk)
    wishes = context.wishes(child, observations.year_and_month(zone, at))
    noon = at.replace(hour=12, minute=0, second=0, microsecond=0)
    situations = sorted({situation for _practice, situation in asked})
    scene = [
        observations.build_opportunity(
            one,
            f"{state}:{situation}",
            at=noon,
            since=child.created_at,
            zone="UTC",
            state=state,
            situation=situation,
            candidates=candidates,
            wishes=wishes,
        )
        for one in (unit, UNKNOWN)
        for situation in situations
    ]
    decider = training.decider(model_version, tuple(c.slug for c in candidates))
    known = {unit: decider.posterior.for_family(unit)} if decider.posterior else {}
    decider = reasons.with_posteriors(decider, known)
    n = len(situations)
    cells = learned.probabilities(decider, scene[:n], past)
    cells_unknown = learned.probabilities(decider, scene[n:], learned.History())
    here = dict(zip(situations, cells, strict=True))
    anywhere = dict(zip(situations, cells_unknown, strict=True))
    by_slug = {c.slug: c for c in candidates}
    found: dict[Asked, str] = {}
    for practice, situation in asked:
        if candidate := by_slug.get(practice):
            rule = reasons.excluding_rule(
                candidate, state=state, situation=situation, wishes=wishes
            )
            found[practice, situation] = rule or _compare_probabilities(
                here[situation].get(practice, 0), anywhere[situation].get(practice, 0)
            )
    return found


def _compare_probabilities(here: float, anywhere: float) -> str:
    if here > anywhere * CLEARLY and here - anywhere > SMALLEST:
        return MORE
    return LESS if here * CLEARLY < anywhere and anywhere - here > SMALLEST else ALIKE
