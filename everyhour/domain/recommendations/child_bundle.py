"""The child bundle: what was learned of one child, for use with one offline bundle.

It names its offline bundle. A phone that has another one draws by that bundle's own rule.
"""

import hashlib
import json
from dataclasses import replace
from datetime import datetime

from everyhour.domain.families.models import Child, Household
from everyhour.domain.practices.vocabulary import SITUATIONS, STATES
from everyhour.domain.recommendations import candidate_sets, context, observations, training
from everyhour.domain.recommendations.advisor import Wishes, learned

SHAPE = 2


def compose(child: Child, household: Household, bundle: dict, *, zone: str, at: datetime) -> dict:
    """Compose a child's bundle in one household: probabilities, limits, and counts of tries."""
    wishes = context.wishes(child, observations.year_and_month(zone, at))
    candidates, model_version = candidate_sets.current(), training.in_force()
    past = observations.history_of(child, household)
    places = {practice["slug"]: n for n, practice in enumerate(bundle["practices"])}
    # A new tuple only where needed: the engine caches by identity.
    if any(c.slug not in places for c in candidates):
        candidates = tuple(c for c in candidates if c.slug in places)
    keys = [(state, situation) for state in STATES for situation in (*SITUATIONS, "any")]
    # The same time all day, so that the bundle can be cached.
    noon = at.replace(hour=12, minute=0, second=0, microsecond=0)
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
    cells = learned.probabilities(decider, asked, past)
    chances: dict[str, dict[str, list]] = {state: {} for state in STATES}
    for (state, situation), cell in zip(keys, cells, strict=True):
        chances[state][situation] = [[places[slug], p] for slug, p in cell.items()]
    body = {
        "shape": SHAPE,
        "pocket": bundle["version"],
        "rule": learned.RULE,
        "belief": model_version.version if model_version else 0,
        "child": child.pk,
        "age": wishes.age,
        "real_age": wishes.real_age,
        "months": wishes.months,
        "touch": wishes.touch,
        "care_touch": wishes.care_touch,
        "bodies": sorted(wishes.bodies),
        "avoid": sorted(phone_wishes(wishes).avoid),
        "never": sorted(child.never),
        "chances": chances,
        "tries": {slug: [item.helped, item.tried] for slug, item in sorted(past.items.items())},
    }
    return {"version": digest(body), **body}


def phone_wishes(wishes: Wishes) -> Wishes:
    """Return the wishes as the phone reads them: without allergens, unless there is no allergy."""
    if wishes.allergies is not None and not wishes.allergies:
        return wishes
    return replace(wishes, avoid=wishes.avoid | {"allergy"})


def digest(body: dict) -> str:
    canonical = json.dumps(body, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()[:16]
