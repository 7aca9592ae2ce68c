"""Lives of caregivers for `prove quiet`: settings, travel, workers, and a judge of what is sent."""

import json
import os
import random
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import pairwise
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "everyhour.config.settings")
import django

django.setup()

from everyhour.domain.nudges import planning, quiet, rules  # noqa: E402
from everyhour.domain.nudges.planning import Point  # noqa: E402
from everyhour.foundation.lib import wall_clock  # noqa: E402
from everyhour.foundation.notifications import delivery, purposes  # noqa: E402
from proofs.dst import HARD  # noqa: E402

ZONES = (*HARD * 3, *sorted(available_timezones() - {"localtime", "Factory"}))
FIRST, DAYS = date(2026, 1, 1), 730
LIVES, LONG = 200, 14  # lives in a batch; days of each
AHEAD, WEEK = timedelta(hours=1), timedelta(days=7)
MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)
MIDNIGHT, DAY = datetime.min.time(), 1440
MOST_PRINTED = 5

Stretch = tuple[datetime, datetime]
Hours = tuple[int, int]


@dataclass(frozen=True)
class Place:
    """What the lives of one batch share, so that results computed for one clock are reused."""

    zones: tuple[str, ...]  # home first, then where they travel
    since: date
    hours: tuple[tuple[Hours, ...], ...]


@dataclass
class Life:
    """One caregiver for two weeks; what changes is kept as a history."""

    rng: random.Random
    place: Place
    zones: list[tuple[datetime, str]]
    hours: list[tuple[datetime, tuple[Hours, ...]]]
    minutes: list[int]
    a_day: int
    a_week: int
    since: date
    paused: list[Stretch] = field(default_factory=list)
    away: list[Stretch] = field(default_factory=list)  # when no worker runs
    handed: list[rules.Sent] = field(default_factory=list)

    def zone(self, at: datetime) -> str:
        return last(self.zones, at)

    def quiet(self, at: datetime) -> tuple[Hours, ...]:
        return last(self.hours, at)

    def pause(self, at: datetime) -> Stretch | None:
        return next((one for one in self.paused if one[0] <= at < one[1]), None)

    def round(self, at: datetime) -> datetime:
        """Return when a worker handles what is due: soon, sometimes late, or when one is back."""
        wait = self.rng.random() * 3 if self.rng.random() < 0.93 else self.rng.random() * 2400
        at += timedelta(seconds=wait)
        return max([at, *(end for start, end in self.away if start <= at < end)])


@dataclass(frozen=True)
class Facts:
    """What the product's rules read, from a life."""

    life: Life
    at: datetime
    on: date
    planned_in: str
    mine: rules.Sent | None = None  # this notification, once it was queued
    slot: int = 0
    here: bool = True
    day_off: bool = False
    appointment: bool = False
    away: bool = False
    sent_to_coparent: bool = False
    since_hard: timedelta | None = None
    since_own: timedelta | None = None

    @property
    def zone(self) -> str:
        return self.life.zone(self.at)

    @property
    def quiet_clocks(self) -> quiet.Clocks:
        return quiet.clocks_of((self.planned_in, self.zone), self.life.quiet(self.at))

    @property
    def settings(self) -> Any:
        start, end = self.life.pause(self.at) or (None, None)
        return SimpleNamespace(
            agreed_at=self.at,
            paused_at=start,
            paused_until=end,
            a_day=self.life.a_day,
            a_week=self.life.a_week,
            not_on=None,
            not_until=None,
        )

    @property
    def before(self) -> list[rules.Sent]:
        return [
            one
            for one in self.life.handed[-30:]
            if one.handed_at > self.at - WEEK and one is not self.mine
        ]


def last(history: list, at: datetime) -> Any:
    return next((value for since, value in reversed(history) if since <= at), history[0][1])


def choose_place(rng: random.Random) -> Place:
    """Choose a zone and a time of year, mostly one in which its clock changes."""
    zone = rng.choice(ZONES)
    near = changes(zone)
    if near and rng.random() < 0.6:
        since = rng.choice(near) - timedelta(days=rng.randrange(LONG))
    else:
        since = FIRST + timedelta(days=rng.randrange(DAYS))
    return Place(
        (zone, *rng.choices(ZONES, k=3)), since, tuple(choose_hours(rng) for _ in range(8))
    )


