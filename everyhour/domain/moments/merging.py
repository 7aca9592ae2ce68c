"""Folding of a moment's changes into the moment. Pure, in any order.

Phones work offline and their clocks are wrong, so no clock is read here. Each change has a counter
larger than every counter its phone had seen (a Lamport clock). For each field the change with the
highest rank wins; a note stays until a change that had seen it replaces it by key. So duplicates,
reordering and partial batches lead to the same result.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

# Grouped fields change together, so that one phone's zone never meets the time of another.
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
REQUIRED = ("whom", "when")  # the first change of a moment sets both


@dataclass(frozen=True)
class NoteEdit:
    """A text, and the versions it replaces, by the keys of the changes that wrote them."""

    text: str
    replaces: tuple[str, ...] = ()


@dataclass(frozen=True)
class Change:
    """One change to one moment; `by` is the id of the caregiver who sent it."""

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
    """A current note, and the change that wrote it."""

    key: str
    text: str
    by: str


@dataclass(frozen=True)
class State:
    """The result of folding changes; `author` sent the lowest-ranked change with `whom`."""

    fields: Mapping[str, Any]
    notes: tuple[Version, ...]
    author: str
    counter: int

    @property
    def whole(self) -> bool:
        """Whether the first change, which sets the required fields, is among them."""
        return all(name in self.fields for name in REQUIRED)


def fold(changes: Iterable[Change]) -> State:
    """Fold the changes of one moment, in any order and with any duplicates.

    >>> one = Change("a", "m", "phone", 1, set={"outcome": "a_bit"}, note=NoteEdit("hummed"))
    >>> two = Change("b", "m", "tablet", 1, set={"outcome": "settled"}, note=NoteEdit("laughed"))
    >>> state = fold([two, one, two])
    >>> state.fields["outcome"], [version.text for version in state.notes]
    ('settled', ['hummed', 'laughed'])
    """
    ranked = sorted(unique(changes), key=lambda change: change.rank)
    fields: dict[str, Any] = {}
    for change in ranked:
        fields |= change.set
    author = next((change.by for change in ranked if "whom" in change.set), "")
    return State(fields, current_versions(ranked), author, ranked[-1].counter if ranked else 0)


def unique(changes: Iterable[Change]) -> list[Change]:
    """Return the changes without duplicates: of several with one key, the first."""
    by_key: dict[str, Change] = {}
    for change in changes:
        by_key.setdefault(change.key, change)
    return list(by_key.values())


def current_versions(ranked: list[Change]) -> tuple[Version, ...]:
    """Return the versions that no change replaced, in the order of the given ranked changes.

    A change replaces only what ranks below it; otherwise two changes naming each other would both
    disappear. An empty text is a deletion, not a version.
    """
    noted = [(change, change.note) for change in ranked if change.note]
    replaced_by: dict[str, list[Change]] = {}
    for change, note in noted:
        for key in note.replaces:
            replaced_by.setdefault(key, []).append(change)
    return tuple(
        Version(change.key, note.text, change.by)
        for change, note in noted
        if note.text
        and not any(other.rank > change.rank for other in replaced_by.get(change.key, []))
    )
