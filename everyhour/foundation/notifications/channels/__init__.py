"""The ways a letter leaves the house, one folder each; and what each of them may answer."""

from dataclasses import dataclass
from enum import Enum


class Outcome(Enum):
    TAKEN = "taken"
    GONE = "gone"  # nobody is there any more
    REFUSED = "refused"  # a clear no: it was not taken
    UNREACHED = "unreached"  # nothing left the house
    UNSURE = "unsure"  # it may have arrived, and it may not


@dataclass(frozen=True)
class Result:
    """What came of one try. `again`: it may go better later, after so many seconds at least."""

    outcome: Outcome
    detail: str = ""
    again: bool = False
    wait: int = 0

    def __str__(self):
        return f"{self.outcome.value} {self.detail}".strip()[:80]


@dataclass(frozen=True)
class Text:
    """A letter as it is to be seen by somebody: neutral, or in its own words when they asked for that."""

    subject: str  # always neutral
    title: str
    body: str
    path: str
    tag: str  # a newer one with the same tag takes its place
    language: str
    plain: bool  # under the plain name and icon
    opened: str  # where the phone says that it was opened
    enough: str  # where one tap ends letters like this; empty: they are needed
    answers: tuple[tuple[str, str], ...]
