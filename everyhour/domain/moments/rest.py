"""Rest: at night, in quiet hours, on days off, and after moments. Pure.

Spans of different kinds may overlap.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

AFTER = timedelta(minutes=90)
AFTER_HARD = timedelta(hours=4)
DAY = 24 * 60
SLEEP, QUIET, DAY_OFF, AFTER_A_MOMENT, AFTER_A_HARD_ONE = (
    "sleep",
    "quiet",
    "day_off",
    "after",
    "after_hard",
)


@dataclass(frozen=True)
class PastMoment:
    """The facts of a moment that matter for rest."""

    at: datetime
    hard: bool = False


@dataclass(frozen=True)
class Rest:
    kind: str
    start: datetime
    end: datetime

    def __contains__(self, at: datetime) -> bool:
        return self.start <= at < self.end


Minutes = tuple[int, int]  # from and until, after midnight; an earlier `until` is on the next day
Zones = Sequence[tuple[datetime, str]]  # zones and since when each was used, oldest first


def build_past_moment(moment) -> PastMoment:
    """Build it from a row of the log."""
    return PastMoment(moment.at, is_hard(moment))


def is_hard(moment) -> bool:
    """Return whether a moment had terror or an unsafe outcome."""
    return "terror" in (moment.state_before, moment.state_after) or moment.outcome == "unsafe"


def rests(
    moments: Iterable[PastMoment],
    *,
    quiet: Minutes | None,
    days_off: Iterable[tuple[date, str]],
    start: datetime,
    end: datetime,
    zones: Zones,
    sleep: Minutes | None = None,
) -> list[Rest]:
    """Return every rest overlapping [start, end) in UTC, by start; days off name their zone."""
    found = [
        *_after(sorted(moments, key=lambda moment: moment.at)),
        *_nightly(QUIET, quiet, start, end, zones),
        *_nightly(SLEEP, sleep, start, end, zones),
        *(Rest(DAY_OFF, _instant(on, 0, zone), _instant(on, DAY, zone)) for on, zone in days_off),
    ]
    return sorted(
        (rest for rest in found if rest.start < end and rest.end > start),
        key=lambda rest: (rest.start, rest.kind),
    )


def _after(moments: list[PastMoment]) -> Iterable[Rest]:
    """Yield the rest after each moment; only a hard moment's rest outlasts the next moment."""
    for number, moment in enumerate(moments):
        following = next(
            (other.at for other in moments[number + 1 :] if other.at > moment.at), None
        )
        start = moment.at.astimezone(UTC)
        if moment.hard:
            yield Rest(AFTER_A_HARD_ONE, start, start + AFTER_HARD)
        else:
            until = moment.at + AFTER
            until = min(until, following) if following else until
            yield Rest(AFTER_A_MOMENT, start, until.astimezone(UTC))


def _nightly(
    kind: str, minutes: Minutes | None, start: datetime, end: datetime, zones: Zones
) -> Iterable[Rest]:
    if not minutes or minutes[0] == minutes[1]:
        return
    begins, ends = minutes
    ends = ends if ends > begins else ends + DAY
    day = (start - timedelta(days=2)).date()
    while day <= (end + timedelta(days=1)).date():
        zone = zone_at(datetime.combine(day, time(12), tzinfo=UTC), zones)
        span = Rest(kind, _instant(day, begins, zone), _instant(day, ends, zone))
        if span.start < span.end:
            yield span
        day += timedelta(days=1)


def zone_at(at: datetime, zones: Zones) -> str:
    """Return the zone at an instant; the first one known also covers the time before it."""
    if not zones:
        return "UTC"
    return max(
        (known for known in zones if known[0] <= at), key=lambda known: known[0], default=zones[0]
    )[1]


def _instant(day: date, minutes: int, zone: str) -> datetime:
    """Return the instant of a local minute: the first of a repeated one.

    A skipped minute is read with the offset before the change: 2:30 becomes 3:30.
    """
    wall = datetime.combine(day, time()) + timedelta(minutes=minutes)
    return wall.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
