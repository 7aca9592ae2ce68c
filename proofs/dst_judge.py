"""Judges local times of the zones on the command line: one line of JSON for each."""

import json
import random
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from everyhour.foundation.lib import recurring, wall_clock

FIRST, YEARS = date(2026, 1, 1), 2
QUARTER, HOUR, DAY = timedelta(minutes=15), timedelta(hours=1), timedelta(days=1)
LAST = FIRST.replace(year=FIRST.year + YEARS)
MINUTES = range(0, 1440, 15)
WINDOWS, ASKED = 400, 100  # for each zone
WALKS = (30, 150, 1410)  # minutes at which clocks change: 0:30, 2:30 and 23:30
MOST_PRINTED = 4  # problems of each kind

Came = dict[tuple[date, int], datetime]  # when a minute of a date first came or was passed


def came(zone: str) -> Came:
    """Return when each quarter hour of each date first came, by walking through UTC."""
    clock, at = ZoneInfo(zone), datetime.combine(FIRST - 2 * DAY, datetime.min.time(), UTC)
    wanted = [
        datetime.combine(FIRST, datetime.min.time()) + n * QUARTER
        for n in range(((LAST - FIRST).days + 2) * len(MINUTES))
    ]
    found, place = {}, 0
    while place < len(wanted):
        wall = at.astimezone(clock).replace(tzinfo=None)
        while place < len(wanted) and wanted[place] <= wall:
            found[wanted[place].date(), wanted[place].hour * 60 + wanted[place].minute] = at
            place += 1
        at += QUARTER
    return found


def judge(zone: str, rng: random.Random) -> dict:
    truth, wrong = came(zone), {"missed": 0, "double": 0}
    said: list[str] = []
    asked = 0
    for problems in (
        _moments(zone, truth),
        _windows(zone, truth, rng),
        _walks(zone, truth, wrong),
        _next(zone, truth, rng),
    ):
        found = 0
        for problem in problems:
            asked += 1
            if problem and (found := found + 1) <= MOST_PRINTED:
                said.append(problem)
    return {"zone": zone, "asked": asked, "wrong": said, **wrong}


def _moments(zone: str, truth: Came) -> Iterator[str]:
    for n in range((LAST - FIRST).days):
        on = FIRST + n * DAY
        for minute in MINUTES:
            at = wall_clock.instant(on, minute, zone)
            problem = f"{on} minute {minute} at {at}, it came at {truth[on, minute]}"
            yield "" if at == truth[on, minute] else problem


def _windows(zone: str, truth: Came, rng: random.Random) -> Iterator[str]:
    """Check random windows, then every window of an hour whose length is not an hour."""
    for _ in range(WINDOWS):
        on = FIRST + rng.randrange((LAST - FIRST).days) * DAY
        since, until = rng.choice(MINUTES), rng.choice(MINUTES)
        start, end = truth[on, since], truth[on if until > since else on + DAY, until]
        found = wall_clock.span(on, since, until, zone)
        right = (found.start, found.end) == (start, end) if found else start >= end
        yield "" if right else f"window {on} {since}-{until} is {found}, it was {start} to {end}"
    for (on, minute), start in truth.items():
        end = truth.get((on, minute + 60))
        if end and end - start != HOUR and on < LAST:
            found = wall_clock.span(on, minute, minute + 60, zone)
            minutes = int((end - start) / timedelta(minutes=1))
            right = (found.minutes if found else 0) == minutes
            yield "" if right else f"hour {on} {minute} is {found}"


def _walks(zone: str, truth: Came, wrong: dict[str, int]) -> Iterator[str]:
    """Walk from each day's time to the next, as a planner does; count missed and double ones."""
    for minute in WALKS:
        expected = [truth[FIRST + n * DAY, minute] for n in range((LAST - FIRST).days)]
        at, found = truth[FIRST, minute] - QUARTER, []
        while len(found) < len(expected) and (
            following := recurring.following(recurring.Weekdays(), minute, zone, after=at)
        ):
            found.append(at := following)
        missed = len(set(expected) - set(found))
        double = sum(later - sooner < 20 * HOUR for sooner, later in pairwise(found))
        wrong["missed"] += missed
        wrong["double"] += double
        problem = f"each day at minute {minute}: {missed} missed, {double} double"
        yield problem if missed or double else ""


def _next(zone: str, truth: Came, rng: random.Random) -> Iterator[str]:
    """Check what comes next after random times, also close to a change."""
    for _ in range(ASKED):
        minute = rng.choice(MINUTES)
        after = truth[
            FIRST + DAY * rng.randrange(5, (LAST - FIRST).days - 5), rng.choice(MINUTES)
        ] + timedelta(minutes=rng.randrange(-90, 90))
        on = after.astimezone(ZoneInfo(zone)).date()
        right = min(at for n in range(-2, 4) if (at := truth[on + n * DAY, minute]) > after)
        found = recurring.following(recurring.Weekdays(), minute, zone, after=after)
        problem = f"after {after} minute {minute} comes at {found}, not at {right}"
        yield "" if found == right else problem


if __name__ == "__main__":
    for name in sys.argv[2:]:
        print(json.dumps(judge(name, random.Random(f"{sys.argv[1]}:{name}"))), flush=True)
