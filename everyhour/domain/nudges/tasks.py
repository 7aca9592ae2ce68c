"""Regular and steady tasks of nudges."""

from datetime import datetime

from everyhour.domain.nudges import daily_plans, reconciliation, retention, sending


def plan_days(at: datetime) -> int:
    return daily_plans.plan(at)


def decide_due(at: datetime) -> int:
    return sending.decide_due(at)


def heal(at: datetime) -> int:
    return reconciliation.heal(at)


def delete_expired(at: datetime) -> int:
    return retention.delete_expired(at)
