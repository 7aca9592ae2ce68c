"""The last seven days as a small picture.

A row per day, from waking to waking; a column per hour.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from everyhour.foundation.lib import weeks

DAYS = weeks.DAYS
STEP = 14  # between two hours, in SVG units
# Radius of a light and of its glow, by the number of moments in its hour.
SIZES = {1: (3.5, 16), 2: (4.3, 19)}
LARGEST = (5.1, 22)
INSIDE = 2.6  # radius of a light that shares its hour with a ring or a square


@dataclass
class Mark:
    """The moments of one hour, by kind, at the center (x, y)."""

    x: int
    y: int
    given: int = 0
    got: int = 0
    professional: int = 0
    hint: int = 0  # in another home: only the hour is known

    @property
    def inside(self) -> bool:
        return bool(self.got or self.professional)

    @property
    def size(self) -> float:
        return INSIDE if self.inside else SIZES.get(self.given or self.hint, LARGEST)[0]

    @property
    def glow(self) -> int:
        return SIZES.get(self.given or self.hint, LARGEST)[1]


@dataclass
class Mini:
    width: int
    height: int = DAYS * STEP
    marks: list[Mark] = field(default_factory=list)
    dots: list[tuple[int, int]] = field(default_factory=list)
    sleeps: list[tuple[int, int, int]] = field(default_factory=list)  # x, y, width


def week_until(on: date, *, zones: weeks.Zones, wakes: int) -> weeks.Week:
    """Return the week of seven days that ends with this one."""
    return weeks.week(on - timedelta(days=DAYS - 1), zones=zones, wakes=wakes)


def draw(
    week: weeks.Week, moments: Iterable[tuple[datetime, str]], at: datetime, *, wakes: int, bed: int
) -> Mini:
    """Place (wall time, kind) pairs in the picture.

    Future hours stay empty; the sleeping hours of a day are one bar.
    """
    starts = [hour.start for hour in week.hours]
    counts: dict[int, Counter[str]] = {}
    for wall, kind in moments:
        counts.setdefault(bisect_right(starts, wall) - 1, Counter())[kind] += 1
    mini, number = Mini(week.longest * STEP), 0
    for row, day in enumerate(week.days):
        y, sleeping = row * STEP + STEP // 2, 0
        for column, hour in enumerate(day.hours):
            x, asleep = column * STEP + STEP // 2, weeks.asleep(hour.wall, wakes=wakes, bed=bed)
            sleeping += asleep and hour.start <= at
            if number in counts:
                kinds = ("given", "got", "professional", "hint")
                mini.marks.append(Mark(x, y, *(counts[number][kind] for kind in kinds)))
            elif hour.start <= at and not asleep:
                mini.dots.append((x, y))
            number += 1
        if sleeping:
            first = sum(not weeks.asleep(hour.wall, wakes=wakes, bed=bed) for hour in day.hours)
            mini.sleeps.append((first * STEP + 1, row * STEP + 2, sleeping * STEP - 2))
    return mini
