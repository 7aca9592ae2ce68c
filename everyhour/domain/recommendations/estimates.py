"""What was learned of a child: which practices are offered more or less often than at the start.

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
CLEARLY = 1.5  # times as likely; less than that can be the draws
SMALLEST = 0.02  # of the probability: five of 256 draws


@dataclass(frozen=True)
class Summary:
    """`at`: when the version was fitted; `says`: more, less, alike, or an excluding rule."""

    tries: int = 0
    told: int = 0
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
    """Compare each practice in its situation, in one state, in a constant number of queries."""
    try:
        return _summarize(child, household, sorted(set(asked)), state=state, zone=zone, at=at)
    except Exception:  # the counts stand by themselves
        logger.exception("What is believed of a child could not be told.")
        return Summary()


def _summarize(
    child: Child, household: Household, asked: list[Asked], *, state: str, zone: str, at: datetime
) -> Summary:
    known, times = observations.TryCounts(child.created_at), []
    for practice, outcome, changed_at in (
        observations.with_outcome()
        .filter(child=child, household=household)
        .values_list("practice", "outcome", "changed_at")
    ):
        known.remember(practice, outcome)
        times.append(changed_at)
    model_version = training.in_force()
    learned_at = model_version.learned_at if model_version else None
    says = (
        _compare(
            child, household, asked, known.past(), model_version, state=state, zone=zone, at=at
        )
        if asked and times
        else {}
    )
    return Summary(
        sum(learned_at is not None and told_at <= learned_at for told_at in times),
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
    candidates, who = candidate_sets.current(), observations.unit_id(child.pk, household.pk)
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
        for one in (who, "anybody")
        for situation in situations
    ]
    decider = training.decider(model_version, tuple(c.slug for c in candidates))
    decider = reasons.about(
        decider, {who: decider.posterior.for_family(who)} if decider.posterior else {}
    )
    n = len(situations)
    cells = [
        *learned.cells(decider, scene[:n], past),
        *learned.cells(decider, scene[n:], learned.History()),
    ]
    here, anywhere = (
        dict(zip(situations, cells[:n], strict=True)),
        dict(zip(situations, cells[n:], strict=True)),
    )
    by_slug = {c.slug: c for c in candidates}
    found: dict[Asked, str] = {}
    for practice, situation in asked:
        if practice in by_slug:
            rule = reasons.gate(by_slug[practice], state=state, situation=situation, wishes=wishes)
            found[practice, situation] = rule or _leaning(
                here[situation].get(practice, 0), anywhere[situation].get(practice, 0)
            )
    return found


def _leaning(here: float, anywhere: float) -> str:
    if here > anywhere * CLEARLY and here - anywhere > SMALLEST:
        return MORE
    return LESS if here * CLEARLY < anywhere and anywhere - here > SMALLEST else ALIKE
