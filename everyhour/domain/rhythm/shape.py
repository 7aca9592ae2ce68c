"""What one date looks like in one home, from what the family told of its days. Pure: plain values in, a `Day` out.

Times are minutes after midnight of the date. One that is meant after midnight, a late bed for one, is beyond 1440. Whatever is told
gives a sound day: bed before dinner, parts on top of one another, an end on the next morning.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from everyhour.foundation.lib.recurring import WEEK, Weekdays

MINUTES = 24 * 60
SCHOOL_DAYS = frozenset(range(5))

# Each part of the usual day under the name that stays: what is told for it, and the situations often hard around it, the usual one first.
WAKES, SCHOOL, HOME, DINNER, BED = "wakes", "school", "home", "dinner", "bed"
ANCHORS = {
    WAKES: "wakes",
    SCHOOL: "school_starts",
    HOME: "home_again",
    DINNER: "dinner",
    BED: "bed",
}
NAMES = {kind: name for name, kind in ANCHORS.items()}
AROUND = {
    WAKES: ("waking", "dressing"),
    SCHOOL: ("leaving", "waking", "dressing", "school_drop", "teeth"),
    HOME: ("after_school", "car", "goodbye"),
    DINNER: ("mealtime", "homework", "screens", "sibling", "chores", "visit"),
    BED: ("bedtime", "pyjamas", "teeth", "bath", "night", "screens"),
}
LED_TO = (
    SCHOOL,
    HOME,
    DINNER,
    BED,
)  # one may be ready for these; nobody is brought anything to mind before waking
OF_SCHOOL = (SCHOOL, HOME)
ALWAYS, AT_SCHOOL, FREE = "always", "school", "free"


@dataclass(frozen=True, slots=True)
class Told:
    """A part of the day as it was told for some days, `rhythm.models.Part` in plain values."""

    id: str
    kind: str
    begins: int
    ends: int | None = None
    weekdays: Collection[int] = ()
    when: str = ALWAYS
    every_weeks: int = 1
    anchor: date | None = None
    situation: str = ""
    name: str = ""
    hard: bool = False
    off: bool = False

    def falls_on(self, on: date, *, open_: bool) -> bool:
        """Tell whether it is told for a date; `open_`: school is on around it."""
        of_school = self.when == AT_SCHOOL or NAMES.get(self.kind) in OF_SCHOOL
        if (of_school and not open_) or (self.when == FREE and open_):
            return False
        days = frozenset(self.weekdays)
        return on in (
            Weekdays(days, max(1, self.every_weeks), self.anchor) if self.anchor else Weekdays(days)
        )

    @property
    def until(self) -> int | None:
        """When it ends; earlier than it begins is on the next morning, the same minute is no length at all."""
        if self.ends is None or self.ends > self.begins:
            return self.ends
        length = (self.ends - self.begins) % MINUTES
        return self.begins + length if length else None


@dataclass(frozen=True, slots=True)
class Stretch:
    """Dates of a term or of holidays, both ends included; told the wrong way round they are the same dates."""

    holidays: bool
    first: date
    last: date

    def __contains__(self, on: date) -> bool:
        return min(self.first, self.last) <= on <= max(self.first, self.last)


@dataclass(frozen=True, slots=True)
class Turns:
    """The days a child spends in a home, counted from a Monday on, over one or two weeks that come again and again."""

    monday: date
    weeks: int
    days: Collection[int]

    def __contains__(self, on: date) -> bool:
        first = self.monday - timedelta(days=self.monday.weekday())
        return (on - first).days % (WEEK * max(1, self.weeks)) in self.days


@dataclass(frozen=True, slots=True)
class Life:
    """All that is told of a child's days in one home."""

    usual: Mapping[str, int]  # wakes, school_starts, home_again, dinner, bed
    hard: Collection[str] = ()  # situations
    parts: tuple[Told, ...] = ()
    stretches: tuple[Stretch, ...] = ()
    turns: Turns | None = None


@dataclass(frozen=True, slots=True)
class Transition:
    """A part of a date that one may be ready for. Its name stays whatever is edited: of the usual day ("bed"), or the id of a part."""

    name: str
    kind: str  # "bed", "school_starts", …, or a situation
    situation: str
    minute: int
    ends: int | None = None
    hard: bool = False
    words: str = ""  # the family's own