def create_life(rng: random.Random, place: Place) -> Life:
    zone, since = place.zones[0], place.since
    at = datetime.combine(since, MIDNIGHT, UTC)
    life = Life(
        rng,
        place,
        [(at - WEEK, zone)],
        [(at - WEEK, rng.choice(place.hours))],
        [rng.randrange(0, 1560, 5) for _ in range(rng.randint(1, 5))],
        rng.choice((1, 1, 2, 3)),
        rng.choice((2, 4, 7, 7, 21)),
        since,
    )
    for chance, stretches in ((0.3, life.paused), (0.4, life.away)):
        while rng.random() < chance:
            start = at + timedelta(minutes=rng.randrange(LONG * DAY))
            length = timedelta(minutes=rng.choice((20, 90, 600, 3000)))
            stretches.append((start, start + length))
    for history, choices in ((life.zones, place.zones), (life.hours, place.hours)):
        while rng.random() < 0.2:
            moved_at = at + timedelta(minutes=rng.randrange(LONG * DAY))
            history.append((moved_at, rng.choice(choices)))
    life.zones.sort()
    life.hours.sort()
    return life


def choose_hours(rng: random.Random) -> tuple[Hours, ...]:
    """Return the family's quiet hours and sometimes the person's own."""
    any_ = [(rng.randrange(0, DAY, 15), rng.randrange(0, DAY, 15)) for _ in range(2)]
    return (
        rng.choice(((1230, 420), (1230, 420), (0, 0), any_[0])),
        *([any_[1]] if rng.random() < 0.3 else []),
    )


@cache
def changes(zone: str) -> list[date]:
    """Return the dates on which a clock changes."""
    noon = [datetime.combine(FIRST + timedelta(days=n), MIDNIGHT, UTC) for n in range(DAYS)]
    return [now.date() for then, now in pairwise(noon) if offset(zone, then) != offset(zone, now)]


def offset(zone: str, at: datetime) -> int:
    moved = at.astimezone(ZoneInfo(zone)).utcoffset()
    return int(moved.total_seconds()) if moved else 0


def live(life: Life, counts: Counter[str]) -> Iterator[str]:
    """Live two weeks: plan each day, decide, deliver, and judge each notification that is sent."""
    for n in range(LONG):
        on = life.since + timedelta(days=n)
        begins = wall_clock.instant(on, 0, life.zone(datetime.combine(on, MIDNIGHT, UTC)))
        if begins is None:
            continue
        at = life.round(begins - AHEAD)
        zone = life.zone(at)
        points = [
            Point("wren", "home", f"{n}", "any", m)
            for n, part in enumerate(life.minutes)
            if (m := wall_clock.instant(on, part, zone))
        ]
        quiet_clocks = quiet.clocks_of((zone,), life.quiet(at))
        drawn = planning.plan(
            points,
            seed=life.rng.getrandbits(62),
            a_day=life.a_day,
            quiet_clocks=quiet_clocks,
            since=at,
        )
        taken = [one for one in drawn if one.taken and one.time]
        for one in sorted(taken, key=lambda one: one.time.at):
            yield from send(life, on, zone, one.point, one.time, counts)


def send(
    life: Life, on: date, zone: str, point: Point, time: planning.Time, counts: Counter[str]
) -> Iterator[str]:
    counts["planned"] += 1
    change_something(life, time.at)
    at = life.round(time.at)
    if rules.is_late(at, time.at, time.ends_at):
        counts["expired"] += 1
        return
    facts = Facts(life, at, on, zone)
    if rules.why_not(facts):
        counts["not sent"] += 1
        return
    notification = SimpleNamespace(
        expires_at=rules.arrives_by(at, time.ends_at, facts.quiet_clocks)
    )
    mine = rules.Sent(on, 0, at)
    life.handed.append(mine)
    yield from too_many(life)

    def recheck(notification: Any, at: datetime) -> str | None:
        return (
            rules.why_not_leave(
                Facts(life, at, on, zone, mine), time.ends_at, notification.expires_at
            )
            or None
        )

    purpose = purposes.Purpose("nudge", once=True, title="", recheck=recheck)
    at = life.round(at)
    for tries in range(1, 50):
        if delivery._why_not(notification, purpose, at):  # type: ignore[arg-type]
            counts["held back"] += 1
            return
        counts["sent"] += 1
        seconds = delivery._seconds_left(notification, at)  # type: ignore[arg-type]
        yield from send_problems(life, at, seconds, zone, point.at)
        if life.rng.random() < 0.7:
            return
        counts["retried"] += 1
        pause = max(
            delivery._pause(tries), timedelta(seconds=life.rng.choice((0, 0, 60, 300, 900)))
        )
        if at + pause >= notification.expires_at:
            return
        at = life.round(at + pause)


