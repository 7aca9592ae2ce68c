"""Changes as phones send them, for tests."""

import uuid
from datetime import UTC, datetime

NOW = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)


def new(
    moment: str | None = None,
    *,
    child=None,
    counter: int = 1,
    at: str = "2026-11-23T17:05:00+00:00",
    device: str | None = None,
    **fields,
) -> dict:
    """Build the first change of a moment, with these fields besides the required ones."""
    required = {
        "whom": {"kind": "given" if child else "got", "child": child.pk if child else None},
        "when": {"at": at, "zone": "America/Chicago"},
        "origin": "spontaneous",
    }
    key = moment or str(uuid.uuid4())
    return change(key, counter=counter, device=device, set={**required, **fields})


def change(moment: str, *, counter: int = 2, device: str | None = None, **parts) -> dict:
    """Build a change with these parts: `set`, `note`, `delete`, or what else a test sends."""
    return {
        "key": str(uuid.uuid4()),
        "moment": moment,
        "device": device or str(uuid.uuid4()),
        "counter": counter,
        "shape": 2,
        **parts,
    }


def guest_moment(**other) -> dict:
    """Build a moment as the phone of a guest stores it."""
    offer = {
        "practice": "wall-push",
        "edition": 1,
        "pocket": "0" * 16,
        "rule": "suits-1",
        "probability": 0.1,
        "among": 10,
        "draw": 0.5,
    }
    return {
        "shape": 1,
        "id": str(uuid.uuid4()),
        "at": "2026-11-20T23:10:00.123Z",
        "zone": "America/Chicago",
        "wall": "2026-11-20T17:10",
        "state": "alarm",
        "situation": "homework",
        "caregiver": None,
        "offers": [offer],
        "outcome": "settled",
        "language": "en",
        **other,
    }