@dataclass(frozen=True, slots=True)
class Day:
    """One date in one home."""

    on: date
    here: bool = True  # the child is in this home
    school: bool = False
    transitions: tuple[Transition, ...] = ()
    wakes: int | None = None
    bed: int | None = None  # beyond 1440: after midnight

    def named(self, name: str) -> Transition | None:
        return next((one for one in self.transitions if one.name == name), None)


def day(on: date, life: Life) -> Day:
    """Lay out a date.

    >>> usual = {"wakes": 420, "school_starts": 510, "dinner": 1080, "bed": 1200}
    >>> [one.name for one in day(date(2026, 11, 21), Life(usual)).transitions]  # a Saturday
    ['dinner', 'bed']
    """
    here = life.turns is None or on in life.turns
    open_ = is_open(on, life.stretches)
    parts = sorted((one for one in life.parts if one.falls_on(on, open_=open_)), key=_nearest_first)
    anchors = _anchors(on, life, parts, open_=open_)
    at = {name: minute for name, (minute, _part) in anchors.items()}
    return Day(
        on=on,
        here=here,
        school=any(name in at for name in OF_SCHOOL),
        transitions=tuple(_transitions(life, parts, anchors)) if here else (),
        wakes=at.get(WAKES),
        bed=at.get(BED),
    )


def is_open(on: date, stretches: Iterable[Stretch]) -> bool:
    """Tell whether school is on around a date: outside of holidays, and inside a term where any term is told."""
    all_, terms = list(stretches), [one for one in stretches if not one.holidays]
    return not any(on in one for one in all_ if one.holidays) and (
        not terms or any(on in one for one in terms)
    )


def _nearest_first(part: Told) -> tuple:
    """What is told for fewer days says more about this one."""
    return -part.every_weeks, len(set(part.weekdays)), part.begins, part.id


def _anchors(
    on: date, life: Life, parts: list[Told], *, open_: bool
) -> dict[str, tuple[int, Told | None]]:
    """Give the parts of the usual day that this date has: when, and what it was told by where that is not the usual day."""
    school = open_ and on.weekday() in SCHOOL_DAYS
    found: dict[str, tuple[int, Told | None]] = {
        name: (life.usual[kind], None)
        for name, kind in ANCHORS.items()
        if is_minute(life.usual.get(kind)) and (school or name not in OF_SCHOOL)
    }
    off = {NAMES[part.kind] for part in parts if part.off and part.kind in NAMES}
    gone = off | set(
        OF_SCHOOL if SCHOOL in off else ()
    )  # nobody comes home from a school they did not go to
    found = {name: one for name, one in found.items() if name not in gone}
    for nearer in reversed([part for part in parts if part.kind in NAMES and not part.off]):
        found[NAMES[nearer.kind]] = (nearer.begins, nearer)
    wakes = found[WAKES][0] if WAKES in found else 0
    if (
        BED in found and found[BED][0] < wakes
    ):  # a bed in the small hours belongs to the night of this date
        minute, part = found[BED]
        found[BED] = (minute + MINUTES, part)
    return found


def is_minute(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < MINUTES


def _transitions(
    life: Life, parts: list[Told], anchors: dict[str, tuple[int, Told | None]]
) -> list[Transition]:
    taken = {told.id for _minute, told in anchors.values() if told}
    usual = [
        _usual(name, minute, told, life.hard)
        for name, (minute, told) in anchors.items()
        if name in LED_TO
    ]
    more = [
        _further(part, life.hard)
        for part in parts
        if not part.off and part.id not in taken and part.kind != ANCHORS[WAKES]
    ]
    return sorted([*usual, *more], key=lambda one: (one.minute, one.name))


def _usual(name: str, minute: int, told: Told | None, hard: Collection[str]) -> Transition:
    known = any(situation in hard for situation in AROUND[name])
    if told is None:
        return Transition(name, ANCHORS[name], hardest(name, hard), minute, None, known)
    later = minute - told.begins
    return Transition(
        name,
        ANCHORS[name],
        told.situation or hardest(name, hard),
        minute,
        None if told.until is None else told.until + later,
        told.hard or known,
        told.name,
    )


def _further(part: Told, hard: Collection[str]) -> Transition:
    name = NAMES.get(part.kind)
    situation = part.situation or (hardest(name, hard) if name else part.kind)
    return Transition(
        part.id,
        part.kind,
        situation,
        part.begins,
        part.until,
        part.hard or situation in hard,
        part.name,
    )


def hardest(name: str, hard: Collection[str]) -> str:
    """Give the situation the family called hard around a part of the usual day, else the usual one."""
    return next((situation for situation in AROUND[name] if situation in hard), AROUND[name][0])
