"""A family with tries and decisions, for tests of decisions and of the model's commands."""

from datetime import UTC, date, datetime, timedelta

from everyhour.domain.families.models import Caregiver, Child
from everyhour.domain.recommendations import decisions
from everyhour.domain.recommendations.advisor import learned
from everyhour.domain.recommendations.models import Decision
from testing import make

NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
SINCE = NOW - timedelta(days=60)
HELPS, FAILS = "wall-push", "low-hum"


def guardian(**columns) -> Caregiver:
    return make.guardian(make.family(at=SINCE), **columns)


def child(by: Caregiver, **columns) -> Child:
    return make.child(by.family, at=SINCE, born_in=date(2018, 1, 1), **columns)


def log_tries(
    by: Caregiver, child: Child, practice: str, outcome: str, times: int, **columns
) -> None:
    """Log one try a day before NOW, reported now."""
    for n in range(times):
        make.moment(
            by,
            child=child,
            at=NOW - timedelta(days=n + 1, minutes=n),
            changed_at=NOW,
            practice=practice,
            outcome=outcome,
            state_before="alarm",
            situation="homework",
            **columns,
        )


def decide(
    child: Child, by: Caregiver, key: str = "today:1", *, at: datetime = NOW, **availability
) -> Decision:
    return decisions.decide(
        child,
        key,
        by=by,
        state="alarm",
        situation="homework",
        availability=learned.Availability(clock=15, **availability),
        zone="UTC",
        at=at,
    )
