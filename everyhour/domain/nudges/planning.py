"""Drawing the nudges of one local day, evenly among its hard parts, with known chances. Pure.

Each part has its own draw, derived from the day's seed and its name: when the family changes one
part, the others keep their times.
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
LEAST = timedelta(minutes=5)  # before quiet hours begin, for it to arrive
GAP = timedelta(hours=2.5)  # between two nudges, as in the engine
QUIET, TOO_LATE, ENOUGH = "quiet", "too_late", "enough"


@dataclass(frozen=True, slots=True)
class Point:
    """A hard part of a child's day in one home."""

    child: str
    household: str
    name: str  # stable when the part is edited
    situation: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Time:
    """When a nudge is due, and its delivery deadline."""

    at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Drawn:
    """The draw for one hard part: the chance it had, and why it was not taken, if so."""

    point: Point
    time: Time | None
    chance: float
    why_not: str = ""

    @property
    def taken(self) -> bool:
        return not self.why_not


def plan(
    points: Sequence[Point], *, seed: int, a_day: int, quiet_clocks: Clocks, since: datetime
) -> list[Drawn]:
    """Draw at most `a_day` parts, at least GAP apart and none before `since`."""
    timed = [
        (point, *time_of(point, seed=seed, quiet_clocks=quiet_clocks, since=since))
        for point in points
    ]
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


def time_of(
    point: Point, *, seed: int, quiet_clocks: Clocks, since: datetime
) -> tuple[Time | None, str]:
    """Draw a time for one part, uniform over the time outside quiet hours, or a reason."""
    free = windows(point.at, quiet_clocks)
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
    return Time(at, ends(point, at, quiet_clocks)), ""


def ends(point: Point, at: datetime, quiet_clocks: Clocks) -> datetime:
    """Return the delivery deadline: the hard part, or the start of quiet hours before it."""
    return min(point.at, quiet.begins(at, quiet_clocks) or point.at)


@lru_cache(maxsize=16_384)  # many families share the same hours
def windows(leads_to: datetime, quiet_clocks: Clocks) -> tuple[Span, ...]:
    """Return the spans from 30 to 15 minutes before a hard part that are outside quiet hours."""
    left = [Span(leads_to - EARLIEST, leads_to - LATEST)]
    for span in quiet.around(leads_to - EARLIEST, quiet_clocks):
        left = [piece for one in left for piece in one.without(Span(span.start - LEAST, span.end))]
    return tuple(left)


def dice(seed: int, point: Point) -> tuple[float, float]:
    """Return two deterministic uniforms in [0, 1) for a seed and a part: order and time."""
    digest = hashlib.blake2b(f"{seed}|{point.child}|{point.name}".encode(), digest_size=16).digest()
    return int.from_bytes(digest[:8]) / 2**64 * (1 - 2**-53), int.from_bytes(digest[8:]) / 2**64 * (
        1 - 2**-53
    )


def chances(times: tuple[datetime, ...], a_day: int) -> list[float]:
    """Return the chance of each time to be taken, when they are visited in random order and those
    too near to one already taken are left out.

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
    """Return whose turn a part is on a date; it rotates daily, so only one caregiver is nudged.

    >>> days = [date(2026, 11, day) for day in (23, 24, 25)]
    >>> [turn(["ada", "cleo"], on=day, child="wren", name="bed") for day in days]
    ['ada', 'cleo', 'ada']
    """
    several = sorted(caregivers)
    return several[(on.toordinal() + crc32(f"{child}|{name}".encode())) % len(several)]


def _seconds(span: Span) -> int:
    return int((span.end - span.start).total_seconds())
