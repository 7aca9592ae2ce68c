"""Decisions through the product: read from the database, decided, explained and recorded.

On a SQLite file, and on PostgreSQL where EVERYHOUR_DATABASE names one. `python -m bench.stored 300`
measures in the database that the environment names, as JSON; it writes into it.
"""

import json
import os
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta

from bench.table import NotTaken, Table, Value, percentile
from testing.server import ROOT, Server

DECISIONS, TRIED, WARM = 300, 40, 20
NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)


def measure() -> list[Table]:
    rows = [row("SQLite, a file", {"EVERYHOUR_DATABASE": None})]
    notes = [
        (
            f"{DECISIONS} decisions of one child with {TRIED} recorded tries and a fitted model, "
            "as for Today: key looked up, estimate, history and candidates read, decided among "
            "the whole library, explained, one row written in its own transaction."
        ),
        (
            "“processor” is this process alone, without a PostgreSQL server; "
            "a busy machine stretches it least."
        ),
    ]
    if os.environ.get("EVERYHOUR_DATABASE", "").startswith("postgres"):
        rows.append(row("PostgreSQL", {}))
    else:
        notes.append("PostgreSQL: not taken; EVERYHOUR_DATABASE names none.")
    return [Table("Engine: one decision through the database", rows, notes)]


def row(name: str, database: dict[str, str | None]) -> dict[str, Value]:
    server = Server(prepare=False)  # never started; on PostgreSQL it makes a database of its own
    variables = {**server.environment, **database}
    environment = {key: value for key, value in variables.items() if value is not None} | {
        "DJANGO_SETTINGS_MODULE": "everyhour.config.settings"
    }
    try:
        run(environment, "everyhour", "prepare")
        found: dict[str, Value] = json.loads(
            run(environment, "bench.stored", str(DECISIONS)).splitlines()[-1]
        )
    finally:
        server.forget()
    return {"database": name, **found}


def run(environment: dict[str, str], *module: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", *module], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    if done.returncode:
        raise NotTaken(f"{module[0]} failed: {done.stderr.strip()[-300:]}")
    return done.stdout


def decide(decisions: int) -> dict[str, Value]:
    import django

    django.setup()
    from everyhour.domain.recommendations import candidate_sets, training
    from everyhour.domain.recommendations import decisions as product
    from everyhour.domain.recommendations.advisor import learned
    from testing import make

    since = NOW - timedelta(days=60)
    ada = make.guardian(make.family(at=since))
    wren = make.child(ada.family, at=since, born_in=NOW.date().replace(year=2018, month=1, day=1))
    shelf = candidate_sets.current()
    for n in range(TRIED):
        make.moment(
            ada,
            child=wren,
            at=NOW - timedelta(hours=7 * n + 1),
            changed_at=NOW,
            practice=shelf[n % 9].slug,
            outcome="settled",
            state_before="alarm",
            situation="homework",
        )
    training.learn(at=NOW)
    taken, worked = [], []
    for n in range(decisions + WARM):
        began, at_work = time.perf_counter(), time.process_time()
        product.decide(
            wren,
            f"bench:{n}",
            by=ada,
            state="alarm",
            situation="homework",
            availability=learned.Availability(clock=15),
            zone="UTC",
            at=NOW,
        )
        taken.append((time.perf_counter() - began) * 1e3)
        worked.append((time.process_time() - at_work) * 1e3)
    taken, worked = taken[WARM:], worked[WARM:]
    return {
        "practices": len(shelf),
        "ms p50": percentile(taken, 0.5),
        "ms p99": percentile(taken, 0.99),
        "processor ms p50": percentile(worked, 0.5),
    }


if __name__ == "__main__":
    print(json.dumps(decide(int(sys.argv[1]))))
