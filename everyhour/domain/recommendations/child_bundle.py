"""The child bundle: what was learned of one child, for use with one offline bundle.

It names its bundle. A phone with another one draws by that bundle's own rule.
"""

import hashlib
import json
from dataclasses import replace
from datetime import datetime

from everyhour.domain.families.models import Child, Household
from everyhour.domain.practices.vocabulary import SITUATIONS, STATES
from everyhour.domain.recommendations import candidate_sets, context, observations, training
from everyhour.domain.recommendations.advisor import Wishes, learned

SHAPE = 1


def compose(child: Child, household: Household, pocket: dict, *, zone: str, at: datetime) -> dict:
    """Compose the probabilities of every state and situation for this child in this household."""
    wishes = context.wishes(child, observations.year_and_month(zone, at))
    candidates, past, model_version = (
        candidate_sets.current(),
        observations.history_of(child, household),
        training.in_force(),
    )
    places = {practice["slug"]: n for n, practice in enumerate(pocket["practices"])}
    if any(c.slug not in places for c in candidates):  # else the same tuple: the engine knows it
        candidates = tuple(c for c in candidates if c.slug in places)
    keys = [(state, situation) for state in STATES for situation in (*SITUATIONS, "any")]
    noon = at.replace(
        hour=12, minute=0, second=0, microsecond=0
    )  # a scene without a clock: the same all day, so that it may be kept
    asked = [
        observations.build_opportunity(
            observations.unit_id(child.pk, household.pk),
            f"{state}:{situation}",
            at=noon,
            since=child.created_at,
            zone="UTC",
            state=state,
            situation=situation,
            candidates=candidates,
            wishes=wishes,
        )
        for state, situation in keys
    ]
    decider = training.decider(model_version, tuple(c.slug for c in candidates))
    cells = learned.cells(decider, asked, past)
    chances: dict[str, dict[str, list]] = {state: {} for state in STATES}
    for (state, situation), cell in zip(keys, cells, strict=True):
        chances[state][situation] = [[places[slug], p] for slug, p in cell.items()]
    body = {
        "shape": SHAPE,
        "pocket": pocket["version"],
        "rule": learned.RULE,
        "belief": model_version.version if model_version else 0,
        "child": child.pk,
        "age": wishes.age,
        "touch": wishes.touch,
        "avoid": sorted(phone_wishes(wishes).avoid),
        "never": sorted(child.never),
        "chances": chances,
        "tries": {slug: [item.helped, item.tried] for slug, item in sorted(past.items.items())},
    }
    return {"version": digest(body), **body}


def phone_wishes(wishes: Wishes) -> Wishes:
    """Return the wishes as the bundle's rule reads them: a possible allergy avoids allergens."""
    return (
        wishes
        if wishes.allergies is not None and not wishes.allergies
        else replace(wishes, avoid=wishes.avoid | {"allergy"})
    )


def digest(body: dict) -> str:
    return hashlib.sha256(
        json.dumps(body, sort_keys=True, separators=(",", ":")).encode()
    ).hexdigest()[:16]
