"""Reading the coming weeks of an iCalendar file, in a subprocess with limits.

A small file can describe endless work. The subprocess ends when its CPU time or memory is used up;
the number of events is limited too.
"""

import hashlib
import json
import resource
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

LARGEST = 5 * 1024 * 1024
MOST = 2_000  # events
CPU_SECONDS, MEMORY = 10, 1_500 * 1024 * 1024
PATIENCE = 3  # wall-clock time allowed, as a multiple of CPU time: the machine may be busy
TITLE_LENGTH = 200
NOT_A_CALENDAR, TOO_MUCH = "not_a_calendar", "too_much"


class UnreadableCalendar(Exception):
    """The data could not be read; `why` is NOT_A_CALENDAR or TOO_MUCH."""

    def __init__(self, why: str):
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Event:
    """One occurrence of an event: either two instants, or whole days with both ends included."""

    uid: str
    title: str
    begins: datetime | None = None
    ends: datetime | None = None
    first: date | None = None
    last: date | None = None


def read(
    data: bytes, *, zone: str, since: datetime, until: datetime, seconds: int = CPU_SECONDS
) -> list[Event]:
    """Return the events between two instants, the soonest `MOST`; floating times are in `zone`.

    Raises UnreadableCalendar if the data is no calendar or needs more than `seconds` of CPU time.
    """
    if len(data) > LARGEST:
        raise UnreadableCalendar(TOO_MUCH)
    module = ["-m", "everyhour.domain.rhythm.ics"]
    command = [sys.executable, *module, zone, since.isoformat(), until.isoformat(), str(seconds)]
    timeout = seconds * PATIENCE
    try:
        result = subprocess.run(
            command, input=data, capture_output=True, timeout=timeout, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise UnreadableCalendar(TOO_MUCH) from error
    if result.returncode:
        raise UnreadableCalendar(NOT_A_CALENDAR if result.returncode == 1 else TOO_MUCH)
    return [_decode(json.loads(line)) for line in result.stdout.splitlines()]


def _decode(row: dict) -> Event:
    begins, ends = (
        datetime.fromisoformat(row[name]) if row[name] else None for name in ("begins", "ends")
    )
    first, last = (
        date.fromisoformat(row[name]) if row[name] else None for name in ("first", "last")
    )
    return Event(row["uid"], row["title"], begins, ends, first, last)


def expand(data: bytes, *, zone: str, since: datetime, until: datetime) -> Iterator[Event]:
    """Yield every occurrence, unordered. Runs in the subprocess."""
    import icalendar
    import recurring_ical_events  # type: ignore[import-untyped]

    parsed = icalendar.Calendar.from_ical(data, multiple=True)
    calendars = [component for component in parsed if component.name == "VCALENDAR"]
    if not calendars:
        raise ValueError("The data contains no VCALENDAR.")
    home = ZoneInfo(zone)
    span = since.astimezone(home), until.astimezone(home)
    for calendar in calendars:
        for component in recurring_ical_events.of(calendar, skip_bad_series=True).between(*span):
            if event := _event(component, home):
                yield event


def _event(component, home: ZoneInfo) -> Event | None:
    """Convert a VEVENT; return None if it is cancelled, or timed and marked as free."""
    if str(component.get("STATUS", "")).upper() == "CANCELLED":
        return None
    begins, ends = component.start, component.end
    title = " ".join(str(component.get("SUMMARY", "")).split())[:TITLE_LENGTH]
    identity = f"{component.get('UID', '')}|{begins.isoformat()}|{title}"
    uid = hashlib.sha256(identity.encode("utf-8", "replace")).hexdigest()[:32]
    if not isinstance(begins, datetime):
        last = ends.date() if isinstance(ends, datetime) else ends
        return Event(uid, title, first=begins, last=max(begins, last - timedelta(days=1)))
    if str(component.get("TRANSP", "")).upper() == "TRANSPARENT":
        return None
    start = _in_utc(begins, home)
    end = _in_utc(ends if isinstance(ends, datetime) else begins, home)
    return Event(uid, title, begins=start, ends=max(start, end))


def _in_utc(at: datetime, home: ZoneInfo) -> datetime:
    return (at if at.tzinfo else at.replace(tzinfo=home)).astimezone(UTC)


def main(zone: str, since: str, until: str, seconds: str) -> None:
    """Read standard input and print one JSON line per event, soonest first."""
    resource.setrlimit(resource.RLIMIT_CPU, (int(seconds), int(seconds)))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    data = sys.stdin.buffer.read(LARGEST + 1)
    start, end = datetime.fromisoformat(since), datetime.fromisoformat(until)
    unique = {event.uid: event for event in expand(data, zone=zone, since=start, until=end)}
    soonest = sorted(unique.values(), key=lambda one: (str(one.begins or one.first), one.uid))
    for event in soonest[:MOST]:
        print(json.dumps(asdict(event), default=lambda value: value.isoformat()))


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except MemoryError:
        sys.exit(2)
    except Exception:  # whatever is wrong with an uploaded file, it is no calendar we can read
        sys.exit(1)
