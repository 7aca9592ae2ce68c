"""The small moment Today suggests for the next part of the day.

A practice the family planned there comes first. Otherwise the engine decides once per household and
part of the day, so a reload and a second caregiver see the same. Without a child, or if the
decision fails, the offline bundle's own rule chooses.
"""

import hashlib
import logging
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from everyhour.domain.families.models import Caregiver, Child
from everyhour.domain.moments.rest import Rest
from everyhour.domain.recommendations import (
    availability,
    bundle_reader,
    context,
    decisions,
    suitability,
)
from everyhour.domain.recommendations.advisor import Wishes
from everyhour.domain.recommendations.models import Decision
from everyhour.domain.recommendations.wording import WHEN
from everyhour.domain.rhythm import shape
from everyhour.features.home import reasons
from everyhour.features.home.parts_of_day import Part

logger = logging.getLogger("everyhour.decisions")

STATE = "calm"  # Today suggests for the time before a hard part
FIRST_STEPS = 2  # the rest is one tap away; Today is read at a glance
NIGHT = "night"  # stored in decision keys when no part of the day is left


@dataclass(frozen=True)
class Visit:
    """A caregiver opening Today: for which child, on which day and clock.

    `keep` is False when a browser prefetches: then no decision is recorded.
    """

    by: Caregiver
    child: Child | None
    on: date
    now: datetime  # on the family's clock
    at: datetime
    zone: str
    keep: bool = True
    planned: tuple[str, ...] = ()  # slugs the family planned into this part of the day
    another: int = 0  # how many suggestions were passed over by asking for something else


@dataclass(frozen=True)
class Next:
    part: Part
    heading: str
    practice: str
    title: str
    steps: str
    duration: str
    why: reasons.Why | None = None
    planned: bool = False


def offer(bundle: dict, part: Part, visit: Visit) -> Next | None:
    """Return the suggestion for a part of the day; None when nothing fits this child.

    Records the decision for a child, unless `visit.keep` is False. Failures are logged, not raised.
    """
    try:
        planned = _offer_planned(bundle, part, visit)
        if planned and not visit.another:
            return planned
        if visit.child:
            return _offer_decided(bundle, part, visit, visit.child, planned)
    except Exception:  # Today must open even without a decision
        logger.exception("Deciding for Today failed. Using the offline bundle's rule instead.")
    return _offer_by_rule(bundle, part, visit)


def record_rest(part: Part | None, span: Rest, visit: Visit) -> None:
    """Record the decision to offer nothing, with its reason. Failures are logged, not raised."""
    if visit.child is None:
        return
    name, situation = (part.name, part.situation) if part else (NIGHT, "any")
    try:
        _decide(f"{name}:{span.kind}", situation, visit, visit.child, span)
    except Exception:
        logger.exception("Recording that nothing is offered failed.")


def _offer_planned(bundle: dict, part: Part, visit: Visit) -> Next | None:
    """Return the first planned practice that the bundle holds and that suits this child."""
    carried = {practice["slug"] for practice in bundle["practices"]}
    for slug in visit.planned:
        fits = visit.child and suitability.is_suitable(
            visit.child, slug, situation=part.situation, zone=visit.zone, at=visit.at
        )
        if fits and slug in carried:
            suggestion = _build_next(bundle, part, slug, None, visit)
            return replace(suggestion, heading=describe_planned(part), planned=True)
    return None


def _offer_decided(
    bundle: dict, part: Part, visit: Visit, child: Child, planned: Next | None
) -> Next | None:
    """Return what was decided after all that was passed over; None when nothing else fits."""
    # A new offline bundle needs a new decision: the practice may be gone from it.
    name, passed_over = f"{part.name}:{bundle['version'][:8]}", set[str]()
    if planned:
        passed_over.add(planned.practice)
    for number in range(1 if planned else 0, visit.another + 1):
        key = f"{name}:another{number}" if number else name
        kept = _decide(key, part.situation, visit, child, None, seen=frozenset(passed_over))
        if not kept.practice:
            return None
        passed_over.add(kept.practice)
    titles = {p["slug"]: p["title"] for p in bundle["practices"]}
    why = reasons.explain(
        kept.body.get("why"),
        titles=titles,
        child=child_names(child, bundle),
        situation=part.said_situation,
        counts=visit.by.can(Caregiver.SEE_HELPS),
    )
    return _build_next(bundle, part, kept.practice, why, visit)


