"""The next part of the family's day. Pure functions of a day and minutes after midnight."""

from dataclasses import dataclass, field

from everyhour.domain.rhythm.shape import MINUTES, Day

SOON = 120  # minutes; farther away it is "some time before"
WITHOUT_RHYTHM = (("morning", 11 * 60), ("afternoon", 17 * 60), ("evening", MINUTES))


@dataclass(frozen=True)
class Part:
    """A part of the day: its name, the situation it leads up to and when that begins.

    `words` are the family's own for a part they added; `soon` means within two hours. What is often
    hard then may belong to another part: dinner is no time "at homework" (`said_situation`).
    """

    name: str
    situation: str = "any"
    minute: int | None = None
    soon: bool = True
    words: str = ""
    own_situation: str = field(default="", compare=False)

    @property
    def said_situation(self) -> str:
        """The situation that sentences about this part may name, or ""."""
        return self.situation if self.situation == self.own_situation and not self.words else ""


def find_next_part(minute: int, day: Day, hard: list[str]) -> Part | None:
    """Return the next part of a day; None after the last one, or with the child in the other home.

    Without a rhythm the day has three fixed parts, with the first hard situation of the family.
    """
    if not day.here:
        return None
    if not day.transitions:
        name = next(name for name, until in WITHOUT_RHYTHM if minute % MINUTES < until)
        return Part(name, next(iter(hard), "any"))
    ahead = next((one for one in day.transitions if one.minute > minute), None)
    if ahead is None:
        return None
    soon = ahead.minute - minute <= SOON
    return Part(ahead.name, ahead.situation, ahead.minute, soon, ahead.words, ahead.own_situation)