def change_something(life: Life, at: datetime) -> None:
    """Sometimes pause, travel or ask for quiet hours while a notification is on its way."""
    chance, soon = life.rng.random(), at + timedelta(seconds=life.rng.randrange(1500))
    if chance < 0.06:
        life.paused.append((soon, soon + timedelta(hours=2)))
    elif chance < 0.09:
        life.zones = sorted(
            [
                *life.zones,
                (soon, life.rng.choice(life.place.zones)),
                (soon + timedelta(hours=6), life.zones[0][1]),
            ]
        )
    elif chance < 0.12:
        wall = soon.astimezone(ZoneInfo(life.zone(soon)))
        now = (wall.hour * 60 + wall.minute) // 15 * 15
        life.hours = sorted(
            [
                *life.hours,
                (soon, ((now, (now + 60) % DAY),)),
                (soon + timedelta(hours=6), life.hours[0][1]),
            ]
        )


def send_problems(
    life: Life, at: datetime, seconds: int | None, planned_in: str, leads_to: datetime
) -> Iterator[str]:
    """Judge what was sent, by local clocks, pauses and the hard part; nothing of the product."""
    end = at + timedelta(seconds=seconds if seconds is not None else 28 * 86400)
    for zone in {planned_in, life.zone(at)}:
        for since, until in life.quiet(at):
            if in_quiet(zone, at, at, since, until):
                yield f"it was sent in quiet hours: {at} in {zone}, quiet {since} to {until}"
            elif in_quiet(zone, at, end - SECOND, since, until):
                hours = f"quiet {since} to {until}"
                yield f"it could arrive in quiet hours: {at} for {end - at} in {zone}, {hours}"
    if any(start <= at < over for start, over in life.paused):
        yield f"it was sent while paused: {at}"
    if end > leads_to:
        problem = "it was sent, or could arrive, after its hard part began"
        yield f"{problem}: {at} for {end - at}, {leads_to}"


def in_quiet(zone: str, start: datetime, end: datetime, since: int, until: int) -> bool:
    """Return whether the local clock shows a quiet minute anywhere from `start` to `end`."""
    if since == until:
        return False
    first, last_ = offset(zone, start), offset(zone, end)
    if first != last_:
        walked = (
            range(int((end - start) / MINUTE) + 1)
            if end - start < timedelta(days=1)
            else range(DAY)
        )
        return any(in_quiet(zone, t, t, since, until) for n in walked if (t := start + n * MINUTE))
    minute, length = (int(start.timestamp()) + first) // 60, int((end - start) / SECOND) // 60
    return (minute - since) % DAY < (until - since) % DAY or (since - minute) % DAY <= length


def too_many(life: Life) -> Iterator[str]:
    """Count what was sent, by date and within seven days."""
    now = life.handed[-1]
    if sum(one.on == now.on for one in life.handed) > life.a_day:
        yield f"more than {life.a_day} on {now.on}"
    if sum(now.handed_at - one.handed_at < WEEK for one in life.handed) > life.a_week:
        yield f"more than {life.a_week} in seven days until {now.handed_at}"


def play(seed: str, part: int, count: int, wanted: int) -> None:
    sent, batch = 0, part
    while sent < wanted:
        counts: Counter[str] = Counter()
        wrong: list[str] = []
        here = choose_place(random.Random(f"{seed}:{batch}"))
        for n in range(LIVES):
            rng = random.Random(f"{seed}:{batch}:{n}")
            wrong += live(create_life(rng, here), counts)
            counts["lives"] += 1
        record = {
            "first": batch * LIVES,
            "last": batch * LIVES + LIVES - 1,
            "counts": counts,
            "wrong": _few(wrong),
        }
        print(json.dumps(record), flush=True)
        sent, batch = sent + counts["sent"], batch + count


def _few(wrong: list[str]) -> list[str]:
    """Return the first problems of each kind."""
    found: Counter[str] = Counter()
    kept = []
    for one in wrong:
        kind = one.partition(":")[0]
        found[kind] += 1
        if found[kind] <= MOST_PRINTED:
            kept.append(one)
    return kept


if __name__ == "__main__":
    play(sys.argv[1], *(int(one) for one in sys.argv[2:5]))
