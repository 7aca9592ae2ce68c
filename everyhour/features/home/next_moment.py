"""The small moment Today suggests for the next part of the day.

What the family planned there comes first. Otherwise the engine decides once per household and part of
the day, so a reload and a second caregiver see the same. Without a child, or when deciding fails, the
offline bundle's own rule chooses.
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

STATE = "calm"  # before the hard part, not in it
FIRST_STEPS = 2  # the rest is one tap away; Today is read at a glance
NIGHT = "night"  # no part of the day comes next


@dataclass(frozen=True)
class Asking:
    """Who looks at Today, for which child, day and clock.

    `keep` is False for a browser that prefetches: nothing is recorded as offered then.
    """

    by: Caregiver
    child: Child | None
    on: date
    now: datetime  # on the family's clock
    at: datetime
    zone: str
    keep: bool = True
    planned: tuple[str, ...] = ()  # practices the family planned into this part of the day


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


def offer(bundle: dict, part: Part, asking: Asking) -> Next | None:
    """Return the suggestion for a part of a day; None when nothing fits this child."""
    try:
        if planned := _planned(bundle, part, asking):
            return planned
        return (
            _decided(bundle, part, asking, asking.child)
            if asking.child
            else _drawn(bundle, part, asking)
        )
    except Exception:  # Today must open even without a decision
        logger.exception("Deciding for Today failed. Using the offline bundle's rule instead.")
        return _drawn(bundle, part, asking)


def rest(part: Part | None, span: Rest, asking: Asking) -> None:
    """Record that nothing is offered, and why. Failures are logged, not raised."""
    try:
        if asking.child:
            _decide(
                f"{part.name if part else NIGHT}:{span.kind}",
                part.situation if part else "any",
                asking,
                asking.child,
                span,
            )
    except Exception:
        logger.exception("Recording that nothing is offered failed.")


def _planned(bundle: dict, part: Part, asking: Asking) -> Next | None:
    """Return the oldest practice planned here that still suits this child."""
    carried = {practice["slug"] for practice in bundle["practices"]}
    for slug in asking.planned:
        fits = asking.child and suitability.is_suitable(
            asking.child, slug, situation=part.situation, zone=asking.zone, at=asking.at
        )
        if fits and slug in carried:
            return replace(
                _shown(bundle, part, slug, None), heading=planned_heading(part), planned=True
            )
    return None


def _decided(bundle: dict, part: Part, asking: Asking, child: Child) -> Next | None:
    # A new offline bundle asks for a new decision: it may have lost the practice.
    kept = _decide(f"{part.name}:{bundle['version'][:8]}", part.situation, asking, child, None)
    if not kept.practice:
        return None
    titles = {p["slug"]: p["title"] for p in bundle["practices"]}
    why = reasons.reasons_in_words(
        kept.body.get("why"),
        titles=titles,
        child=names(child, bundle),
        situation=part.situation,
        counts=asking.by.can(Caregiver.SEE_HELPS),
    )
    return _shown(bundle, part, kept.practice, why)


def _decide(part: str, situation: str, asking: Asking, child: Child, span: Rest | None) -> Decision:
    """Return the decision for the household, day and part; the first look writes it."""
    return decisions.decide(
        child,
        f"today:{asking.by.household_id}:{asking.on}:{part}",
        by=asking.by,
        state=STATE,
        situation=situation,
        standing=availability.build_availability(
            availability.reason_for_rest(span), now=asking.now
        ),
        zone=asking.zone,
        at=asking.at,
        keep=asking.keep,
    )


def _drawn(bundle: dict, part: Part, asking: Asking) -> Next | None:
    """Choose by the bundle's rule, always the same for a person, a day and a part of it."""
    uniform = draw(asking.by.pk, asking.on.isoformat(), part.name, bundle["version"])
    wanted = wishes(bundle, asking.child, asking.on)
    chosen = bundle_reader.offer(
        bundle, state=STATE, situation=part.situation, seen=[], wishes=wanted, draw=uniform
    )
    return _shown(bundle, part, chosen.slug, None) if chosen else None


def _shown(bundle: dict, part: Part, slug: str, why: reasons.Why | None) -> Next:
    practice = next(p for p in bundle["practices"] if p["slug"] == slug)
    return Next(
        part=part,
        heading=next_heading(part),
        practice=slug,
        title=practice["title"],
        steps=" ".join(practice["steps"][:FIRST_STEPS]),
        duration=duration(practice["seconds"][1]),
        why=why,
    )


def draw(*seed: str) -> float:
    """Return a deterministic uniform in [0, 1) from a seed."""
    digest = hashlib.sha256("|".join(seed).encode()).digest()
    return int.from_bytes(digest[:6], "big") / 2**48


def wishes(bundle: dict, child: Child | None, on: date) -> Wishes:
    """Return what the bundle's rule must leave out for this child.

    The rule knows no allergens, so a practice that may hold one counts as never unless the child is
    known to have no allergies.
    """
    if child is None:
        return Wishes()
    known = context.wishes(child, (on.year, on.month))
    avoid = known.avoid if known.allergies == frozenset() else known.avoid | {"allergy"}
    return replace(
        known,
        never=known.never | {p["slug"] for p in bundle["practices"] if avoid & set(p["cautions"])},
    )


def names(child: Child | None, bundle: dict) -> tuple[str, str]:
    """Return the child's name inside and at the start of a sentence."""
    return (
        (child.nickname,) * 2 if child and child.nickname else tuple(bundle.get("child", ("", "")))
    )


def next_heading(part: Part) -> str:
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


def planned_heading(part: Part) -> str:
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


def duration(seconds: int) -> str:
    minutes = max(1, round(seconds / 60))
    return (
        _("One minute.")
        if minutes == 1
        else ngettext("About {n} minute.", "About {n} minutes.", minutes).format(n=minutes)
    )
