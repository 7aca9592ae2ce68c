"""Nothing arrives in quiet hours, while paused or too late, and never more than agreed.

Invented caregivers live through weeks that are hard for schedulers: workers that are away for
hours, retries, travel between zones, nights on which clocks change. Planning, rules and the
lifetime of a push message are the product's; `quiet_player.py` judges what was sent with arithmetic
of its own.
"""

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from proofs.report import Report
from proofs.sandbox import Sandbox, override
from proofs.workers import run_parallel, run_worker

SABOTAGES = {
    "ttl=28d": "a push service may keep a message for four weeks, a common default",
    "ignore-pause": "“pause everything” is ignored",
    "flush-backlog": "what is too late is sent all the same",
    "no-recheck": "nothing is checked again right before it is sent",
}
SENDS = 100_000
MOST_PRINTED = 20  # problems of each line of lives


def prove(report: Report, *, n: int | None) -> None:
    wanted = max(n or SENDS, 2_000 if report.sabotage else 1)
    counts: Counter[str] = Counter()
    with Sandbox(edit=EDITS.get(report.sabotage or "")) as sandbox:
        for record in _live(wanted, report.seed, sandbox):
            counts.update(record["counts"])
            lives = f"lives {record['first']} to {record['last']}"
            report.case(lives, record["wrong"][:MOST_PRINTED])
    report.tried += counts["sent"]
    if counts["sent"] < (n or SENDS):
        report.case("as many were sent as requested", [f"only {counts['sent']}"])
    report.notes |= {name: f"{counts[name]:,}" for name in sorted(counts)}


def _live(wanted: int, seed: int, sandbox: Sandbox) -> Iterator[dict]:
    """Live until `wanted` notifications were sent, divided among processes."""
    count = min(os.cpu_count() or 1, -(-wanted // 5_000))
    environment, each = sandbox.worker_environment(), -(-wanted // count)
    return run_parallel(
        [
            run_worker("proofs.quiet_player", seed, part, count, each, environment=environment)
            for part in range(count)
        ]
    )


RULES, DELIVERY = Path("domain/nudges/rules.py"), Path("foundation/notifications/delivery.py")


def _ttl(package: Path) -> None:
    month = "def _seconds_left(*arguments):\n    return 28 * 24 * 3600"
    override(package, f"{DELIVERY}:_seconds_left", month)


def _ignore_pause(package: Path) -> None:
    override(package, f"{RULES}:is_paused", "def is_paused(*arguments):\n    return False")


def _flush(package: Path) -> None:
    override(package, f"{RULES}:is_late", "def is_late(*arguments):\n    return False")
    override(
        package,
        f"{RULES}:arrives_by",
        "def arrives_by(at, *arguments):\n    return at + timedelta(minutes=15)",
    )


def _no_recheck(package: Path) -> None:
    override(
        package,
        f"{RULES}:why_not_leave",
        """
        def why_not_leave(facts, ends_at, expires_at):
            late = expires_at is None or facts.at >= expires_at
            return LATE_FOUND if late else ""
        """,
    )


EDITS = {
    "ttl=28d": _ttl,
    "ignore-pause": _ignore_pause,
    "flush-backlog": _flush,
    "no-recheck": _no_recheck,
}
