"""The stored form of changes: JSON, encrypted in the database and plain in an export."""

import json
from collections.abc import Mapping
from typing import Any

from everyhour.domain.families.models import Family
from everyhour.domain.moments import models
from everyhour.domain.moments.merging import Change, NoteEdit


def encode(change: Change) -> dict[str, Any]:
    """Return the fields and the note of a change as plain JSON values."""
    note = change.note and {"text": change.note.text, "replaces": list(change.note.replaces)}
    return {"set": dict(change.set), "note": note}


def decode(body: Mapping[str, Any], row: models.Change) -> Change:
    """Build the change of a row from its decrypted body."""
    note = body.get("note")
    return Change(
        row.key,
        row.moment_key,
        row.device,
        row.counter,
        row.by_id or "",
        body.get("set") or {},
        NoteEdit(note["text"], tuple(note["replaces"])) if note else None,
    )


def seal(family: Family, change: Change) -> bytes:
    """Encrypt the encoded change with the family's key, bound to the key of the change."""
    text = json.dumps(encode(change), ensure_ascii=False)
    return family.seal(text, place=f"change:{change.key}") or b""


def unseal(family: Family, row: models.Change) -> Change:
    """Decrypt and decode the change of a row."""
    return decode(json.loads(family.unseal(bytes(row.body), place=f"change:{row.key}")), row)
