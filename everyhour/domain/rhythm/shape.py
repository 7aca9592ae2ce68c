"""One date in one home, built from a family's routine. Pure: plain values in, a `Day` out.

Times are minutes after midnight of the date; after the next midnight they exceed 1440. Any input
gives a consistent day, even with bed before dinner or overlapping parts.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from everyhour.foundation.lib.recurring import WEEK, Weekdays

MINUTES = 24 * 60
SCHOOL_DAYS = frozenset(range(5))

# The parts of the usual day: stable name -> key in `Child.day`.
WAKES, SCHOOL, HOME, DINNER, BED = "wakes", "school", "home", "dinner", "bed"
ANCHORS = {
    WAKES: "wakes",
    SCHOOL: "school_starts",
    HOME: "home_again",
    DINNER: "dinner",
    BED: "bed",
}
NAMES = {kind: name for name, kind in ANCHORS.items()}
# Situations that are often hard around each of them, the most common first.
AROUND = {
    WAKES: ("waking", "dressing"),
    SCHOOL: ("leaving", "waking", "dressing", "school_drop", "teeth"),
    HOME: ("after_school", "car", "goodbye"),
    DINNER: ("mealtime", "homework", "screens", "sibling", "chores", "visit"),
    BED: ("bedtime", "pyjamas", "teeth", "bath", "night", "screens"),
}
PREPARABLE = (SCHOOL, HOME, DINNER, BED)  # not waking: nothing can be done before it
OF_SCHOOL = (SCHOOL, HOME)
ALWAYS, AT_SCHOOL, FREE = "always", "school", "free"


@dataclass(frozen=True, slots=True)
class PartOfDay:
    """A part of the day on some days: `rhythm.models.Part` as plain values."""

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
        """Return whether it applies on a date; `open_` is `is_open` for that date."""
        of_school = self.when == AT_SCHOOL or NAMES.get(self.kind) in OF_SCHOOL
        if (of_school and not open_) or (self.when == FREE and open_):
            return False
        days = frozenset(self.weekdays)
        return on in (
            Weekdays(days, max(1, self.every_weeks), self.anchor) if self.anchor else Weekdays(days)
        )

    @property
    def until(self) -> int | None:
        """The end, past 1440 if it is on the next morning; None if the part has no length."""
        if self.ends is None or self.ends > self.begins:
            return self.ends
        length = (self.ends - self.begins) % MINUTES
        return self.begins + length if length else None


@dataclass(frozen=True, slots=True)
class DateRange:
    """A term or holidays, both ends included, in either order."""

    holidays: bool
    first: date
    last: date

    def __contains__(self, on: date) -> bool:
        return min(self.first, self.last) <= on <= max(self.first, self.last)


@dataclass(frozen=True, slots=True)
class CustodyPattern:
    """The days a child spends in a home, counted from a Monday, repeating every `weeks` weeks."""

    monday: date
    weeks: int
    days: Collection[int]

    def __contains__(self, on: date) -> bool:
        first = self.monday - timedelta(days=self.monday.weekday())
        return (on - first).days % (WEEK * max(1, self.weeks)) in self.days


@dataclass(frozen=True, slots=True)
class Routine:
    """All that is known of a child's days in one home."""

    usual: Mapping[str, int]  # wakes, school_starts, home_again, dinner, bed
    hard: Collection[str] = ()  # situations
    parts: tuple[PartOfDay, ...] = ()
    seasons: tuple[DateRange, ...] = ()
    custody: CustodyPattern | None = None


@dataclass(frozen=True, slots=True)
class Transition:
    """A part of a day to prepare for. Its name is stable: a usual part ("bed") or a part's id."""

    name: str
    kind: str  # "bed", "school_starts", …, or a situation
    situation: str
    minute: int
    ends: int | None = None
    hard: bool = False
    words: str = ""  # the family's own name for it

    @property
    def own_situation(self) -> str:
        """The situation that names the part: of dinner mealtime, even if homework is hard then."""
        name = NAMES.get(self.kind)
        return AROUND[name][0] if name else self.kind


@dataclass(frozen=True, slots=True)
class Day:
    """One date in one home."""

    on: date
    here: bool = True  # the child is in this home
    school: bool = False
    transitions: tuple[Transition, ...] = ()
    wakes: int | None = None
    bed: int | None = None  # beyond 1440: after midnight

    def transition(self, name: str) -> Transition | None:
        return next((one for one in self.transitions if one.name == name), None)


