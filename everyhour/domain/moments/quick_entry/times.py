"""When a line says it was, or will be: the day, the hour, and how long. Pure."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from everyhour.domain.moments.quick_entry import clocks, days, durations, meanings
from everyhour.domain.moments.quick_entry.clocks import Clock, Part
from everyhour.domain.moments.quick_entry.line import Line

DAY, HALF_DAY, NOON = timedelta(days=1), timedelta(hours=12), 12
NIGHT_ENDS = 6  # “last night at 5” was this morning, “at 6” was the evening
EVENING_HOURS = 8  # a bare “yesterday at 7” was in the evening, “at 8” in the morning
SIDE = (
    r"(?:las? )?\d{1,2}(?::\d{2}| [0-5]\d| y media)?(?: ?(?:am|pm))?(?: de la (?:manana|tarde"
    r"|noche))?"
)
RANGES = (
    rf"(?:from|de|desde) (?P<start>{SIDE}) (?:to|until|till|-|a|hasta) (?P<end>{SIDE})",
    rf"(?:between|entre) (?P<start>{SIDE}) (?:and|y) (?P<end>{SIDE})",
    r"(?:at |a )?(?P<start>\d{1,2}(?::\d{2})?(?: ?(?:am|pm))?) ?(?:-|to|–|a) ?"
    r"(?P<end>\d{1,2}(?::\d{2})?(?: ?(?:am|pm)))",
    r"(?P<start>\d{1,2}:\d{2}) ?(?:-|to|–|a) ?(?P<end>\d{1,2}:\d{2})",
)


@dataclass(frozen=True)
class When:
    """The time of a line; all empty for now."""

    wall: datetime | None = None
    at: datetime | None = None
    other: datetime | None = None
    ahead: bool = False
    minutes: int | None = None
    situation: str = ""


def take_time(line: Line, now: datetime, *, day_first: bool) -> When:
    """Take out the words for a time. A time that lies ahead is never put into the past."""
    wall_now, whole = now.replace(tzinfo=None), Line(line.typed)
    future = bool(line.search(meanings.FUTURE))
    if (minutes := durations.take_forward(line)) is not None:
        return When(wall=_shift(now, minutes), ahead=True, minutes=durations.take_duration(line))
    if (minutes := durations.take_ago(line)) is not None:
        at = now - timedelta(minutes=minutes) if now.tzinfo is None else _earlier(now, minutes)
        return When(
            wall=at.replace(tzinfo=None),
            at=at if at.tzinfo else None,
            minutes=durations.take_duration(line),
        )
    start, length = _take_range(line)
    clock = start or clocks.take_worded_clock(line)
    minutes_long = length or durations.take_duration(line)
    clock = clock or clocks.take_clock(line)
    part = clocks.take_part(line)
    day = days.take_day(line, wall_now.date(), future=future, day_first=day_first)
    part = _narrowed(part, clocks.take_part(line))  # “mañana por la mañana”
    if day is None and clock is None and part is None:
        days.take_now(line)
        return When(minutes=minutes_long)
    if day and day.night and part is None:
        part = Part(clocks.NIGHT, time(20, 30), "night")
    when = _resolve(_Said(wall_now, day, part, clock, future, _half_of(whole)))
    return replace(when, minutes=minutes_long)


@dataclass(frozen=True)
class _Said:
    now: datetime
    day: days.Day | None
    part: Part | None
    clock: Clock | None
    future: bool
    half: str  # what the rest of the line speaks for: "am", "pm", or ""

    @property
    def night(self) -> bool:
        of_clock = self.clock.part if self.clock else ""
        return clocks.NIGHT in (of_clock, self.part.name if self.part else "")

    @property
    def part_name(self) -> str:
        return (self.clock and self.clock.part) or (self.part.name if self.part else "")


def _earlier(now: datetime, minutes: int) -> datetime:
    """Return an instant some real minutes ago, also across a change of clocks."""
    return (now.astimezone(UTC) - timedelta(minutes=minutes)).astimezone(now.tzinfo)


def _shift(now: datetime, minutes: int) -> datetime:
    return (
        _earlier(now, -minutes).replace(tzinfo=None)
        if now.tzinfo
        else now + timedelta(minutes=minutes)
    )


def _take_range(line: Line) -> tuple[Clock | None, int | None]:
    """Take out “from 7 to 7:30” and return its start and minutes."""
    for pattern in RANGES:
        found = line.search(f"{pattern}(?! (?:min|mins|minutes|minutos|h|hours?|horas?|years?))")
        if not found:
            continue
        end = clocks.read_side(found["end"])
        start = end and clocks.read_side(found["start"], end)
        if start and end:
            minutes = ((end.hour - start.hour) * 60 + end.minute - start.minute) % (12 * 60)
            if minutes > 0:
                line.take_span(found)
                part = start.part or end.part
                return replace(start, part=part), minutes
    return None, None


def _narrowed(part: Part | None, other: Part | None) -> Part | None:
    """Return both parts as one: “last night before bed” is yesterday at bedtime."""
    if part is None or other is None:
        return part or other
    wide, narrow = (other, part) if other.days_back is not None else (part, other)
    if wide.days_back is None:
        return part
    return replace(narrow, days_back=wide.days_back)


def _half_of(line: Line) -> str:
    if line.search(meanings.MORNING):
        return "am"
    return "pm" if line.search(meanings.EVENING) else ""


def _resolve(said: _Said) -> When:
    situation = said.part.situation if said.part else ""
    if said.clock is None:
        return replace(_without_clock(said), situation=situation)
    hours = _hours(said)
    base, named = _base(said)
    walls = [_place(said, base, hour) for hour in hours]
    return replace(_choose(said, walls, named=named), situation=situation)


def _without_clock(said: _Said) -> When:
    base, named = _base(said)
    if said.part is None:
        wall = datetime.combine(base, said.now.time())
        return When(wall=wall, ahead=wall > said.now)
    wall = datetime.combine(base, said.part.alone)
    if wall <= said.now or (said.day and said.day.ahead):
        return When(wall=wall, ahead=wall > said.now)
    if said.future:
        return When(wall=wall, ahead=True)
    if said.part.days_back == 0 or (named and base == said.now.date()):
        soon = wall - said.now <= timedelta(hours=2)
        return When(wall=said.now if soon else wall, ahead=not soon)
    return When(wall=wall - DAY)


def _base(said: _Said) -> tuple[date, bool]:
    """Return the day that is meant, and whether the line names one."""
    today = said.now.date()
    if said.day:
        return said.day.on, True
    if said.part and said.part.days_back is not None:
        asleep = said.part.days_back == 0 and said.part_name != clocks.MORNING and not said.future
        if asleep and said.now.hour < NIGHT_ENDS:
            return today - DAY, True
        return today - timedelta(days=said.part.days_back), True
    return today, False


def _hours(said: _Said) -> list[int]:
    """Return the hours of the day an hour as said can mean, the likelier first."""
    clock, name = said.clock, said.part_name
    assert clock
    hour = clock.hour
    if clock.sure or hour > NOON:
        return [hour]
    if name in (clocks.MORNING, clocks.DAWN):
        return [hour % NOON] if name == clocks.DAWN or hour < NOON else [NOON]
    if name == clocks.NOON:
        return [hour if hour >= 11 else hour + NOON]
    if name in (clocks.AFTERNOON, clocks.EVENING):
        return [hour % NOON + NOON]
    if name == clocks.NIGHT:
        return [hour % NOON if hour % NOON < NIGHT_ENDS else hour + NOON]
    am, pm = hour % NOON, hour % NOON + NOON
    first = said.half or ("pm" if hour < EVENING_HOURS or hour == NOON else "am")
    return [am, pm] if first == "am" else [pm, am]


def _place(said: _Said, base: date, hour: int) -> datetime:
    assert said.clock
    # The small hours of a night belong to the next date.
    after = said.night and hour < NOON
    undated = not said.day and (said.part is None or said.part.days_back is None)
    if after and not undated:
        base += DAY
    return datetime.combine(base, time(hour, said.clock.minute))


def _choose(said: _Said, walls: list[datetime], *, named: bool) -> When:
    now = said.now
    if said.day and said.day.ahead:
        return _when(now, walls)
    if not named:
        if said.future:
            nexts = sorted(wall if wall > now else wall + DAY for wall in walls)
            return _when(now, _by_half(said, nexts))
        lasts = sorted((wall if wall <= now else wall - DAY for wall in walls), reverse=True)
        return _when(now, _by_half(said, lasts))
    if said.future and any(wall > now for wall in walls):
        return _when(now, sorted(wall for wall in walls if wall > now))
    past = [wall for wall in walls if wall <= now]
    if past:
        if max(past).date() == now.date():  # “today at 5”: the nearest
            past.sort(reverse=True)
        return _when(now, past)
    first = walls[0]
    if (first.hour < NIGHT_ENDS and said.night) or first.date() > now.date():
        return _when(now, [first - DAY])
    return _when(now, walls)


def _by_half(said: _Said, walls: list[datetime]) -> list[datetime]:
    """Return the walls, those first that the rest of the line speaks for."""
    wanted = [wall for wall in walls if said.half and (wall.hour >= NOON) == (said.half == "pm")]
    return wanted + [wall for wall in walls if wall not in wanted]


def _when(now: datetime, walls: list[datetime]) -> When:
    first, *others = walls
    ahead = first > now
    other = next((wall for wall in others if (wall > now) == ahead), None)
    return When(wall=first, ahead=ahead, other=other)
