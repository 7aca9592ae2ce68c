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
    **told,
):
    """The first change of a moment: whom, when, and whatever a story cares about."""
    first = {
        "whom": {"kind": "given" if child else "got", "child": child.pk if child else None},
        "when": {"at": at, "zone": "America/Chicago"},
        "origin": "spontaneous",
    }
    return change(
        moment or str(uuid.uuid4()), counter=counter, device=device, set={**first, **told}
    )


def change(moment: str, *, counter: int = 2, device: str | None = None, **told) -> dict:
    return {
        "key": str(uuid.uuid4()),
        "moment": moment,
        "device": device or str(uuid.uuid4()),
        "counter": counter,
        "shape": 2,
        **told,
    }


def kept_by_a_guest(**other) -> dict:
    """A moment as a guest's phone keeps it."""
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
