"""Which part of the day comes next, of a date as the family lives it. Pure: a laid out date and minutes in, a part out."""

from dataclasses import dataclass

from everyhour.domain.rhythm.shape import MINUTES, Day

SOON = 120  # minutes; farther away it is "some time before"
UNTOLD = (("morning", 11 * 60), ("afternoon", 17 * 60), ("evening", MINUTES))


@dataclass(frozen=True)
class Part:
    """A part of the day: its name, the situation to be ready for, and when what it leads up to begins."""

    name: str
    situation: str = "any"
    minute: int | None = None
    soon: bool = True
    words: str = ""  # the family's own, for a part they added


def next_part(minute: int, day: Day, hard: list[str]) -> Part | None:
    """Give the part that comes next, by minutes after midnight of that date; None once the day is done, and in the other home."""
    if not day.here:
        return None
    if not day.transitions:
        name = next(name for name, until in UNTOLD if minute % MINUTES < until)
        return Part(name, next(iter(hard), "any"))
    ahead = next((one for one in day.transitions if one.minute > minute), None)
    return (
        Part(ahead.name, ahead.situation, ahead.minute, ahead.minute - minute <= SOON, ahead.words)
        if ahead
        else None
    )
