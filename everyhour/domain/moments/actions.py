"""Tell of a moment from a page, and take a change back: the same changes as a phone sends, made here."""

import uuid
from datetime import datetime
from typing import Any

from django.db.models import Max

from everyhour.domain.families.models import Caregiver
from everyhour.domain.moments import merging, sync
from everyhour.domain.moments.models import Change, Moment
from everyhour.domain.moments.sync import Result
from everyhour.domain.moments.validation import SHAPE

UNTOLD: dict[str, Any] = {
    "what": {},
    "minutes": None,
    "decision": [],
}  # how a field says that nothing is told; the others say ""
PAGES = uuid.UUID(
    "5a0c2f6e-6d0b-4b52-9d0f-0c9a7a2d1680"
)  # our pages are one device to each family: they see every change


def tell(
    moment: str,
    *,
    by: Caregiver,
    at: datetime,
    key: str,
    told: dict[str, Any] | None = None,
    note: dict | None = None,
    gone: bool | None = None,
) -> Result:
    """Make one change to a moment, new or known; `key` comes with the form, so that sending it twice is once.

    Its counter ranks above every change there is: a page shows what all of them come to.
    """
    known = (
        Change.objects.filter(family=by.family, moment_key=moment).aggregate(most=Max("counter"))[
            "most"
        ]
        or 0
    )
    raw: dict[str, Any] = {
        "key": key,
        "moment": moment,
        "device": str(uuid.uuid5(PAGES, by.family_id)),
        "counter": known + 1,
        "shape": SHAPE,
    }
    if told:
        raw["set"] = told
    if note is not None:
        raw["note"] = note
    if gone is not None:
        raw["delete"] = gone
    return sync.receive(by.family, by=by, changes=[raw], at=at)[0]


def take_back(change: str, *, of: Moment, by: Caregiver, at: datetime, key: str) -> Result | None:
    """Undo a change of one's own: say again what held before it. What was changed again since stays; None when nothing is left to undo."""
    changes = sync.changes_of(of.family, of.key)
    mine = next((one for one in changes if one.key == change and one.by == by.pk), None)
    if mine is None:
        return None
    now, before = merging.fold(changes), merging.fold(one for one in changes if one.key != change)
    standing = [
        name
        for name, value in mine.set.items()
        if name != "deleted" and now.fields.get(name) == value
    ]
    told = {name: _held(before, name) for name in standing} if before.whole else {}
    note = _note_before(mine, now, before)
    return tell(of.key, by=by, at=at, key=key, told=told, note=note) if told or note else None


def _note_before(mine: merging.Change, now: merging.State, before: merging.State) -> dict | None:
    """Give the note as it was before this change, unless it was written anew since."""
    gone = [version.text for version in before.notes if version not in now.notes]
    stands = any(version.key == mine.key for version in now.notes)
    return (
        {"text": "\n\n".join(gone), "replaces": [mine.key]}
        if mine.note and (stands or (gone and not mine.note.text))
        else None
    )


def _held(before: merging.State, name: str) -> Any:
    told = before.fields.get(name, UNTOLD.get(name, ""))
    return told or {"giver": before.author} if name == "who" else told
