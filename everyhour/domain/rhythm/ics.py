"""Read what an iCalendar file says of the next weeks, in a process of its own: a file can ask for more work than anybody has.

The process ends when its time, its memory or the number of appointments is used up; whoever asked goes on.
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
MOST = 2_000  # appointments
SECONDS, MEMORY = 10, 1_500 * 1024 * 1024
WAITING = 3  # times as long is waited for it, where the machine is busy
TITLE = 200  # letters of it that are kept
NOT_A_CALENDAR, TOO_MUCH = "not_a_calendar", "too_much"


class Unreadable(Exception):
    """It could not be read; `why` is NOT_A_CALENDAR or TOO_MUCH."""

    def __init__(self, why: str):
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Came:
    """One time that an appointment comes: between two moments, or on whole days, both included."""

    uid: str
    title: str
    begins: datetime | None = None
    ends: datetime | None = None
    first: date | None = None
    last: date | None = None


def read(
    data: bytes, *, zone: str, since: datetime, until: datetime, seconds: int = SECONDS
) -> list[Came]:
    """Give what comes between two moments, at most `MOST`; times without a zone are of the clock at home. `seconds` of work, no more."""
    if len(data) > LARGEST:
        raise Unreadable(TOO_MUCH)
    asked = [
        sys.executable,
        "-m",
        "everyhour.domain.rhythm.ics",
        zone,
        since.isoformat(),
        until.isoformat(),
        str(seconds),
    ]
    try:
        ran = subprocess.run(
            asked, input=data, capture_output=True, timeout=seconds * WAITING, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise Unreadable(TOO_MUCH) from error
    if ran.returncode:
        raise Unreadable(NOT_A_CALENDAR if ran.returncode == 1 else TOO_MUCH)
    return [_came(json.loads(line)) for line in ran.stdout.splitlines()]


def _came(told: dict) -> Came:
    begins, ends = (
        datetime.fromisoformat(told[name]) if told[name] else None for name in ("begins", "ends")
    )
    first, last = (
        date.fromisoformat(told[name]) if told[name] else None for name in ("first", "last")
    )
    return Came(told["uid"], told["title"], begins, ends, first, last)


def expand(data: bytes, *, zone: str, since: datetime, until: datetime) -> Iterator[Came]:
    """Give every time something comes, in no order. Runs in the process of its own."""
    import icalendar
    import recurring_ical_events  # type: ignore[import-untyped]

    calendars = [
        one for one in icalendar.Calendar.from_ical(data, multiple=True) if one.name == "VCALENDAR"
    ]
    if not calendars:
        raise ValueError("There is no calendar in it.")
    home = ZoneInfo(zone)
    for calendar in calendars:
        for event in recurring_ical_events.of(calendar, skip_bad_series=True).between(
            since.astimezone(home), until.astimezone(home)
        ):
            if came := _told(event, home):
                yield came


def _told(event, home: ZoneInfo) -> Came | None:
    """Read one time of an event. What was called off is not there, and time that is marked as free stays free."""
    if str(event.get("STATUS", "")).upper() == "CANCELLED":
        return None
    begins, ends = event.start, event.end
    title = " ".join(str(event.get("SUMMARY", "")).split())[:TITLE]
    uid = hashlib.sha256(
        f"{event.get('UID', '')}|{begins.isoformat()}|{title}".encode("utf-8", "replace")
    ).hexdigest()[:32]
    if not isinstance(begins, datetime):
        last = ends.date() if isinstance(ends, datetime) else ends
        return Came(uid, title, first=begins, last=max(begins, last - timedelta(days=1)))
    if str(event.get("TRANSP", "")).upper() == "TRANSPARENT":
        return None
    start, end = (
        _moment(begins, home),
        _moment(ends if isinstance(ends, datetime) else begins, home),
    )
    return Came(uid, title, begins=start, ends=max(start, end))


def _moment(told: datetime, home: ZoneInfo) -> datetime:
    return (told if told.tzinfo else told.replace(tzinfo=home)).astimezone(UTC)


def main(zone: str, since: str, until: str, seconds: str) -> None:
    """Answer one line for each; how it ends says why nothing came: 1 for what is no calendar."""
    resource.setrlimit(resource.RLIMIT_CPU, (int(seconds), int(seconds)))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    data = sys.stdin.buffer.read(LARGEST + 1)
    told = {
        came.uid: came
        for came in expand(
            data,
            zone=zone,
            since=datetime.fromisoformat(since),
            until=datetime.fromisoformat(until),
        )
    }
    soonest = sorted(told.values(), key=lambda came: (str(came.begins or came.first), came.uid))
    for came in soonest[:MOST]:
        print(json.dumps(asdict(came), default=lambda value: value.isoformat()))


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except MemoryError:
        sys.exit(2)
    except (
        Exception
    ):  # whatever stands in a file that somebody brought: it is no calendar we can read
        sys.exit(1)
