"""Lives through clock changes with the product's planning and deciding: worker of `prove dst`.

`python -m proofs.dst_living SEED FIRST EACH COUNT` prints one line of JSON for each change. A
caregiver of the zone has three hard parts a day, one of them in the hour that is missing or
repeated. The clock is an argument and walks over two local dates. Each piece of work that writes is
interrupted at a random statement and then repeated.
"""

import json
import random
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import django

from proofs.dst import all_zones

FIRST, LAST = datetime(2026, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC)
QUARTER, HOUR, DAY = timedelta(minutes=15), timedelta(hours=1), timedelta(days=1)
STEP = timedelta(minutes=20)  # between two calls of plan_days
SOON = timedelta(seconds=2)
# Minutes between two hard parts: more than the rest between two nudges, on the shortest night too.
APART = 300


class Crash(BaseException):
    """The end of a process; the product must not catch it."""


def changes() -> list[tuple[str, datetime]]:
    """Return every clock change of two years, those of the hard zones first."""
    return [(zone, at) for zone in all_zones() for at in changes_of(ZoneInfo(zone))]


def changes_of(clock: ZoneInfo) -> Iterator[datetime]:
    at = FIRST
    while at < LAST:
        if at.astimezone(clock).utcoffset() != (at + DAY).astimezone(clock).utcoffset():
            moment = at
            while (
                moment.astimezone(clock).utcoffset()
                == (moment + QUARTER).astimezone(clock).utcoffset()
            ):
                moment += QUARTER
            yield moment + QUARTER
        at += DAY


def came(on: date, minute: int, clock: ZoneInfo) -> datetime:
    """Return when a local minute first came or was passed, by walking through UTC."""
    wanted = (
        datetime(on.year, on.month, on.day)
        + minute // 1440 * DAY
        + timedelta(minutes=minute % 1440)
    )
    at = datetime(on.year, on.month, on.day, tzinfo=UTC) - 30 * HOUR
    while at.astimezone(clock).replace(tzinfo=None) < wanted:
        at += QUARTER
    return at


