"""One small thing for the part of the day that comes next: drawn from the pocket, the same for the whole part.

The draw's dice are a digest of who, which day and which part, so a reload keeps it and anybody can draw it again; what was
drawn, from which pocket and with which probability is written down (`record`), as for every offer.
"""

import hashlib
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from everyhour.domain.families.models import Child
from everyhour.domain.moments import pocket_reader
from everyhour.domain.moments.advisor import Choice, Wishes
from everyhour.features.home import parts_of_day as parts
from everyhour.features.home.parts_of_day import Part

STATE = "calm"  # before the hard part, not in it
FIRST_STEPS = 2  # the rest is one tap away; Today is read at a glance


@dataclass(frozen=True)
class Next:
    part: Part
    when: str
    practice: str
    title: str
    steps: str
    takes: str
    record: dict


def draw(*seed: str) -> float:
    """Throw dice that always fall the same way for the same seed."""
    digest = hashlib.sha256("|".join(seed).encode()).digest()
    return int.from_bytes(digest[:6], "big") / 2**48


def offer(pocket: dict, part: Part, child: Child | None, *, who: str, on: date) -> Next | None:
    """Draw what to offer to somebody for a part of a day; None when nothing fits this child."""
    dice, wished = draw(who, on.isoformat(), part.name, pocket["version"]), wishes(child, on)
    chosen = pocket_reader.offer(pocket, state=STATE, situation=part.situation, seen=[], wishes=wished, draw=dice)
    if chosen is None:
        return None
    practice = next(p for p in pocket["practices"] if p["slug"] == chosen.slug)
    return Next(
        part=part,
        when=when(part),
        practice=chosen.slug,
        title=practice["title"],
        steps=" ".join(practice["steps"][:FIRST_STEPS]),
        takes=takes(practice["seconds"][1]),
        record=record(pocket, chosen, part, wished),
    )


def record(pocket: dict, chosen: Choice, part: Part, wished: Wishes) -> dict:
    """Write the offer down with the cell it was drawn from and what narrowed it, so that the draw can be made again."""
    cell = {"state": STATE, "situation": part.situation, "part": part.name}
    narrowed = {"age": wished.age, "touch": wished.touch, "never": " ".join(sorted(wished.never))}
    return {**pocket_reader.record(pocket, chosen), **cell, **narrowed}


def wishes(child: Child | None, on: date) -> Wishes:
    if child is None:
        return Wishes()
    age = child.functions_like_age
    if age is None and child.born_in:
        age = on.year - child.born_in.year - (on.month < child.born_in.month)
    return Wishes(age=age, touch=not child.no_touch, never=frozenset(child.never))


def when(part: Part) -> str:
    if part.name == parts.SCHOOL:
        return _("Next, before school")
    if part.name == parts.HOME:
        return _("Next, for coming home")
    if part.name == parts.DINNER:
        return _("Next, a little before dinner") if part.soon else _("Next, some time before dinner")
    if part.name == parts.BED:
        return _("Next, a little before bed") if part.soon else _("Next, some time before bed")
    return _("Next, when it fits")


def takes(seconds: int) -> str:
    minutes = max(1, round(seconds / 60))
    return _("One minute.") if minutes == 1 else ngettext("About {n} minute.", "About {n} minutes.", minutes).format(n=minutes)
