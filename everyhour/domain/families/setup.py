"""The steps of setting up a family. The session keeps the one where somebody was interrupted."""

from collections.abc import MutableMapping
from dataclasses import dataclass
from typing import Any

STEPS = ("child", "day", "hard", "helps", "quiet", "ready")
READY = STEPS[-1]
SESSION_KEY = "set_up"


@dataclass(frozen=True)
class Unfinished:
    """The step where setup was left, and its number."""

    step: str
    total: int = len(STEPS) - 1

    @property
    def number(self) -> int:
        return STEPS.index(self.step) + 1


def unfinished(session: MutableMapping[str, Any]) -> Unfinished | None:
    step = session.get(SESSION_KEY, "")
    return Unfinished(step) if step in STEPS and step != READY else None
