"""Changes that pages make to moments; they are the same as those that phones send."""

import uuid
from datetime import datetime
from typing import Any

from django.db.models import Max

from everyhour.domain.families.models import Caregiver
from everyhour.domain.moments import merging, sync
from everyhour.domain.moments.models import Change, Moment
from everyhour.domain.moments.sync import Result
from everyhour.domain.moments.validation import SHAPE

# Empty values of fields; for every other field it is "".
EMPTY: dict[str, Any] = {"what": {}, "minutes": None, "decision": []}
# All pages of a family act as one device, since they see every change.
PAGES = uuid.UUID("5a0c2f6e-6d0b-4b52-9d0f-0c9a7a2d1680")


def change(
    moment: str,
    *,
    by: Caregiver,
    at: datetime,
    key: str,
    fields: dict[str, Any] | None = None,
    note: dict | None = None,
    gone: bool | None = None,
) -> Result:
    """Make one change to a moment, new or known; `key` comes with the form and makes it idempotent.

    Its counter ranks above every stored one, because the page showed the result of all of them.
    """
    known = Change.objects.filter(family=by.family, moment_key=moment)
    highest = known.aggregate(highest=Max("counter"))["highest"] or 0
    raw: dict[str, Any] = {
        "key": key,
        "moment": moment,
        "device": str(uuid.uuid5(PAGES, by.family_id)),
        "counter": highest + 1,
        "shape": SHAPE,
    }
    if fields:
        raw["set"] = fields
    if note is not None:
        raw["note"] = note
    if gone is not None:
        raw["delete"] = gone
    return sync.receive(by.family, by=by, changes=[raw], at=at)[0]


def undo(key_of_change: str, *, of: Moment, by: Caregiver, at: datetime, key: str) -> Result | None:
    """Undo one's own change by a new one that restores the values before it.

    Fields changed again since stay, and so does a deletion. Return None when nothing is left to
    undo, or when the change is someone else's.
    """
    changes = sync.changes_of(of.family, of.key)
    mine = next((one for one in changes if one.key == key_of_change and one.by == by.pk), None)
    if mine is None:
        return None
    now = merging.fold(changes)
    before = merging.fold(one for one in changes if one.key != key_of_change)
    unchanged = [
        name
        for name, value in mine.set.items()
        if name != "deleted" and now.fields.get(name) == value
    ]
    fields = {name: _value(before, name) for name in unchanged} if before.whole else {}
    note = _note_before(mine, now, before)
    if not fields and not note:
        return None
    return change(of.key, by=by, at=at, key=key, fields=fields, note=note)


def _note_before(mine: merging.Change, now: merging.State, before: merging.State) -> dict | None:
    """Return an edit restoring the note from before this change; None if it was edited since."""
    gone = [version.text for version in before.notes if version not in now.notes]
    current = any(version.key == mine.key for version in now.notes)
    return (
        {"text": "\n\n".join(gone), "replaces": [mine.key]}
        if mine.note and (current or (gone and not mine.note.text))
        else None
    )


def _value(before: merging.State, name: str) -> Any:
    value = before.fields.get(name, EMPTY.get(name, ""))
    return {"giver": before.author} if name == "who" and not value else value