def day(on: date, routine: Routine) -> Day:
    """Build a date from a routine.

    >>> usual = {"wakes": 420, "school_starts": 510, "dinner": 1080, "bed": 1200}
    >>> [one.name for one in day(date(2026, 11, 21), Routine(usual)).transitions]  # a Saturday
    ['dinner', 'bed']
    """
    here = routine.custody is None or on in routine.custody
    open_ = is_open(on, routine.seasons)
    applying = [part for part in routine.parts if part.falls_on(on, open_=open_)]
    parts = sorted(applying, key=_most_specific_first)
    anchors = _anchors(on, routine, parts, open_=open_)
    at = {name: minute for name, (minute, _part) in anchors.items()}
    return Day(
        on=on,
        here=here,
        school=any(name in at for name in OF_SCHOOL),
        transitions=tuple(_transitions(routine, parts, anchors)) if here else (),
        wakes=at.get(WAKES),
        bed=at.get(BED),
    )


def is_open(on: date, seasons: Collection[DateRange]) -> bool:
    """Return whether a date is outside holidays and, if there are terms, inside one."""
    if any(on in season for season in seasons if season.holidays):
        return False
    terms = [season for season in seasons if not season.holidays]
    return not terms or any(on in term for term in terms)


def _most_specific_first(part: PartOfDay) -> tuple:
    """Sort key: parts on fewer days first."""
    return -part.every_weeks, len(set(part.weekdays)), part.begins, part.id


def _anchors(
    on: date, routine: Routine, parts: list[PartOfDay], *, open_: bool
) -> dict[str, tuple[int, PartOfDay | None]]:
    """Return the minute of each usual part on this date, and the part that replaces it, if any."""
    school = open_ and on.weekday() in SCHOOL_DAYS
    found: dict[str, tuple[int, PartOfDay | None]] = {
        name: (routine.usual[kind], None)
        for name, kind in ANCHORS.items()
        if is_minute(routine.usual.get(kind)) and (school or name not in OF_SCHOOL)
    }
    off = {NAMES[part.kind] for part in parts if part.off and part.kind in NAMES}
    # Without school, nobody comes home from it.
    gone = off | set(OF_SCHOOL if SCHOOL in off else ())
    found = {name: one for name, one in found.items() if name not in gone}
    # Reversed, so that the most specific part wins.
    for part in reversed([part for part in parts if part.kind in NAMES and not part.off]):
        found[NAMES[part.kind]] = (part.begins, part)
    wakes = found[WAKES][0] if WAKES in found else 0
    if BED in found and found[BED][0] < wakes:
        # A bedtime after midnight belongs to the night of this date.
        minute, replacing = found[BED]
        found[BED] = (minute + MINUTES, replacing)
    return found


def is_minute(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < MINUTES


def _transitions(
    routine: Routine, parts: list[PartOfDay], anchors: dict[str, tuple[int, PartOfDay | None]]
) -> list[Transition]:
    replacing = {part.id for _minute, part in anchors.values() if part}
    usual = [
        _usual(name, minute, part, routine.hard)
        for name, (minute, part) in anchors.items()
        if name in PREPARABLE
    ]
    more = [
        _additional(part, routine.hard)
        for part in parts
        if not part.off and part.id not in replacing and part.kind != ANCHORS[WAKES]
    ]
    return sorted([*usual, *more], key=lambda one: (one.minute, one.name))


def _usual(name: str, minute: int, part: PartOfDay | None, hard: Collection[str]) -> Transition:
    known = any(situation in hard for situation in AROUND[name])
    if part is None:
        return Transition(name, ANCHORS[name], hardest(name, hard), minute, None, known)
    shift = minute - part.begins
    return Transition(
        name,
        ANCHORS[name],
        part.situation or hardest(name, hard),
        minute,
        None if part.until is None else part.until + shift,
        part.hard or known,
        part.name,
    )


def _additional(part: PartOfDay, hard: Collection[str]) -> Transition:
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
    """Return the first hard situation around a usual part, else its most common one."""
    return next((situation for situation in AROUND[name] if situation in hard), AROUND[name][0])
