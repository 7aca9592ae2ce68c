"""One small thing for the part of the day that comes next: what the family planned there, else what is decided once for each home and
part, so that a reload keeps it, and so do two people.

Where nothing is told of a child, or a decision cannot be had, it is drawn from the pocket by its rule. Today never waits for the engine.
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
NIGHT = "night"  # the part of which nothing is told


@dataclass(frozen=True)
class Asking:
    """Who looks at Today, of which child and which day, by which clock. `keep`: somebody looks, rather than a browser ahead of them."""

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
    when: str
    practice: str
    title: str
    steps: str
    takes: str
    why: reasons.Why | None = None
    planned: bool = False


def offer(pocket: dict, part: Part, asking: Asking) -> Next | None:
    """Give what to offer for a part of a day; None when nothing fits this child."""
    try:
        if planned := _planned(pocket, part, asking):
            return planned
        return (
            _decided(pocket, part, asking, asking.child)
            if asking.child
            else _drawn(pocket, part, asking)
        )
    except Exception:  # the page is worth more than the decision
        logger.exception("Today's decision could not be had. The pocket's rule stands in.")
        return _drawn(pocket, part, asking)


def rest(part: Part | None, span: Rest, asking: Asking) -> None:
    """Put on record that nothing is offered, and why."""
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
        logger.exception("That nothing is offered could not be put on record.")


def _planned(pocket: dict, part: Part, asking: Asking) -> Next | None:
    """Give what the family planned here, the oldest first, as long as it is still one for this child."""
    carried = {practice["slug"] for practice in pocket["practices"]}
    for slug in asking.planned:
        fits = asking.child and suitability.fits(
            asking.child, slug, situation=part.situation, zone=asking.zone, at=asking.at
        )
        if fits and slug in carried:
            return replace(_shown(pocket, part, slug, None), when=when_planned(part), planned=True)
    return None


def _decided(pocket: dict, part: Part, asking: Asking, child: Child) -> Next | None:
    # Another library is another pocket, and asks for another decision: what left it is not offered any more.
    kept = _decide(f"{part.name}:{pocket['version'][:8]}", part.situation, asking, child, None)
    if not kept.practice:
        return None
    titles = {p["slug"]: p["title"] for p in pocket["practices"]}
    why = reasons.word(
        kept.body.get("why"),
        titles=titles,
        child=names(child, pocket),
        situation=part.situation,
        counts=asking.by.can(Caregiver.SEE_HELPS),
    )
    return _shown(pocket, part, kept.practice, why)


def _decide(what: str, situation: str, asking: Asking, child: Child, span: Rest | None) -> Decision:
    """Decide under the home, the day and the part of it. The first look at a page writes this row; looked at again, it writes none."""
    return decisions.decide(
        child,
        f"today:{asking.by.household_id}:{asking.on}:{what}",
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


def _drawn(pocket: dict, part: Part, asking: Asking) -> Next | None:
    """Draw by the pocket's rule, with dice that fall the same way for a person, a day and a part of it."""
    dice = draw(asking.by.pk, asking.on.isoformat(), part.name, pocket["version"])
    wished = wishes(pocket, asking.child, asking.on)
    chosen = bundle_reader.offer(
        pocket, state=STATE, situation=part.situation, seen=[], wishes=wished, draw=dice
    )
    return _shown(pocket, part, chosen.slug, None) if chosen else None


def _shown(pocket: dict, part: Part, slug: str, why: reasons.Why | None) -> Next:
    practice = next(p for p in pocket["practices"] if p["slug"] == slug)
    return Next(
        part=part,
        when=when(part),
        practice=slug,
        title=practice["title"],
        steps=" ".join(practice["steps"][:FIRST_STEPS]),
        takes=takes(practice["seconds"][1]),
        why=why,
    )


def draw(*seed: str) -> float:
    """Throw dice that always fall the same way for the same seed."""
    digest = hashlib.sha256("|".join(seed).encode()).digest()
    return int.from_bytes(digest[:6], "big") / 2**48


def wishes(pocket: dict, child: Child | None, on: date) -> Wishes:
    """Give what the pocket's rule may not offer to this child; it knows no allergens, so what may hold one counts as never."""
    if child is None:
        return Wishes()
    told = context.wishes(child, (on.year, on.month))
    hurts = told.avoid if told.allergies == frozenset() else told.avoid | {"allergy"}
    return replace(
        told,
        never=told.never | {p["slug"] for p in pocket["practices"] if hurts & set(p["cautions"])},
    )


def names(child: Child | None, pocket: dict) -> tuple[str, str]:
    """Name a child in the middle and at the beginning of a sentence."""
    return (
        (child.nickname,) * 2 if child and child.nickname else tuple(pocket.get("child", ("", "")))
    )


def when(part: Part) -> str:
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


def when_planned(part: Part) -> str:
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


def takes(seconds: int) -> str:
    minutes = max(1, round(seconds / 60))
    return (
        _("One minute.")
        if minutes == 1
        else ngettext("About {n} minute.", "About {n} minutes.", minutes).format(n=minutes)
    )
