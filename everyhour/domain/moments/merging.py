"""Fold the changes of a moment into the moment. Pure, and blind to the order in which they came.

Phones work offline and clocks are wrong, so nothing here looks at a clock. Each change carries a counter that is larger
than every counter its phone had seen (Lamport's clock). For each field the change of the highest rank stands; a note
stands until a change that had seen it replaces it by name. So duplicates, disorder and parts of a batch change nothing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

# What belongs together changes together: a fold never mixes the zone of one phone with the time of another.
FIELDS = {
    "whom": ("kind", "child"),
    "who": ("giver", "private"),
    "when": ("at", "wall", "zone"),
    "what": ("practice", "edition", "title"),
    "state_before": (),
    "state_after": (),
    "situation": (),
    "outcome": (),
    "caregiver_state": (),
    "origin": (),
    "decision": (),
    "minutes": (),
    "deleted": (),
}
NEEDED = (
    "whom",
    "when",
)  # without these a moment is not one yet: its first change is still on the way


@dataclass(frozen=True)
class NoteEdit:
    """A text, and the versions its writer saw and replaces, by the keys of the changes that wrote them."""

    text: str
    replaces: tuple[str, ...] = ()


@dataclass(frozen=True)
class Change:
    """One change to one moment, as a phone made it; `by` is the caregiver who sent it."""

    key: str
    moment: str
    device: str
    counter: int
    by: str = ""
    set: Mapping[str, Any] = field(default_factory=dict)
    note: NoteEdit | None = None

    @property
    def rank(self) -> tuple[int, str, str]:
        return (self.counter, self.device, self.key)


@dataclass(frozen=True)
class Version:
    """A note as it stands, and the change that wrote it."""

    key: str
    text: str
    by: str


@dataclass(frozen=True)
class State:
    """What the changes come to."""

    fields: Mapping[str, Any]
    notes: tuple[Version, ...]
    author: str
    counter: int

    @property
    def whole(self) -> bool:
        return all(name in self.fields for name in NEEDED)


def fold(changes: Iterable[Change]) -> State:
    """Fold the changes of one moment, in any order and however often each one came.

    >>> one = Change("a", "m", "phone", 1, set={"outcome": "a_bit"}, note=NoteEdit("hummed"))
    >>> two = Change("b", "m", "tablet", 1, set={"outcome": "settled"}, note=NoteEdit("she laughed"))
    >>> state = fold([two, one, two])
    >>> state.fields["outcome"], [version.text for version in state.notes]
    ('settled', ['hummed', 'she laughed'])
    """
    ranked = sorted(once(changes), key=lambda change: change.rank)
    fields: dict[str, Any] = {}
    for change in ranked:
        fields |= change.set
    author = next((change.by for change in ranked if "whom" in change.set), "")
    return State(fields, standing(ranked), author, ranked[-1].counter if ranked else 0)


def once(changes: Iterable[Change]) -> list[Change]:
    """Count a change once, however often it came. The same key always means the same change; the first one told is kept."""
    known: dict[str, Change] = {}
    for change in changes:
        known.setdefault(change.key, change)
    return list(known.values())


def standing(ranked: list[Change]) -> tuple[Version, ...]:
    """Give the versions of the note that nobody replaced, in the order of their rank.

    A change replaces only what ranks before it. Else two changes that name each other would both be gone.
    """
    written = [(change, change.note) for change in ranked if change.note]
    replaced_by: dict[str, list[Change]] = {}
    for change, note in written:
        for key in note.replaces:
            replaced_by.setdefault(key, []).append(change)
    return tuple(
        Version(change.key, note.text, change.by)
        for change, note in written
        if note.text
        and not any(other.rank > change.rank for other in replaced_by.get(change.key, []))
    )
