"""Planning one local day for up to a million families, each size in a process and a database of
its own.

    python -m bench.plans 10000        one size, as JSON; writes to the environment's database
"""

import json
import os
import random
import resource
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import batched

from bench.stored import run
from bench.table import Table, Value, ratio
from testing.server import Server

SIZES, QUICK = (10_000, 100_000, 1_000_000), (1_000, 10_000)
SEED, AT_ONCE = 168, 5_000
NOW = datetime(2026, 11, 24, 10, 40, tzinfo=UTC)  # every clock below shows the same date
ZONES = (
    "America/New_York",
    "America/Chicago",
    "America/Los_Angeles",
    "Europe/London",
    "Europe/Berlin",
    "Africa/Nairobi",
)
HARD = ("bedtime", "homework", "leaving", "after_school")


def measure() -> list[Table]:
    rows = [taken(size) for size in (QUICK if os.environ.get("EVERYHOUR_BENCH_QUICK") else SIZES)]
    for row in rows:
        row["µs a family"] = ratio(
            float(row["processor seconds"] or 0) * 1e6, float(row["families"] or 0)
        )
        row["x fewest"] = ratio(float(row["µs a family"] or 0), float(rows[0]["µs a family"] or 0))
    notes = [
        (
            "One process plans the local day of every family with nudges on, in a SQLite file: "
            "who has no plan yet, the children’s day from the recorded moments, whose turn it is, "
            "the draw, and a row for each day and each nudge. “x fewest” is the cost of one "
            "family relative to that in the smallest table, and should stay near 1."
        ),
        (
            "Each family has one caregiver and one child with the five times of a day "
            f"and one to three of {len(HARD)} hard situations, in {len(ZONES)} zones. "
            "They are generated before the clock starts."
        ),
        (
            "“nothing to do” is the same call again, as it runs each minute, when every family "
            "has a plan. “MB” is the peak memory of the process."
        ),
    ]
    return [Table("Nudges: planning a local day", rows, notes)]


def taken(families: int) -> dict[str, Value]:
    server = Server(prepare=False)  # never started
    environment = {
        key: value for key, value in server.environment.items() if key != "EVERYHOUR_DATABASE"
    }
    environment |= {"DJANGO_SETTINGS_MODULE": "everyhour.config.settings"}
    try:
        run(environment, "everyhour", "prepare")
        found: dict[str, Value] = json.loads(
            run(environment, "bench.plans", str(families)).splitlines()[-1]
        )
    finally:
        server.forget()
    return found


def plan(families: int) -> dict[str, Value]:
    import django

    django.setup()
    from everyhour.domain.nudges import daily_plans
    from everyhour.domain.nudges.models import Nudge

    fill(families)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began, at_work = time.perf_counter(), time.process_time()
    made = daily_plans.plan(NOW)
    seconds, worked = time.perf_counter() - began, time.process_time() - at_work
    began = time.perf_counter()
    again = daily_plans.plan(NOW)
    nothing = time.perf_counter() - began
    assert made == families and not again
    return {
        "families": families,
        "seconds": seconds,
        "processor seconds": worked,
        "nudges": Nudge.objects.count(),
        "nothing to do, seconds": nothing,
        "MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "MB before": before / 1024,
    }


def fill(families: int) -> None:
    """Create families in chunks, so that memory stays small."""
    from everyhour.domain.families.models import Caregiver, Child, Family, Home, Household
    from everyhour.domain.nudges.models import NudgeSettings
    from everyhour.foundation.accounts.models import Person, ZonePeriod

    rng, since = random.Random(SEED), NOW - timedelta(days=30)
    for numbers in batched(range(families), AT_ONCE):
        rows: dict[type, list] = {
            kind: []
            for kind in (
                Person,
                ZonePeriod,
                Family,
                Household,
                Caregiver,
                Child,
                Home,
                NudgeSettings,
            )
        }
        for n in numbers:
            for row in household(n, rng, since):
                rows[type(row)].append(row)
        for kind, made in rows.items():
            kind._default_manager.bulk_create(made)  # type: ignore[attr-defined]


def household(n: int, rng: random.Random, since: datetime) -> Iterator:
    from everyhour.domain.families.models import Caregiver, Child, Family, Home, Household
    from everyhour.domain.nudges.models import NudgeSettings
    from everyhour.foundation.accounts.models import Person, ZonePeriod

    person = Person(email=f"{n}@bench.invalid", password="!")
    family = Family(key=b"not a real one", created_at=since)
    home = Household(family=family, created_at=since)
    me = Caregiver(family=family, household=home, person=person, role="guardian", since=since)
    quarter = lambda first, last: rng.randrange(first, last, 15)  # noqa: E731
    day = {
        "wakes": quarter(360, 450),
        "school_starts": quarter(465, 540),
        "home_again": quarter(840, 960),
        "dinner": quarter(1020, 1140),
        "bed": quarter(1140, 1260),
    }
    child = Child(
        family=family,
        nickname="Wren",
        day=day,
        hard=rng.sample(HARD, rng.randint(1, 3)),
        created_at=since,
    )
    yield from (
        person,
        ZonePeriod(person=person, zone=rng.choice(ZONES), since=since),
        family,
        home,
        me,
        child,
    )
    yield from (
        Home(child=child, household=home),
        NudgeSettings(family=family, caregiver=me, agreed_at=since),
    )


if __name__ == "__main__":
    print(json.dumps(plan(int(sys.argv[1]))))