class Life:
    """Two local dates of one caregiver around a clock change."""

    def __init__(self, zone: str, change: datetime, rng: random.Random):
        self.zone, self.clock, self.rng = zone, ZoneInfo(zone), rng
        wall = (change - timedelta(seconds=1)).astimezone(self.clock)
        self.dates = [wall.date(), wall.date() + DAY]
        changed = wall + timedelta(seconds=1)
        middle = changed.hour * 60 + changed.minute + 30
        self.minutes = [(middle + n * APART) % 1440 for n in (-1, 0, 1)]
        self.begins = came(self.dates[0], 0, self.clock) - 2 * HOUR
        self.ends = came(self.dates[1] + DAY, 0, self.clock) + HOUR
        self.crashes = 0

    def live(self) -> dict:
        from everyhour.domain.families.models import Caregiver, Child, Family, Household
        from everyhour.domain.nudges import tasks
        from everyhour.domain.nudges.models import Nudge
        from everyhour.foundation.accounts.models import Person

        self.rules = self._plant()
        at, midnights = self.begins, [came(on, 0, self.clock) for on in self.dates]
        while at < self.ends:
            looks = (at - self.begins) // STEP
            if looks % 6 == 0 or any(abs(at - midnight) < 2 * HOUR for midnight in midnights):
                self._work(tasks.plan_days, at)
            if looks % 24 == 0:
                self._work(tasks.heal, at)
            planned = Nudge.objects.filter(state="planned", planned_at__lt=at + STEP)
            for due in sorted(set(planned.values_list("planned_at", flat=True))):
                self._work(tasks.decide_due, max(at, due) + SOON)
            at += STEP
        wrong, counts = self._judge()
        for model in (Caregiver, Child, Household, Family, Person):
            model.objects.all().delete()
        return {
            "change": f"{self.zone} {self.dates[0]}",
            "wrong": wrong,
            "counts": {**counts, "crashes": self.crashes},
        }

    def _plant(self) -> dict[str, int]:
        """Create a family without quiet hours and three hard parts each day.

        Returns the minute of each part by its id.
        """
        from everyhour.domain.nudges import actions
        from everyhour.domain.nudges.models import NudgeSettings
        from everyhour.domain.rhythm.models import Part
        from testing import make

        at = self.begins - 30 * DAY
        family = make.family(at=at, quiet_from=0, quiet_until=0)
        guardian = make.guardian(family, who=make.person(zone=self.zone, at=at), at=at)
        child = make.child(family, at=at)
        actions.agree(by=guardian, at=at)
        NudgeSettings.objects.update(a_day=3, a_week=30)
        made = [
            Part.objects.create(
                family=family,
                child=child,
                household=guardian.household,
                kind="homework",
                begins=minute,
                weekdays=list(range(7)),
                situation="homework",
                hard=True,
                created_at=at,
            )
            for minute in self.minutes
        ]
        return {part.pk: part.begins for part in made}

    def _work(self, work: Callable[[datetime], object], at: datetime) -> None:
        """Run a piece of work; crash it up to three times, then let the next worker run it."""
        from django.db import connection

        for number in range(3):
            try:
                with connection.execute_wrapper(self._crashing()):
                    work(at + number * SOON)
                return
            except Crash:
                self.crashes += 1
                connection.close()  # loses what was not committed, as a process that ends does
        work(at + 3 * SOON)

    def _crashing(self):
        """Return a wrapper that crashes before or after a random statement, from a write on."""
        left, after, wrote = self.rng.randrange(9), self.rng.random() < 0.5, False

        def crashing(execute, sql, params, many, context):
            nonlocal left, wrote
            wrote = wrote or sql.startswith(("INSERT", "UPDATE", "DELETE", "SAVEPOINT", "BEGIN"))
            left -= wrote
            if left < 0 and not after:
                raise Crash
            result = execute(sql, params, many, context)
            if left < 0:
                raise Crash
            return result

        return crashing

    def _judge(self) -> tuple[list[str], dict[str, int]]:
        from everyhour.domain.nudges.models import Nudge, PlannedDay
        from everyhour.domain.recommendations.models import Decision
        from everyhour.foundation.notifications.models import Notification

        counts: Counter[str] = Counter()
        said = []
        days = Counter(PlannedDay.objects.values_list("on", flat=True))
        rows = {(nudge.rule, nudge.on): [] for nudge in Nudge.objects.all()}
        for nudge in Nudge.objects.all():
            rows[nudge.rule, nudge.on].append(nudge)
        for on in self.dates:
            counts["double"] += days[on] > 1
            for rule, minute in self.rules.items():
                found, leads_to = rows.get((rule, on), []), came(on, minute, self.clock)
                counts["double"] += len(found) > 1
                counts["asked"] += 1
                for problem in self._problems(found, leads_to):
                    counts[problem.split(":")[0]] += 1
                    said.append(f"{on} minute {minute}: {problem}")
        notifications = Counter(Notification.objects.values_list("key", flat=True))
        decided = Counter(Decision.objects.values_list("key", flat=True))
        counts["notifications"] = len(notifications)
        twice = [
            f"double: {key}"
            for key, count in (*notifications.items(), *decided.items())
            if count > 1
        ]
        handed = {
            f"nudge:{pk}"
            for pk in Nudge.objects.filter(state="handed").values_list("pk", flat=True)
        }
        missed = [f"missed: the notification {key}" for key in handed ^ set(notifications)]
        counts["double"] += len(twice)
        counts["missed"] += len(missed)
        return [*said, *twice, *missed], {
            name: counts[name] for name in ("asked", "missed", "double", "shifted", "notifications")
        }

    def _problems(self, found: list, leads_to: datetime) -> Iterator[str]:
        if not found or found[0].state not in ("handed", "not_sent"):
            state = f"{found[0].state} {found[0].reason}" if found else "nothing was planned"
            yield f"missed: {state}"
        for nudge in found:
            if (
                not leads_to - 2 * QUARTER <= nudge.planned_at <= leads_to - QUARTER
                or nudge.ends_at > leads_to
                or nudge.leads_to != leads_to
            ):
                yield f"shifted: planned at {nudge.planned_at}, for {leads_to}"


def main(seed: str, first: str, each: str, count: str) -> None:
    django.setup()
    from django.db.backends.signals import connection_created

    # Only a process ends here, not the power: a commit need not reach the disk.
    connection_created.connect(
        lambda connection, **_: connection.cursor().execute("PRAGMA synchronous=OFF"), weak=False
    )
    for number, (zone, change) in enumerate(changes()[: int(count)]):
        if number % int(each) == int(first):
            life = Life(zone, change, random.Random(f"{seed}:{number}"))
            print(json.dumps(life.live()), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
