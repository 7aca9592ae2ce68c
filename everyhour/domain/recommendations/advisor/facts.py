"""Features derived from a practice's facts; our judgment (docs/science/learning.md)."""

from collections.abc import Mapping
from typing import Any

# The first that a practice uses decides; heavy work comes first because it calms most.
KIND_OF_SENSE = {"proprioceptive": "heavy_work", "vestibular": "movement", "auditory": "rhythm"}
LONG, MOST_MATERIALS = 300, 3  # seconds; materials that count
TEEN = 13  # from this age on, nothing made for younger children is offered


def kind(facts: Mapping[str, Any]) -> str:
    """Return closeness for presence or without senses, else the kind of the first known sense."""
    senses = facts.get("senses") or []
    if facts.get("presence") or not senses:
        return "closeness"
    return next((kind for sense, kind in KIND_OF_SENSE.items() if sense in senses), "senses")


def effort(facts: Mapping[str, Any]) -> float:
    """Return the caregiver's effort, 0 to 1: more for materials, long or energetic practices."""
    fetch = 0.1 * min(len(facts.get("materials") or []), MOST_MATERIALS)
    return round(
        0.1 + fetch + 0.2 * (facts["seconds"]["from"] > LONG) + 0.2 * (facts["energy"] == "up"), 2
    )


def demanding(facts: Mapping[str, Any]) -> bool:
    """Return whether a practice asks the child to think or perform."""
    return "top_down" in (facts.get("paths") or [])


def real_age(facts: Mapping[str, Any]) -> tuple[int, int]:
    """Return for children of which age, in years, a practice keeps their dignity.

    Unless the practice says so itself: up to its own age, and for all under TEEN, since a child of
    nine may feel three and want to be rocked.
    """
    if given := facts.get("real_age"):
        return given["from"], given["to"]
    return 0, max(facts["age"]["to"], TEEN - 1)


def months(facts: Mapping[str, Any]) -> tuple[int, int] | None:
    given = facts.get("months")
    return (given["from"], given["to"]) if given else None
