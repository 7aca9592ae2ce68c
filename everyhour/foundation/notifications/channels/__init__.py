"""The channels of notifications, one folder each, and the results they return."""

from dataclasses import dataclass
from enum import Enum


class Outcome(Enum):
    TAKEN = "taken"
    GONE = "gone"  # the address no longer exists
    REFUSED = "refused"  # definitely not delivered
    UNREACHED = "unreached"  # nothing was sent
    UNSURE = "unsure"  # it may or may not have arrived


@dataclass(frozen=True)
class Result:
    """The result of one attempt. `again`: a retry may succeed, after at least `wait` seconds."""

    outcome: Outcome
    detail: str = ""
    again: bool = False
    wait: int = 0

    def __str__(self):
        return f"{self.outcome.value} {self.detail}".strip()[:80]


@dataclass(frozen=True)
class Attachment:
    """A file that goes along with a mail."""

    name: str
    content: bytes
    mimetype: str


@dataclass(frozen=True)
class Text:
    """A notification as its reader sees it: neutral, or in its own words if they chose that."""

    subject: str  # always neutral
    title: str
    body: str
    path: str
    tag: str  # a newer notification with the same tag replaces it
    language: str
    plain: bool  # under the plain name and icon
    opened: str  # path to which the phone reports that it was opened
    unsubscribe: str  # path that ends notifications of this kind; empty: not optional
    answers: tuple[tuple[str, str], ...]
    attachment: Attachment | None = None
