"""The world of `prove access`: two families, sixteen visitors, and a canary in every private text.

Who may find an object or read a canary is written here by hand; the product is never asked.
"""

import json
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime
from typing import Any

AT = datetime(2026, 11, 18, 21, 30, tzinfo=UTC)  # a Wednesday, 3:30 pm in Chicago
ALWAYS = datetime(2099, 1, 1, tzinfo=UTC)
HOME = frozenset(
    {
        "guardian",
        "co-guardian",
        "giver",
        "giver without any",
        "giver sees week",
        "giver sees helps",
        "suspended",
    }
)
GUARDIANS = frozenset({"guardian", "co-guardian"})
READERS = GUARDIANS | {"giver sees week"}
SECOND, OTHER = frozenset({"second household"}), frozenset({"other family"})
EX = frozenset({"ex-guardian"})
BOTH = frozenset({"in both"})  # a giver in both families, looking at the other one now
NOBODY: frozenset[str] = frozenset()


@dataclass
class Thing:
    """An object that a URL can name: who finds it, and who may write to it."""

    label: str
    value: str
    finders: list[str]
    writers: list[str] | None = None
    owner: str = "ours"

    def found_by(self, role: str, *, writing: bool) -> bool:
        return role in (self.writers if writing and self.writers is not None else self.finders)


@dataclass
class World:
    """All that a walker needs to know; stored as JSON beside the database."""

    sessions: dict[str, str] = field(default_factory=dict)
    things: dict[str, list[Thing]] = field(default_factory=dict)
    # By text: what it is, and the roles that may read it.
    canaries: dict[str, tuple[str, list[str]]] = field(default_factory=dict)
    families: dict[str, str] = field(default_factory=dict)  # by role: the family they look at
    places: dict[str, str] = field(default_factory=dict)  # by role: the caregiver in that family
    # By household: its family, and the roles that belong there.
    households: dict[str, tuple[str, list[str]]] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)  # by moment: the key its phone gave it

    def thing(
        self, kind: str, label: str, value: Any, finders, writers=None, *, owner: str = "ours"
    ) -> None:
        made = Thing(
            label,
            str(value),
            sorted(finders),
            sorted(writers) if writers is not None else None,
            owner,
        )
        self.things.setdefault(kind, []).append(made)

    def dump(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def read(cls, text: str) -> "World":
        data = json.loads(text)
        things = {
            kind: [Thing(**thing) for thing in those] for kind, those in data.pop("things").items()
        }
        return cls(**data, things=things)


def hour_key() -> str:
    """Return the key of an hour of the week in this world's zone."""
    from everyhour.foundation.lib import weeks

    return (
        weeks.week(date(2026, 11, 12), zones=[(AT, "America/Chicago")], wakes=420)
        .days[-1]
        .hours[3]
        .key
    )
