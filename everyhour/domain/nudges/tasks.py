"""What is done for nudges regularly, and what every worker does in every round."""

from datetime import datetime

from everyhour.domain.nudges import daily_plans, reconciliation, retention, sending


def plan_days(at: datetime) -> int:
    """Plan the local days that begin."""
    return daily_plans.plan(at)


def decide_due(at: datetime) -> int:
    """Decide what is due."""
    return sending.decide_due(at)


def heal(at: datetime) -> int:
    """See that everybody who said yes has a plan or a reason, and that nothing planned is left over."""
    return reconciliation.heal(at)


def delete_expired(at: datetime) -> int:
    """Let go of plans and decisions of long ago."""
    return retention.let_go(at)