def _decide(
    part: str,
    situation: str,
    visit: Visit,
    child: Child,
    span: Rest | None,
    *,
    seen: frozenset[str] = frozenset(),
) -> Decision:
    """Return the household's decision for this day and part; make and record it the first time."""
    return decisions.decide(
        child,
        f"today:{visit.by.household_id}:{visit.on}:{part}",
        by=visit.by,
        state=STATE,
        situation=situation,
        availability=availability.build_availability(
            availability.reason_for_rest(span), now=visit.now
        ),
        zone=visit.zone,
        at=visit.at,
        keep=visit.keep,
        seen=seen,
    )


def _offer_by_rule(bundle: dict, part: Part, visit: Visit) -> Next | None:
    """Choose by the bundle's own rule: the same for a caregiver, day, part and bundle version."""
    seen, seed = list[str](), (visit.by.pk, visit.on.isoformat(), part.name, bundle["version"])
    for number in range(visit.another + 1):
        chosen = bundle_reader.offer(
            bundle,
            state=STATE,
            situation=part.situation,
            seen=seen,
            wishes=build_wishes(bundle, visit.child, visit.on),
            draw=draw_uniform(*seed, *([f"another{number}"] if number else [])),
        )
        if chosen is None:
            return None
        seen.append(chosen.slug)
    return _build_next(bundle, part, seen[-1], None, visit)


def _build_next(bundle: dict, part: Part, slug: str, why: reasons.Why | None, visit: Visit) -> Next:
    practice = next(p for p in bundle["practices"] if p["slug"] == slug)
    _way, steps = bundle_reader.way_to_do(practice, _limits(visit.child, visit.on), part.situation)
    return Next(
        part=part,
        heading=describe_next(part),
        practice=slug,
        title=practice["title"],
        steps=" ".join(bundle_reader.check_first(steps, bundle, STATE)[:FIRST_STEPS]),
        duration=describe_duration(practice["seconds"][1]),
        why=why,
    )


def draw_uniform(*seed: str) -> float:
    """Return a deterministic uniform in [0, 1) from a seed."""
    digest = hashlib.sha256("|".join(seed).encode()).digest()
    return int.from_bytes(digest[:6], "big") / 2**48


def build_wishes(bundle: dict, child: Child | None, on: date) -> Wishes:
    """Return the child's wishes in the form the bundle's rule understands.

    The rule knows no allergens: practices that may contain one count as "never", unless the child
    is known to have no allergies.
    """
    known = _limits(child, on)
    if child is None:
        return known
    avoid = known.avoid if known.allergies == frozenset() else known.avoid | {"allergy"}
    return replace(
        known,
        never=known.never | {p["slug"] for p in bundle["practices"] if avoid & set(p["cautions"])},
    )


def _limits(child: Child | None, on: date) -> Wishes:
    return context.wishes(child, (on.year, on.month)) if child else context.UNKNOWN


def child_names(child: Child | None, bundle: dict) -> tuple[str, str]:
    """Return the child's name inside and at the start of a sentence."""
    if child and child.nickname:
        return child.nickname, child.nickname
    inside, at_start = bundle.get("child", ("", ""))
    return inside, at_start


def describe_next(part: Part) -> str:
    if part.words:
        return _("Next, before {part}").format(part=part.words)
    if part.name == shape.SCHOOL:
        return _("Next, before school")
    if part.name == shape.HOME:
        return _("Next, when your child comes home")
    if part.name == shape.DINNER:
        return _("Next, a little before dinner") if part.soon else _("Next, sometime before dinner")
    if part.name == shape.BED:
        return _("Next, a little before bed") if part.soon else _("Next, sometime before bed")
    if part.minute is not None and part.situation in WHEN:
        return _("Next, {when}").format(when=WHEN[part.situation])
    return _("Next, whenever it suits you")


def describe_planned(part: Part) -> str:
    if part.words:
        return _("Planned, before {part}").format(part=part.words)
    named = {
        shape.SCHOOL: _("Planned, before school"),
        shape.HOME: _("Planned, when your child comes home"),
        shape.DINNER: _("Planned, before dinner"),
        shape.BED: _("Planned, before bed"),
    }
    return named.get(part.name) or _("Planned, {when}").format(
        when=WHEN.get(part.situation, _("in this part of the day"))
    )


def describe_duration(seconds: int) -> str:
    minutes = max(1, round(seconds / 60))
    if minutes == 1:
        return _("One minute.")
    return ngettext("About {n} minute.", "About {n} minutes.", minutes).format(n=minutes)
