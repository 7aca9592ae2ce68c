"""The week as plain values: cells, their lights, and the state of every hour. Pure."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from itertools import groupby

from everyhour.foundation.lib.weeks import Day, Hour, Week, asleep

GIVEN, GOT, PROFESSIONAL, HINT = "given", "got", "professional", "hint"
SLEEP, QUIET, SCHOOL, DAY_OFF, AFTER, ORDINARY, AHEAD = (
    "sleep",
    "quiet",
    "school",
    "day_off",
    "after",
    "ordinary",
    "ahead",
)
RESTING = (SLEEP, QUIET, DAY_OFF, AFTER)


@dataclass(frozen=True, slots=True)
class Light:
    """A moment on the map; of a hint only the hour is known."""

    at: datetime
    kind: str
    title: str = ""
    how: str = ""
    by: str = ""  # the caregiver's name, unless it is the viewer
    mine: bool = True
    key: str = ""  # of the moment, if the viewer may read it
    stirred: bool = False  # from shutdown to alarm: possible progress


@dataclass(frozen=True)
class Rhythm:
    """The usual day in minutes after midnight. Pairs may run past midnight; None is unknown."""

    wakes: int
    sleeps: int
    quiet: tuple[int, int] | None = None
    school: tuple[int, int] | None = None
    days_off: frozenset[date] = frozenset()
    rests: tuple[tuple[datetime, datetime], ...] = ()  # after hard moments
    beds: Mapping[date, int] = field(default_factory=dict)  # bedtimes of dates that differ
    schools: frozenset[date] | None = None  # dates with school; None: Monday to Friday

    def state_at(self, hour: Hour, on: date) -> str:
        """Return the state of an hour without a light, judged by its middle."""
        if asleep(hour.wall, wakes=self.wakes, bed=self.beds.get(on, self.sleeps)):
            return SLEEP
        middle = hour.wall.hour * 60 + 30
        if on in self.days_off:
            return DAY_OFF
        goes = hour.wall.weekday() < 5 if self.schools is None else hour.wall.date() in self.schools
        if self.school and goes and within(middle, *self.school):
            return SCHOOL
        if self.quiet and within(hour.wall.hour * 60, *self._quiet(*self.quiet)):
            return QUIET
        return AFTER if any(start <= hour.start < end for start, end in self.rests) else ORDINARY

    def _quiet(self, start: int, end: int) -> tuple[int, int]:
        """Return the quiet hours, cut off at the hour of waking."""
        begins = self.wakes // 60 * 60
        return start, begins if within(begins, start, end) else end


def within(minute: int, start: int, end: int) -> bool:
    return start <= minute < end if start <= end else minute >= start or minute < end


@dataclass(frozen=True)
class Cell:
    hour: Hour
    state: str
    lights: tuple[Light, ...] = ()
    now: bool = False

    def count(self, kind: str) -> int:
        return sum(light.kind == kind for light in self.lights)

    @property
    def asleep(self) -> bool:
        return self.state == SLEEP


@dataclass(frozen=True)
class Row:
    on: date
    cells: tuple[Cell, ...]
    zones: tuple[str, ...]

    def lights(self, kind: str) -> list[Light]:
        return [light for cell in self.cells for light in cell.lights if light.kind == kind]

    def runs(self, *states: str) -> Iterator[tuple[str, int, int]]:
        """Yield runs of hours in these states: state, first index, length."""
        begins = 0
        for state, group in groupby(cell.state for cell in self.cells):
            length = len(list(group))
            if state in states:
                yield state, begins, length
            begins += length


@dataclass(frozen=True)
class Picture:
    """A week of cells. Drawings and sentences are both made from it, so that they agree."""

    rows: tuple[Row, ...]
    longest: int
    rhythm: Rhythm
    facts: "Facts" = field(init=False)

    def __post_init__(self):
        object.__setattr__(self, "facts", Facts(self))

    @cached_property
    def cells(self) -> list[Cell]:
        return [cell for row in self.rows for cell in row.cells]

    def find(self, key: str) -> tuple[Row, Cell] | None:
        return next(
            ((row, cell) for row in self.rows for cell in row.cells if cell.hour.key == key), None
        )


def picture(week: Week, lights: Iterable[Light], rhythm: Rhythm, *, at: datetime) -> Picture:
    """Put each light into its hour; hours after `at` are AHEAD."""
    lit: dict[datetime, list[Light]] = {}
    starts = sorted(hour.start for hour in week.hours)
    for light in sorted(lights, key=lambda light: light.at):
        lit.setdefault(_hour_of(light.at, starts), []).append(light)

    def row(day: Day) -> Row:
        cells = (
            Cell(hour, _state(hour, day.on, rhythm, at), tuple(lit.get(hour.start, ())), at in hour)
            for hour in day.hours
        )
        return Row(day.on, tuple(cells), tuple(day.zones))

    return Picture(tuple(row(day) for day in week.days), week.longest, rhythm)


def _hour_of(at: datetime, starts: list[datetime]) -> datetime:
    return starts[max(0, bisect_right(starts, at) - 1)]


def _state(hour: Hour, on: date, rhythm: Rhythm, at: datetime) -> str:
    return AHEAD if hour.start > at else rhythm.state_at(hour, on)


class Facts:
    """Counts of a picture."""

    def __init__(self, shown: Picture):
        self.shown = shown

    @cached_property
    def hours(self) -> int:
        return len(self.shown.cells)

    @cached_property
    def travelled(self) -> bool:
        """Return whether the week spans more than one time zone."""
        return len({zone for row in self.shown.rows for zone in row.zones}) > 1

    @cached_property
    def given(self) -> int:
        return self._lights(lambda light: light.kind == GIVEN)

    @cached_property
    def got(self) -> int:
        return self._lights(lambda light: light.kind == GOT)

    @cached_property
    def got_by_me(self) -> int:
        return self._lights(lambda light: light.kind == GOT and light.mine)

    @cached_property
    def professional(self) -> list[tuple[date, Light]]:
        return [(row.on, light) for row in self.shown.rows for light in row.lights(PROFESSIONAL)]

    @cached_property
    def hints(self) -> int:
        return self._lights(lambda light: light.kind == HINT)

    @cached_property
    def busiest(self) -> tuple[int, int]:
        """Return the start of the first two hours with the most given moments, and how many."""
        by_hour = [0] * 24
        for cell in self.shown.cells:
            by_hour[cell.hour.wall.hour] += cell.count(GIVEN)
        return max(
            ((hour, by_hour[hour] + by_hour[hour + 1]) for hour in range(23)),
            key=lambda pair: (pair[1], -pair[0]),
        )

    def unlit(self, *states: str) -> int:
        return sum(not cell.lights and cell.state in states for cell in self.shown.cells)

    @property
    def unlit_past(self) -> int:
        return sum(not cell.lights and cell.state != AHEAD for cell in self.shown.cells)

    @property
    def days_off(self) -> list[date]:
        return [row.on for row in self.shown.rows if row.on in self.shown.rhythm.days_off]

    def _lights(self, chosen: Callable[[Light], bool]) -> int:
        return sum(chosen(light) for cell in self.shown.cells for light in cell.lights)
