"""Which part of the family's day comes next. Pure functions of a day and minutes after midnight."""

from dataclasses import dataclass

from everyhour.domain.rhythm.shape import MINUTES, Day

SOON = 120  # minutes; farther away it is "some time before"
WITHOUT_RHYTHM = (("morning", 11 * 60), ("afternoon", 17 * 60), ("evening", MINUTES))


@dataclass(frozen=True)
class Part:
    """A part of the day: its name, the situation it leads up to and when that begins.

    `words` are the family's own for a part they added; `soon` means within two hours.
    """

    name: str
    situation: str = "any"
    minute: int | None = None
    soon: bool = True
    words: str = ""


def next_part(minute: int, day: Day, hard: list[str]) -> Part | None:
    """Return the next part; None once the day is done, and while the child is in the other home."""
    if not day.here:
        return None
    if not day.transitions:
        name = next(name for name, until in WITHOUT_RHYTHM if minute % MINUTES < until)
        return Part(name, next(iter(hard), "any"))
    ahead = next((one for one in day.transitions if one.minute > minute), None)
    return (
        Part(ahead.name, ahead.situation, ahead.minute, ahead.minute - minute <= SOON, ahead.words)
        if ahead
        else None
    )
