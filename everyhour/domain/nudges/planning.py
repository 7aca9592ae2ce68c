"""When, in one local day, something may be brought to mind: drawn once, evenly among the hard parts, with known chances. Pure.

Each part has dice of its own, made of the day's seed and its name: when the family changes one part, the others stay where they were.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from zlib import crc32

from everyhour.domain.nudges import quiet
from everyhour.domain.nudges.quiet import Clocks
from everyhour.foundation.lib.wall_clock import Span

EARLIEST, LATEST = timedelta(minutes=30), timedelta(minutes=15)  # before the hard part begins
LEAST = timedelta(minutes=5)  # it has to arrive before quiet hours begin
GAP = timedelta(hours=2.5)  # between two, as the engine rests
QUIET, TOO_LATE, ENOUGH = "quiet", "too_late", "enough"


@dataclass(frozen=True, slots=True)
class Point:
    """A hard part of a child's day in one home that may be led up to."""

    child: str
    household: str
    name: str  # which stays, whatever is edited
    situation: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Time:
    """When it may be brought to mind, and by when it must have arrived."""

    at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Drawn:
    """What came of one hard part: how likely it was to be taken, whether it was, and else why not."""

    point: Point
    time: Time | None
    chance: float
    why_not: str = ""

    @property
    def taken(self) -> bool:
        return not self.why_not


def plan(
    points: Sequence[Point], *, seed: int, a_day: int, held: Clocks, since: datetime
) -> list[Drawn]:
    """Draw at most `a_day` of these, each at a time of its own, none before `since`."""
    timed = [(point, *time_of(point, seed=seed, held=held, since=since)) for point in points]
    open_ = [(point, time) for point, time, _why in timed if time]
    likely = dict(
        zip(
            (point for point, _ in open_),
            chances(tuple(t.at for _, t in open_), a_day),
            strict=True,
        )
    )
    taken: list[Point] = []
    at: list[datetime] = []
    for point, time in sorted(open_, key=lambda one: dice(seed, one[0])[0]):
        if len(taken) < a_day and all(abs(time.at - other) >= GAP for other in at):
            taken.append(point)
            at.append(time.at)
    return [
        Drawn(p, time, likely.get(p, 0.0), why or ("" if p in taken else ENOUGH))
        for p, time, why in timed
    ]


def time_of(point: Point, *, seed: int, held: Clocks, since: datetime) -> tuple[Time | None, str]:
    """Draw the time for one part, or say why it has none. Evenly over the minutes that really pass and are not quiet."""
    free = windows(point.at, held)
    if not free:
        return None, QUIET
    left = [Span(max(span.start, since), span.end) for span in free if span.end > since]
    if not left:
        return None, TOO_LATE
    seconds = int(dice(seed, point)[1] * sum(_seconds(span) for span in left))
    for span in left:
        if seconds < _seconds(span):
            break
        seconds -= _seconds(span)
    at = span.start + timedelta(seconds=seconds)
    return Time(at, ends(point, at, held)), ""


def ends(point: Point, at: datetime, held: Clocks) -> datetime:
    """Give by when it must have arrived: before the hard part, and before quiet hours."""
    return min(point.at, quiet.begins(at, held) or point.at)


@lru_cache(maxsize=16_384)  # many families go to bed at eight
def windows(leads_to: datetime, held: Clocks) -> tuple[Span, ...]:
    """Give when something may be brought to mind before a hard part: a quarter to half an hour, outside of quiet hours."""
    left = [Span(leads_to - EARLIEST, leads_to - LATEST)]
    for span in quiet.around(leads_to - EARLIEST, held):
        left = [piece for one in left for piece in one.without(Span(span.start - LEAST, span.end))]
    return tuple(left)


def dice(seed: int, point: Point) -> tuple[float, float]:
    """Throw two dice in [0, 1) that always fall the same way for a day's seed and a part of it: which, and when."""
    digest = hashlib.blake2b(f"{seed}|{point.child}|{point.name}".encode(), digest_size=16).digest()
    return int.from_bytes(digest[:8]) / 2**64 * (1 - 2**-53), int.from_bytes(digest[8:]) / 2**64 * (
        1 - 2**-53
    )


def chances(times: tuple[datetime, ...], a_day: int) -> list[float]:
    """Give how likely each time is to be taken, when they are gone through in any order and those too near to one taken are left out.

    >>> noon = datetime(2026, 11, 24, 12)
    >>> chances((noon, noon + timedelta(hours=1), noon + timedelta(hours=6)), 2)
    [0.5, 0.5, 1.0]
    """
    if a_day == 1 or len(times) < 2:
        return [min(1.0, a_day / len(times))] * len(times) if times else []
    known: dict[frozenset[int], list[float]] = {}

    def follow(taken: frozenset[int]) -> list[float]:
        if taken not in known:
            next_ = [
                n
                for n in range(len(times))
                if n not in taken and all(abs(times[n] - times[m]) >= GAP for m in taken)
            ]
            if len(taken) == a_day or not next_:
                known[taken] = [float(n in taken) for n in range(len(times))]
            else:
                paths = [follow(taken | {n}) for n in next_]
                known[taken] = [sum(column) / len(paths) for column in zip(*paths, strict=True)]
        return known[taken]

    return follow(frozenset())


def turn(caregivers: Iterable[str], *, on: date, child: str, name: str) -> str:
    """Say whose turn a part is on a date: day after day the next one's, so that no child is approached twice.

    >>> [turn(["ada", "cleo"], on=date(2026, 11, day), child="wren", name="bed") for day in (23, 24, 25)]
    ['ada', 'cleo', 'ada']
    """
    several = sorted(caregivers)
    return several[(on.toordinal() + crc32(f"{child}|{name}".encode())) % len(several)]


def _seconds(span: Span) -> int:
    return int((span.end - span.start).total_seconds())
