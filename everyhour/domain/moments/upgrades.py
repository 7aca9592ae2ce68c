"""Upgrades of changes from older apps: a phone offline for a year still syncs."""

from collections.abc import Mapping
from typing import Any

from everyhour.domain.moments import wall_time

OFFERED = (
    "practice",
    "edition",
    "pocket",
    "rule",
    "probability",
    "among",
    "draw",
    "belief",
    "own",
    "nudge",
)


def from_1(raw: Mapping[str, Any]) -> dict[str, Any]:
    """Upgrade shape 1: a whole moment from a guest's phone (moment.js), and its child.

    Raises TypeError, ValueError, AttributeError or KeyError if it is malformed.
    """
    kept = raw["set"]
    offers = [
        {name: offer[name] for name in OFFERED if name in offer}
        for offer in kept.get("offers") or []
    ]
    chosen = offers[-1] if offers else {}
    child, zone = raw.get("child") or None, kept.get("zone", "")
    fields: dict[str, Any] = {
        "whom": {"kind": "given" if child else "got", "child": child},
        "when": {
            "at": kept["at"].replace("Z", "+00:00"),
            "zone": zone if wall_time.is_zone(zone) else None,
        },
        "what": {"practice": chosen.get("practice", ""), "edition": chosen.get("edition")},
        "state_before": kept["state"],
        "situation": "" if kept.get("situation") == "any" else kept.get("situation"),
        "caregiver_state": kept.get("caregiver"),
        "outcome": kept.get("outcome"),
        "origin": kept.get("origin") or "right_now",
        "decision": offers,
    }
    return {"set": fields}
