"""What the engine derives from a practice's facts; our judgment (docs/science/learning.md)."""

from collections.abc import Mapping
from typing import Any

# The first sense that is there decides: heavy work calms most, so it names a practice that has it.
KIND_OF_SENSE = {"proprioceptive": "heavy_work", "vestibular": "movement", "auditory": "rhythm"}
LONG, MOST_MATERIALS = 300, 3  # seconds; things to fetch


def kind(facts: Mapping[str, Any]) -> str:
    """Return the kind: closeness for presence, else by its strongest sense."""
    senses = facts.get("senses") or []
    if facts.get("presence") or not senses:
        return "closeness"
    return next((kind for sense, kind in KIND_OF_SENSE.items() if sense in senses), "senses")


def effort(facts: Mapping[str, Any]) -> float:
    """Return the effort, 0 to 1: fetching things, long, or energetic."""
    fetch = 0.1 * min(len(facts.get("materials") or []), MOST_MATERIALS)
    return round(
        0.1 + fetch + 0.2 * (facts["seconds"]["from"] > LONG) + 0.2 * (facts["energy"] == "up"), 2
    )


def demanding(facts: Mapping[str, Any]) -> bool:
    """Return whether it asks the child to think or perform."""
    return "top_down" in (facts.get("paths") or [])
